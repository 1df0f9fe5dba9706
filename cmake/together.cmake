# Several files of a target as one text: most of the time for a file goes into the headers that it includes. Only files
# that share no name of their own are put together (tools/file_groups.py); when two come to share one, the compiler says
# that it is defined twice, and configuring again parts them. Builds without this option (release, bench) and clang-tidy hold each
# file to including what it needs.
option(SLUICE_COMPILE_TOGETHER "Compile several files of a target as one" OFF)
set(SLUICE_MOST_TOGETHER 6)

# sluice_compile_together(TARGET): of the files that TARGET has now.
function(sluice_compile_together TARGET)
  if(NOT SLUICE_COMPILE_TOGETHER)
    return()
  endif()
  get_target_property(files ${TARGET} SOURCES)
  list(TRANSFORM files PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  execute_process(
    COMMAND "${PROJECT_SOURCE_DIR}/tools/file_groups.py" ${SLUICE_MOST_TOGETHER} ${files}
    OUTPUT_VARIABLE groups OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE ";" "\\;" groups "${groups}")
  string(REPLACE "\n" ";" groups "${groups}")
  set(number 0)
  foreach(group IN LISTS groups)
    math(EXPR number "${number} + 1")
    set_source_files_properties(${group} PROPERTIES UNITY_GROUP "${number}")
  endforeach()
  # Each file's unnamed namespace is its own all the same.
  target_compile_options(${TARGET} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()
