# The version the binary reports: the project's, plus the commit it was built from where git knows it.
include_guard(GLOBAL)
set(SNAPSTASH_COMMIT "" CACHE STRING "commit to report; empty = ask git")
if(NOT SNAPSTASH_COMMIT)
  execute_process(COMMAND git rev-parse --short=12 HEAD WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    OUTPUT_VARIABLE SNAPSTASH_COMMIT_FOUND OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
else()
  set(SNAPSTASH_COMMIT_FOUND ${SNAPSTASH_COMMIT})
endif()
