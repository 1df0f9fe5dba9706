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

# Compiled once (cmake/fmt.cpp says why), against the headers alone.
add_library(sluice_fmt STATIC "${PROJECT_SOURCE_DIR}/cmake/fmt.cpp")
dep(fmt sluice_fmt)
dep(cli11 CLI11::CLI11)
# Its headers alone, which Debian has set up for a fmt from outside: ours. Its library would bring Debian's.
find_path(SLUICE_SPDLOG_INCLUDE NAMES spdlog/spdlog.h REQUIRED)
dep(spdlog sluice_fmt)
dep(expected tl::expected)
dep(json nlohmann_json::nlohmann_json)
dep(openssl OpenSSL::SSL OpenSSL::Crypto)
dep(threads Threads::Threads)

# The archive, not the shared library: the binary depends on nothing but the C and C++ runtime and OpenSSL.
find_library(SLUICE_YAML_ARCHIVE NAMES libyaml.a REQUIRED)
dep(yaml "${SLUICE_YAML_ARCHIVE}")

find_library(SLUICE_UTF8PROC_ARCHIVE NAMES libutf8proc.a REQUIRED)
dep(utf8proc "${SLUICE_UTF8PROC_ARCHIVE}")

find_library(SLUICE_SQLITE_ARCHIVE NAMES libsqlite3.a REQUIRED)
dep(sqlite "${SLUICE_SQLITE_ARCHIVE}" Threads::Threads ${CMAKE_DL_LIBS} m)

find_library(SLUICE_ZSTD_ARCHIVE NAMES libzstd.a REQUIRED)
dep(zstd "${SLUICE_ZSTD_ARCHIVE}" Threads::Threads)

find_library(SLUICE_RE2_ARCHIVE NAMES libre2.a REQUIRED)
dep(re2 "${SLUICE_RE2_ARCHIVE}" Threads::Threads)

find_library(SLUICE_DEFLATE_ARCHIVE NAMES libdeflate.a REQUIRED)
dep(deflate "${SLUICE_DEFLATE_ARCHIVE}")

# Abseil's time zones, from its archives for the same reason. Users first, so that a linker that reads each archive once
# finds everything.
set(absl_archives)
foreach(part
    time civil_time time_zone strings strings_internal int128 throw_delegate base raw_logging_internal spinlock_wait
    log_severity)
  find_library(SLUICE_ABSL_${part} NAMES libabsl_${part}.a REQUIRED)
  list(APPEND absl_archives "${SLUICE_ABSL_${part}}")
endforeach()
dep(time_zones ${absl_archives} Threads::Threads)

# The parts that Debian does not have: built once into a cache outside the build tree, which prints where.
message(STATUS "Third-party parts: tools/third-party/build (minutes the first time)")
execute_process(
  COMMAND "${PROJECT_SOURCE_DIR}/tools/third-party/build" simdjson isal duckdb aws-c-s3 curl
  OUTPUT_VARIABLE third_party
  RESULT_VARIABLE third_party_result)
if(third_party_result)
  message(FATAL_ERROR "A third-party part could not be built; the reason stands above.")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  tools/third-party/build tools/third-party/simdjson.sh tools/third-party/isal.sh
  tools/third-party/duckdb.sh tools/third-party/curl.sh
  tools/third-party/aws-c-s3.sh tools/third-party/aws-c-s3/CMakeLists.txt)

# third_party_prefix(NAME VARIABLE): the folder that the script printed for NAME.
function(third_party_prefix NAME VARIABLE)
  if(NOT third_party MATCHES "(^|\n)${NAME}=([^\n]+)")
    message(FATAL_ERROR "tools/third-party/build printed no folder for ${NAME}")
  endif()
  set(${VARIABLE} "${CMAKE_MATCH_2}" PARENT_SCOPE)
endfunction()

third_party_prefix(simdjson simdjson)
dep(simdjson "${simdjson}/lib/libsimdjson.a")
target_include_directories(dep::simdjson INTERFACE "${simdjson}/include")

third_party_prefix(isal isal)
dep(isal "${isal}/lib/libisal.a")
target_include_directories(dep::isal INTERFACE "${isal}/include")

third_party_prefix(curl curl)
dep(curl "${curl}/lib/libcurl.a" OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_include_directories(dep::curl INTERFACE "${curl}/include")
target_compile_definitions(dep::curl INTERFACE CURL_STATICLIB)

# The archives refer to one another in circles, and the loader names every extension, so all are linked.
third_party_prefix(duckdb duckdb)
file(GLOB duckdb_archives "${duckdb}/lib/*.a")
list(JOIN duckdb_archives "," duckdb_group)
dep(duckdb "$<LINK_GROUP:RESCAN,${duckdb_group}>" Threads::Threads ${CMAKE_DL_LIBS})
target_include_directories(dep::duckdb INTERFACE "${duckdb}/include")

# Users first, so that a linker that reads each archive once finds everything.
third_party_prefix(aws-c-s3 aws_c_s3)
set(aws_archives
  aws-c-s3 aws-c-auth aws-c-http aws-c-compression aws-checksums aws-c-io aws-c-cal s2n aws-c-sdkutils aws-c-common)
list(TRANSFORM aws_archives PREPEND "${aws_c_s3}/lib/lib")
list(TRANSFORM aws_archives APPEND ".a")
dep(aws_s3 ${aws_archives} OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS} m)
target_include_directories(dep::aws_s3 INTERFACE "${aws_c_s3}/include")
