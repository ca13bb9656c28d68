#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace snapstash {

using Duration = std::chrono::nanoseconds;

/// Time that only moves forward; for deadlines and back-off. Never compared with a server's clock.
using MonoTime = std::chrono::steady_clock::time_point;

/// Calendar time (UTC), in microseconds as Kubernetes' MicroTime has it.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

/// Returns e.g. "2026-07-20T02:00:11Z" (metav1.Time: whole seconds, rounded down).
std::string format_time(WallTime time);

/// Returns e.g. "2026-07-20T02:00:11.000000Z" (metav1.MicroTime: six digits).
std::string format_micro_time(WallTime time);

/// Reads RFC 3339 with any number of fractional digits and any offset. Returns nothing for anything else.
std::optional<WallTime> parse_time(std::string_view text);

/// Returns whole seconds since 1970, rounded down: the suffix of a VolumeSnapshot's name.
std::int64_t unix_seconds(WallTime time);

/// Reads Go's duration text (`1h30m`, `1.5s`, `-2m`, `300ms`, "0"; time.ParseDuration). No `d`. Returns nothing for
/// anything else, out-of-range values included.
std::optional<Duration> parse_duration(std::string_view text);

/// Returns Go's text of a duration (time.Duration.String): `34s`, `1m5s`, `12.345678901s`, `2m0s`, `0s`, `1.5ms`.
std::string format_duration(Duration duration);

/// The calendar. A port: tests and the simulator own it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
};

/// The machine's own clock.
class SystemClock final : public Clock {
 public:
  WallTime now() const override;
};

}  // namespace snapstash
