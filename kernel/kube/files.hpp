#pragma once
#include <string>

#include "kernel/base/error.hpp"

namespace snapstash::kube {

/// Where configuration and secrets are read from. A port: tests and the simulator have files in memory.
class Files {
 public:
  virtual ~Files() = default;
  /// Returns the whole content. Errors: kNotFound when there is no such file, kInvalid when it cannot be read (a
  /// directory, no permission, larger than 16 MiB); both name the path.
  virtual Result<std::string> read(const std::string& path) = 0;
};

/// The machine's own files. Reading blocks; what is read here is small and local.
class DiskFiles final : public Files {
 public:
  Result<std::string> read(const std::string& path) override;
};

}  // namespace snapstash::kube
