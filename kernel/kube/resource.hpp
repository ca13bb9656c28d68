#pragma once
#include <string>
#include <string_view>

namespace snapstash::kube {

/// Which API a typed kind belongs to. Every typed kind T has `static constexpr kube::Resource kResource`, a public
/// `kube::ObjectMeta metadata`, and a json::Codec<T>.
struct Resource {
  std::string_view group;  ///< "" for the core group.
  std::string_view version, kind, plural;
  bool namespaced = true;

  /// Returns "apps/v1", "v1": what an object's apiVersion says.
  std::string api_version() const {
    return group.empty() ? std::string(version) : std::string(group).append("/").append(version);
  }
  friend bool operator==(const Resource&, const Resource&) = default;
};

}  // namespace snapstash::kube
