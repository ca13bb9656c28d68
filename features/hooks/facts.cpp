#include "features/hooks/facts.hpp"

#include <algorithm>

#include "api/group.hpp"

namespace snapstash::hooks {

json::Object to_json(const Facts& facts) {
  const auto text = [](const std::string& value) { return json::make_string(value); };
  return {
      {"Name", text(facts.name)},
      {"Namespace", text(facts.namespace_)},
      {"Invoker",
       json::Object{
           {"APIGroup", json::make_string(api::kGroup)},
           {"Kind", text(facts.invoker_kind)},
           {"Name", text(facts.invoker_name)}
       }},
      {"Target",
       json::Object{
           {"APIVersion", text(facts.target.api_version)},
           {"Kind", text(facts.target.kind)},
           {"Name", text(facts.target.name)},
           {"Namespace", text(facts.target.namespace_)}
       }},
      {"Status",
       json::Object{{"Phase", text(facts.phase)}, {"Duration", text(facts.duration)}, {"Error", text(facts.error)}}},
      {"RetryLeft", facts.retry_left}
  };
}

Facts facts_from(const json::Value& value) {
  const auto text = [&](std::string_view pointer) { return std::string(json::find_string(value, pointer)); };
  Facts facts{.name = text("/Name"), .namespace_ = text("/Namespace")};
  facts.invoker_kind = text("/Invoker/Kind");
  facts.invoker_name = text("/Invoker/Name");
  facts.target.api_version = text("/Target/APIVersion");
  facts.target.kind = text("/Target/Kind");
  facts.target.name = text("/Target/Name");
  facts.target.namespace_ = text("/Target/Namespace");
  facts.phase = text("/Status/Phase");
  facts.duration = text("/Status/Duration");
  facts.error = text("/Status/Error");
  if (const json::Value* left = json::find(value, "/RetryLeft"); left != nullptr && left->is_int64()) {
    facts.retry_left = static_cast<int>(left->get_int64());
  }
  return facts;
}

std::string duration_since(WallTime start, WallTime now) {
  return format_duration(std::chrono::round<std::chrono::seconds>(std::max(now - start, WallTime::duration(0))));
}

}  // namespace snapstash::hooks
