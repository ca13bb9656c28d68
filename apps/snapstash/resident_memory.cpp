#include "apps/snapstash/resident_memory.hpp"

#include <chrono>
#include <cstdint>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/base/race.hpp"

// Named by the linker: where the program begins, and where its code ends. What is before is constant, too.
extern "C" const char __executable_start;
extern "C" const char etext;

namespace snapstash {
namespace {

constexpr auto kPeriod = std::chrono::minutes(1);

/// A private mapping of a file that nobody writes to loses nothing: MADV_DONTNEED makes the next access read the file's
/// page again (madvise(2)).
void unmap_unused_code() {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const char* const start = &__executable_start;
  const char* const begin = start - reinterpret_cast<std::uintptr_t>(start) % page;
  const auto whole = reinterpret_cast<std::uintptr_t>(&etext) - reinterpret_cast<std::uintptr_t>(begin);
  // A refusal costs memory, nothing else.
  ::madvise(const_cast<char*>(begin), whole / page * page, MADV_DONTNEED);
}

}  // namespace

Task<void> keep_resident_memory_small(Executor& executor) {
  for (;;) {
    co_await sleep_until(executor, executor.now() + kPeriod);
    ::malloc_trim(0);
    unmap_unused_code();
  }
}

}  // namespace snapstash
