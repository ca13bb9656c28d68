#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "kernel/runtime/metrics.hpp"

namespace snapstash::runtime {

/// What the kernel says about this process.
struct ProcessFacts {
  double resident_bytes = 0, virtual_bytes = 0;
  double cpu_seconds = 0;  ///< User and system.
  double started_at = 0;   ///< Unix seconds.
  double open_files = 0;
};

/// Units of /proc, from sysconf.
struct ProcUnits {
  double ticks_per_second = 100;
  double page_bytes = 4096;
};

/// Reads /proc/self/stat and the `btime` line of /proc/stat (proc_pid_stat(5)). Pure. Returns nothing when either is
/// not what the manual says. `open_files` is left 0.
std::optional<ProcessFacts> parse_process(std::string_view self_stat, std::string_view stat, const ProcUnits& units);

/// Returns the process_* families that every Prometheus client exports.
std::vector<MetricFamily> process_families(const ProcessFacts& facts);

/// Exports this process, read at every scrape, as long as the subscription lives. For the program, not the simulator.
[[nodiscard]] Subscription export_process(Registry& registry);

}  // namespace snapstash::runtime
