# Defines sluice::warnings, which only our own targets link: third-party code keeps its own flags.

option(SLUICE_WERROR "Treat warnings in our code as errors" OFF)

add_library(sluice_warnings INTERFACE)
add_library(sluice::warnings ALIAS sluice_warnings)
target_compile_options(sluice_warnings INTERFACE
  -Wall -Wextra -Wpedantic
  -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion
  -Wcast-qual -Wcast-align=strict -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>
  $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>
  $<$<COMPILE_LANGUAGE:CXX>:-Wextra-semi>
  $<$<COMPILE_LANGUAGE:CXX>:-Wsuggest-override>
  $<$<BOOL:${SLUICE_WERROR}>:-Werror>)
