#pragma once
#include <iosfwd>
#include <string>

#include "kernel/base/executor.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/random.hpp"
#include "kernel/kube/client.hpp"

namespace snapstash::cli {

/// What every verb works with. All must outlive it. Results go to `out`, remarks to `err`.
struct Ports {
  kube::Client& client;
  Executor& executor;
  const Clock& clock;
  Random& random;
  Log& log;
  std::ostream& out;
  std::ostream& err;
  std::string namespace_;  ///< Never "".
};

}  // namespace snapstash::cli
