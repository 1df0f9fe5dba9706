# Chooses the build type, the compiler launcher and the linker.

if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux" OR NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  message(FATAL_ERROR "Sluice builds on Linux x86-64. Elsewhere use WSL2 or a container.")
endif()

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(SLUICE_CCACHE ccache)
if(SLUICE_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${SLUICE_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SLUICE_CCACHE}")
endif()

# Each test that uses the engine links 150 MB of archives; mold does that in a fraction of the time of ld.
# With LTO the linking is the compiler's work, and ld is the linker that g++ is tested with.
option(SLUICE_LTO "Optimise across files at link time" OFF)
find_program(SLUICE_MOLD mold)
if(SLUICE_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
elseif(SLUICE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
