# Defines sluice::sanitizers, which only our own targets link. SLUICE_SANITIZE is empty, "address,undefined" or "thread".

set(SLUICE_SANITIZE "" CACHE STRING "Sanitizers for our code")

add_library(sluice_sanitizers INTERFACE)
add_library(sluice::sanitizers ALIAS sluice_sanitizers)
if(SLUICE_SANITIZE)
  target_compile_options(sluice_sanitizers INTERFACE
    -fsanitize=${SLUICE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(sluice_sanitizers INTERFACE -fsanitize=${SLUICE_SANITIZE})
  # At a fixed address the program starts in half the time (166 and 82 ms): nothing of its 270 MB is relocated. The tests start
  # it some thousand times.
  target_link_options(sluice_sanitizers INTERFACE -no-pie)
  if(SLUICE_FUZZ)
    target_compile_options(sluice_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
  endif()
  # libstdc++'s own checks: index out of range, empty front(), broken iterator ranges.
  target_compile_definitions(sluice_sanitizers INTERFACE _GLIBCXX_ASSERTIONS)
endif()
