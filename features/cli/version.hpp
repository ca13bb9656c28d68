#pragma once
#include <string>

#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::cli {

/// Returns the versions as they are printed. `operators` is null for the client's version alone, or an array of the
/// operators found: {namespace, name, image, ready}. `wanted.brief`: the number and the images alone. Pure.
std::string format_version(const std::string& client, const json::Value& operators, const Version& wanted);

/// Returns the operators of the cluster, found by the chart's labels, as `format_version` takes them. Errors: those of
/// the request.
Task<Result<json::Value>> find_operators(const Ports& ports);

}  // namespace snapstash::cli
