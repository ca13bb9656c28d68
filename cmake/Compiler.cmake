# Refuses compilers that would build a program that is wrong.
include_guard(GLOBAL)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "g++ ${CMAKE_CXX_COMPILER_VERSION} silently miscompiles ordinary coroutine code (temporaries in an expression with "
    "co_await are destroyed twice; GCC PR106188 and its family), and Snapstash is made of coroutines. "
    "Use clang 19: apt-get install clang-19, then cmake --preset dev.")
endif()
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "Snapstash is built and tested with clang 19 or later; this is ${CMAKE_CXX_COMPILER_ID} "
    "${CMAKE_CXX_COMPILER_VERSION}. apt-get install clang-19, then cmake --preset dev.")
endif()
