#include "features/cli/portable.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace snapstash::cli {
namespace {

constexpr std::array<std::string_view, 3> kOfTheOriginal{
    "snapstash.dev/", "snapshot.storage.kubernetes.io/", "kubectl.kubernetes.io/"
};

json::Object without_the_originals(const json::Object& entries) {
  json::Object left;
  for (const auto& entry : entries) {
    const std::string_view key(entry.key().data(), entry.key().size());
    const bool speaks_of_it = std::ranges::any_of(kOfTheOriginal, [&](auto prefix) { return key.starts_with(prefix); });
    if (!speaks_of_it) left[entry.key()] = entry.value();
  }
  return left;
}

}  // namespace

json::Object portable_metadata(const json::Value& object, const std::string& namespace_) {
  json::Object metadata{
      {"name", json::make_string(json::find_string(object, "/metadata/name"))}, {"namespace", namespace_}
  };
  for (const std::string_view part : {"labels", "annotations"}) {
    const json::Object* entries = json::find_object(object, std::string("/metadata/").append(part));
    if (entries == nullptr) continue;
    if (json::Object left = without_the_originals(*entries); !left.empty()) metadata[part] = std::move(left);
  }
  return metadata;
}

}  // namespace snapstash::cli
