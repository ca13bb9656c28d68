#include "features/cluster/owned.hpp"

namespace snapstash {
namespace {

constexpr std::uint64_t kPrime = 1'099'511'628'211ULL;

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash * kPrime;
}

std::uint64_t mix(std::uint64_t hash, std::string_view key, const json::Value* value) {
  if (value == nullptr) return hash;
  return mix(mix(hash, key), json::serialize(*value));
}

/// The managed kinds differ only in what is kept beside this.
template <class T>
bool read_owned(const json::Value& from, T& to, const json::Place& place) {
  const json::Value* metadata = json::find(from, "/metadata");
  if (metadata == nullptr) return place.fail("no metadata");
  if (!json::Codec<kube::ObjectMeta>::read(*metadata, to.metadata, json::Place(place, "metadata"))) return false;
  to.metadata.labels.clear();
  to.metadata.annotations.clear();
  to.content = cluster::fingerprint(from);
  return true;
}

}  // namespace

std::uint64_t cluster::fingerprint(const json::Value& object) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  for (const std::string_view key : {"/metadata/labels", "/metadata/annotations", "/metadata/ownerReferences"}) {
    hash = mix(hash, key, json::find(object, key));
  }
  if (!object.is_object()) return hash;
  for (const auto& member : object.get_object()) {
    const std::string_view key(member.key().data(), member.key().size());
    // Items of typed lists come without apiVersion and kind; watch events and answers have them.
    if (key == "metadata" || key == "status" || key == "apiVersion" || key == "kind") continue;
    hash = mix(hash, key, &member.value());
  }
  return hash;
}

namespace json {

bool Codec<cluster::ServiceAccount>::read(const Value& from, cluster::ServiceAccount& to, const Place& place) {
  return read_owned(from, to, place);
}

bool Codec<cluster::RoleBinding>::read(const Value& from, cluster::RoleBinding& to, const Place& place) {
  return read_owned(from, to, place);
}

bool Codec<cluster::CronJob>::read(const Value& from, cluster::CronJob& to, const Place& place) {
  if (!read_owned(from, to, place)) return false;
  to.last_schedule = parse_time(find_string(from, "/status/lastScheduleTime"));
  return true;
}

}  // namespace json
}  // namespace snapstash
