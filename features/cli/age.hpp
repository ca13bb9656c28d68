#pragma once
#include <string>

#include "kernel/base/time.hpp"

namespace snapstash::cli {

/// Returns a duration as kubectl shows ages (apimachinery duration.HumanDuration): "45s", "3m20s", "25m", "5h10m",
/// "20h", "3d4h", "40d", "2y30d". Less than nothing, as clocks that differ give, is "0s".
std::string format_age(Duration age);

}  // namespace snapstash::cli
