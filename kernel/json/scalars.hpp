#pragma once
#include <cstdint>
#include <string>
#include <variant>

#include "kernel/base/time.hpp"

namespace snapstash::json {

/// metav1.MicroTime: a WallTime that is written with six fractional digits (Lease, events.k8s.io/v1).
struct MicroTime {
  WallTime time;
  friend bool operator==(const MicroTime&, const MicroTime&) = default;
};

/// intstr.IntOrString: a port by number or by name.
struct IntOrString {
  std::variant<std::int32_t, std::string> value;
  friend bool operator==(const IntOrString&, const IntOrString&) = default;
};

}  // namespace snapstash::json
