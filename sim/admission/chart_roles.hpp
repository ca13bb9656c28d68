#pragma once
#include <span>
#include <string_view>

#include "kernel/json/value.hpp"

/// What our chart installs to say who may what.
namespace snapstash::sim {

/// Where the chart is installed: helm's release and namespace.
inline constexpr std::string_view kRelease = "snapstash";
inline constexpr std::string_view kReleaseNamespace = "snapstash-system";

/// Returns the chart's service account, roles and bindings as helm renders them with its default values.
std::span<const json::Value> chart_roles();

}  // namespace snapstash::sim
