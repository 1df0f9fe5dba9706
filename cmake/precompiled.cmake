# The standard headers that most of our files include, parsed once for src/ and once for tests/: that is half of the time
# of a small file. Files say all the same what they include: builds without this option (release, bench) and clang-tidy
# hold them to it.
option(SLUICE_PRECOMPILED_HEADERS "Parse the headers that most files include once" OFF)

set(SLUICE_COMMON_HEADERS
  <algorithm> <array> <charconv> <chrono> <cstdint> <filesystem> <functional> <map> <memory> <mutex> <optional> <set> <span>
  <string> <string_view> <unordered_map> <utility> <vector> <fmt/format.h> <tl/expected.hpp>)

# sluice_precompile(NAME [header...] [LINKS target...]): a library that holds the common headers and those, parsed.
function(sluice_precompile NAME)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "LINKS")
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/${NAME}.cpp" CONTENT "// A library has a file.\n")
  add_library(${NAME} OBJECT "${PROJECT_BINARY_DIR}/${NAME}.cpp")
  target_link_libraries(${NAME} PRIVATE dep::fmt dep::expected ${ARG_LINKS} sluice::warnings sluice::sanitizers)
  target_precompile_headers(${NAME} PRIVATE ${SLUICE_COMMON_HEADERS} ${ARG_UNPARSED_ARGUMENTS})
endfunction()

# sluice_use_precompiled(TARGET NAME): TARGET's files begin with the headers of NAME.
function(sluice_use_precompiled TARGET NAME)
  if(SLUICE_PRECOMPILED_HEADERS)
    target_precompile_headers(${TARGET} REUSE_FROM ${NAME})
  endif()
endfunction()

if(SLUICE_PRECOMPILED_HEADERS)
  # What ccache must be told to store files that begin with parsed headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CMAKE_CXX_COMPILER_LAUNCHER})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
  sluice_precompile(sluice_precompiled)
endif()
