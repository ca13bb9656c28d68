#pragma once
#include <functional>
#include <string>

#include "kernel/base/event.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/random.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/wire/outbound.hpp"

namespace snapstash::jobs {

/// What the program inside a Job's pod works with. All must outlive it.
struct Ports {
  kube::Client& client;
  Executor& executor;
  const Clock& clock;
  Random& random;
  Log& log;
  wire::Outbound& outbound;                            ///< Servers other than the API server: what hooks call.
  std::string namespace_;                              ///< The pod's own.
  std::function<void(const std::string&)> last_words;  ///< Writes the termination message.
  Event& stop;                                         ///< Set by SIGTERM.
};

/// Exit codes. A pod that is stopped must not look as if it had done its work (a Job would count it as complete).
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kStopped = 143;  ///< 128 + SIGTERM

}  // namespace snapstash::jobs
