#pragma once
#include <map>
#include <string>
#include <string_view>

namespace snapstash::kube {

/// A process's environment as a value.
using Environment = std::map<std::string, std::string>;

/// Returns the environment that this process was started with.
Environment system_environment();

/// Returns the variable's value, "" when it is not set. Valid as long as `environment` is.
std::string_view variable(const Environment& environment, const std::string& name);

}  // namespace snapstash::kube
