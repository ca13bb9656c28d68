#include "kernel/kube/object_meta.hpp"

#include <algorithm>

#include "kernel/json/codec_impl.hpp"

namespace snapstash {

json::Object kube::to_json(const Labels& labels) {
  json::Object object;
  for (const auto& [key, value] : labels) {
    object.emplace(boost::json::string_view(key.str()), json::make_string(value.view()));
  }
  return object;
}

bool kube::is_owned_by(const ObjectMeta& metadata, std::string_view uid) {
  return std::ranges::any_of(metadata.owner_references, [&](const OwnerReference& owner) { return owner.uid == uid; });
}

}  // namespace snapstash

template struct snapstash::json::Codec<snapstash::kube::ObjectMeta>;
