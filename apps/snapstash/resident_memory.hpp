#pragma once
#include "kernel/base/executor.hpp"
#include "kernel/base/task.hpp"

namespace snapstash {

/// Gives back to the system, once a minute, what the process does not need: free pages of its heap, and those pages of
/// its own file that were mapped for something that is over, such as the start or a list of thousands of objects. The
/// latter stay in the page cache and come back with a minor fault. For ever: to be cancelled.
Task<void> keep_resident_memory_small(Executor& executor);

}  // namespace snapstash
