#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "kernel/base/error.hpp"

namespace snapstash::runtime {

/// Answers the kubelet's questions, in the format of the API server's own /livez and /readyz.
///
///     /healthz, /livez   all liveness checks     /readyz          all readiness checks
///     /readyz/stores     one check alone         ?verbose         one line per check
///     ?exclude=stores    all but these
///
/// Readiness must not depend on leadership: a standby is ready. A check is a quick look at memory, without I/O.
class Probes {
 public:
  using Check = std::function<Result<void>()>;

  struct Answer {
    int status = 200;
    std::string body;
  };

  /// Checks are run in the order of their names. What they look at must outlive this.
  void add_liveness(std::string name, Check check) { live_.insert_or_assign(std::move(name), std::move(check)); }
  void add_readiness(std::string name, Check check) { ready_.insert_or_assign(std::move(name), std::move(check)); }

  /// Returns 200 when every check asked for is good, 500 when one is not (the body then names all), 404 for what is
  /// none of our paths. `query` is without '?'.
  Answer answer(std::string_view path, std::string_view query) const;

 private:
  using Checks = std::map<std::string, Check, std::less<>>;
  Checks live_, ready_;
};

}  // namespace snapstash::runtime
