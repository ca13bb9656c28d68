#include "features/hooks/errand.hpp"

namespace snapstash::hooks {
namespace {

Result<std::optional<api::Handler>> handler_in(const json::Value& value, std::string_view key) {
  const json::Value* found = json::find_key(value, key);
  if (found == nullptr) return std::nullopt;
  auto handler = json::decode<api::Handler>(*found, key);
  if (!handler) return fail(std::move(handler).error());
  return *std::move(handler);
}

}  // namespace

json::Object to_json(const Errand& errand) {
  json::Object object{
      {"selector", json::make_string(errand.audience.selector)},
      {"claim", json::make_string(errand.audience.claim)},
      {"all", errand.audience.all},
      {"timeout", json::make_string(format_duration(errand.timeout))},
      {"facts", to_json(errand.facts)}
  };
  if (errand.pre) object["pre"] = json::encode(*errand.pre);
  if (errand.post) object["post"] = json::encode(*errand.post);
  return object;
}

Result<Errand> errand_from(const json::Value& value) {
  Errand errand;
  auto pre = handler_in(value, "pre");
  if (!pre) return fail(std::move(pre).error());
  auto post = handler_in(value, "post");
  if (!post) return fail(std::move(post).error());
  errand.pre = *std::move(pre);
  errand.post = *std::move(post);
  errand.audience.selector = json::find_string(value, "/selector");
  errand.audience.claim = json::find_string(value, "/claim");
  if (const json::Value* all = json::find(value, "/all"); all != nullptr && all->is_bool()) {
    errand.audience.all = all->get_bool();
  }
  const auto timeout = parse_duration(json::find_string(value, "/timeout"));
  if (!timeout || *timeout <= Duration(0)) return fail(Code::kInvalid, "hooks: timeout is required, as 5m");
  errand.timeout = *timeout;
  if (const json::Value* facts = json::find(value, "/facts")) errand.facts = facts_from(*facts);
  return errand;
}

}  // namespace snapstash::hooks
