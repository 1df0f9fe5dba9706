# Defines sluice::sanitizers, which only our own targets link. SLUICE_SANITIZE is empty, "address,undefined" or "thread".

set(SLUICE_SANITIZE "" CACHE STRING "Sanitizers for our code")

add_library(sluice_sanitizers INTERFACE)
add_library(sluice::sanitizers ALIAS sluice_sanitizers)
if(SLUICE_SANITIZE)
  target_compile_options(sluice_sanitizers INTERFACE
    -fsanitize=${SLUICE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # Two of UBSan's checks are left out, which take more than a quarter of the time to compile (46 s, and 34 without them, of
  # monitoring/run_log.cpp): ASan stops at a null pointer that is used, and -Wcast-align=strict at a cast to what is aligned
  # differently.
  if(SLUICE_SANITIZE MATCHES "undefined")
    target_compile_options(sluice_sanitizers INTERFACE -fno-sanitize=null,alignment)
  endif()
  target_link_options(sluice_sanitizers INTERFACE -fsanitize=${SLUICE_SANITIZE})
  if(SLUICE_FUZZ)
    target_compile_options(sluice_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
  endif()
  # libstdc++'s own checks: index out of range, empty front(), broken iterator ranges.
  target_compile_definitions(sluice_sanitizers INTERFACE _GLIBCXX_ASSERTIONS)
endif()
