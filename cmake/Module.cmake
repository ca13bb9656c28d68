# snapstash_module(name SOURCES .. LINK .. TESTS .. TEST_LINK ..)
#
# One folder of the tree: library snapstash_<name> (alias snapstash::<name>) and, if TESTS are given, one test program
# snapstash_<name>_test whose cases ctest lists as <name>.<Suite>.<Case>. Headers are included by their path from the
# project's root. LINK is public. A module without SOURCES is header-only.
include_guard(GLOBAL)
include(GoogleTest)

function(snapstash_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;TESTS;TEST_LINK")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "snapstash_module(${name}): what is ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  if(arg_SOURCES)
    add_library(snapstash_${name} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(snapstash_${name} PRIVATE snapstash_options)
  else()
    add_library(snapstash_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(snapstash::${name} ALIAS snapstash_${name})
  target_include_directories(snapstash_${name} ${scope} ${PROJECT_SOURCE_DIR})
  target_link_libraries(snapstash_${name} ${scope} ${arg_LINK})
  if(BUILD_TESTING AND arg_TESTS)
    add_executable(snapstash_${name}_test ${arg_TESTS})
    target_link_libraries(snapstash_${name}_test PRIVATE
      snapstash::${name} ${arg_TEST_LINK} snapstash_options GTest::gmock GTest::gtest_main)
    gtest_discover_tests(snapstash_${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit)
  endif()
endfunction()
