#include "kernel/runtime/widget_fixture.hpp"

#include <fmt/format.h>

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::runtime::Widget>;
template struct snapstash::json::Codec<snapstash::runtime::Gadget>;

namespace snapstash::runtime {

std::string widget_json(const std::string& name, const std::string& uid, int version, int size) {
  return fmt::format(
      R"({{"kind":"Widget","metadata":{{"namespace":"ns","name":"{}","uid":"{}","resourceVersion":"{}"}},"size":{}}})",
      name, uid, version, size
  );
}

std::string gadget_json(const std::string& name, int version, const std::string& owner, const std::string& owner_uid) {
  return fmt::format(
      R"({{"metadata":{{"namespace":"ns","name":"{0}","uid":"u-{0}","resourceVersion":"{1}","ownerReferences":[)"
      R"({{"apiVersion":"example.io/v1","kind":"Widget","name":"{2}","uid":"{3}","controller":true}}]}},"color":"red"}})",
      name, version, owner, owner_uid
  );
}

std::string event_line(const std::string& type, const std::string& object) {
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object);
}

std::string bookmark_line(int version, bool initial_events_end) {
  const std::string annotations =
      initial_events_end ? R"(,"annotations":{"k8s.io/initial-events-end":"true"})" : std::string();
  return event_line(
      "BOOKMARK", fmt::format(R"({{"kind":"Widget","metadata":{{"resourceVersion":"{}"{}}}}})", version, annotations)
  );
}

std::string list_json(const std::string& items, int version, const std::string& continue_token) {
  return fmt::format(
      R"({{"kind":"WidgetList","metadata":{{"resourceVersion":"{}","continue":"{}"}},"items":[{}]}})", version,
      continue_token, items
  );
}

std::string status_json(int code, const std::string& reason) {
  return fmt::format(
      R"({{"kind":"Status","status":"Failure","code":{},"reason":"{}","message":"{}"}})", code, reason, reason
  );
}

json::Value parsed(const std::string& text) { return json::parse(text).value(); }

}  // namespace snapstash::runtime
