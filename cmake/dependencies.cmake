# Defines dep::NAME for every third-party part, all as SYSTEM includes. THIRD_PARTY.md says why each is there.

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json REQUIRED)

# dep(NAME target...): an imported interface, so that its headers are system headers.
function(dep NAME)
  add_library(dep::${NAME} INTERFACE IMPORTED GLOBAL)
  target_link_libraries(dep::${NAME} INTERFACE ${ARGN})
endfunction()

dep(fmt fmt::fmt-header-only)
dep(cli11 CLI11::CLI11)
dep(expected tl::expected)
dep(json nlohmann_json::nlohmann_json)
dep(openssl OpenSSL::SSL OpenSSL::Crypto)
dep(threads Threads::Threads)

# The archive, not the shared library: the binary depends on nothing but the C and C++ runtime and OpenSSL.
find_library(SLUICE_YAML_ARCHIVE NAMES libyaml.a REQUIRED)
dep(yaml "${SLUICE_YAML_ARCHIVE}")
