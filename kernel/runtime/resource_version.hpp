#pragma once
#include <algorithm>
#include <compare>
#include <optional>
#include <string_view>

namespace snapstash::runtime {

/// Returns whether `version` is a well-formed resourceVersion: a decimal without leading zero (KEP-5504). "0" is not.
inline bool is_comparable(std::string_view version) {
  return !version.empty() && version.front() != '0' &&
         std::ranges::all_of(version, [](char c) { return c >= '0' && c <= '9'; });
}

/// Compares two resourceVersions of one resource type by length, then lexically (KEP-5504, GA in Kubernetes 1.35; true
/// of etcd's versions long before). Returns nothing when either is not well-formed: then neither is older.
inline std::optional<std::strong_ordering> compare_versions(std::string_view a, std::string_view b) {
  if (!is_comparable(a) || !is_comparable(b)) return std::nullopt;
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

/// Returns whether `a` is known to be older than `b`.
inline bool is_older(std::string_view a, std::string_view b) {
  return compare_versions(a, b) == std::strong_ordering::less;
}

}  // namespace snapstash::runtime
