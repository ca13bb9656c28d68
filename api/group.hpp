#pragma once
#include <string_view>

/// The kinds that users write (group stash.appscode.com, as Stash has them), their validation, and the kinds of others
/// that Snapstash reads (api/cluster).
namespace snapstash::api {

inline constexpr std::string_view kGroup = "stash.appscode.com";
inline constexpr std::string_view kVersion = "v1beta1";

}  // namespace snapstash::api
