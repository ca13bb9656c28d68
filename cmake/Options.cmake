# How our own code is compiled: one interface target that every target of ours links privately.
include_guard(GLOBAL)
set(SNAPSTASH_SANITIZE "" CACHE STRING "address;undefined | thread | empty")
option(SNAPSTASH_FUZZ "compile so that libFuzzer sees which code ran, and build tests/fuzz" OFF)
option(SNAPSTASH_MUTANTS "build in the bugs of kernel/base/mutant.hpp, to be switched on at run time" OFF)
option(SNAPSTASH_STATIC "link everything, libc included, into the binary" OFF)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# Boost.Asio's header-only parts and a static non-PIE binary: the smallest resident size.
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
# Speed makes this program larger, not faster: it waits for the network.
set(CMAKE_CXX_FLAGS_RELEASE "-Os -DNDEBUG")
# Optimised, with every assertion: what the simulator's many runs are built with.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2")

add_library(snapstash_options INTERFACE)
target_compile_options(snapstash_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Wno-missing-field-initializers -fno-plt)
target_link_options(snapstash_options INTERFACE -fuse-ld=lld-19)
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(snapstash_options INTERFACE _GLIBCXX_ASSERTIONS)
  target_compile_options(snapstash_options INTERFACE -gline-tables-only)
else()
  target_compile_definitions(snapstash_options INTERFACE _FORTIFY_SOURCE=2)
  target_compile_options(snapstash_options INTERFACE -fstack-protector-strong -ffunction-sections -fdata-sections)
  # The same bytes wherever the sources lie (make reproducible); ccache makes paths relative to the build folder.
  target_compile_options(snapstash_options INTERFACE
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=../../=)
  target_link_options(snapstash_options INTERFACE -Wl,--gc-sections -Wl,--icf=safe -Wl,-z,relro -Wl,-z,now)
endif()
foreach(sanitizer IN LISTS SNAPSTASH_SANITIZE)
  target_compile_options(snapstash_options INTERFACE -fsanitize=${sanitizer} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(snapstash_options INTERFACE -fsanitize=${sanitizer})
endforeach()
if(SNAPSTASH_MUTANTS)
  target_compile_definitions(snapstash_options INTERFACE SNAPSTASH_MUTANTS)
endif()
if(SNAPSTASH_FUZZ)
  target_compile_options(snapstash_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
