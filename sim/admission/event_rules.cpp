#include <fmt/format.h>

#include "sim/admission/rule_parts.hpp"

/// After pkg/apis/core/validation/events.go: events.k8s.io/v1 is strict, v1 hardly so.
namespace snapstash::sim::rules {
namespace {

constexpr std::size_t kWordLimit = 128;
constexpr std::size_t kNoteLimit = 1024;

Cause unset(std::string field, std::string_view detail) {
  return invalid_value(std::move(field), json::Value(""), detail);
}

void check_word(const Change& change, const std::string& field) {
  const std::string_view text = change.text(pointer_of(field));
  if (text.empty()) change.add(required(field));
  if (text.size() > kWordLimit) change.add(unset(field, fmt::format("can have at most {} characters", kWordLimit)));
}

void check_reporter(const Change& change, const std::string& field) {
  const std::string_view controller = change.text(pointer_of(field));
  if (controller.empty()) change.add(required(field));
  complain(wrong_with_qualified_name(controller), field, json::make_string(controller), change.causes);
}

// What holds for both APIs (legacyValidateEvent).
void check_both(const Change& change, bool is_core) {
  const std::string_view namespace_ = change.text("/metadata/namespace");
  const std::string_view of_object = change.text(is_core ? "/involvedObject/namespace" : "/regarding/namespace");
  const bool timed = !change.at("/eventTime").is_null();
  const bool matches = of_object.empty() ? namespace_ == "default" || (timed && namespace_ == "kube-system")
                                         : timed || namespace_ == of_object;
  if (!matches) {
    change.add(invalid_value("involvedObject.namespace", json::make_string(of_object), "does not match event.namespace")
    );
  }
  if (!timed) return;
  check_reporter(change, is_core ? "reportingComponent" : "reportingController");
  for (const std::string_view field : {"reportingInstance", "action", "reason"}) check_word(change, std::string(field));
  if (change.text(is_core ? "/message" : "/note").size() > kNoteLimit) {
    change.add(unset("message", fmt::format("can have at most {} characters", kNoteLimit)));
  }
}

void check_series(const Change& change) {
  const json::Value& series = change.at("/series");
  if (!series.is_object()) return;
  const json::Value* count = json::find(series, "/count");
  if (count == nullptr || !count->is_number() || count->to_number<double>() < 2) {
    change.add(unset("series.count", "should be at least 2"));
  }
  if (json::find_string(series, "/lastObservedTime").empty()) change.add(required("series.lastObservedTime"));
}

void check_new(const Change& change) {
  check_series(change);
  if (change.at("/eventTime").is_null()) change.add(required("eventTime"));
  const std::string_view type = change.text("/type");
  if (type != "Normal" && type != "Warning") change.add(unset("type", fmt::format("has invalid value: {}", type)));
}

void check_changed(const Change& change) {
  if (change.at("/series") != change.old_at("/series")) check_series(change);
  struct Field {
    std::string_view name, pointer;
  };
  for (const auto& [name, pointer] :
       {Field{"involvedObject", "/regarding"}, Field{"reason", "/reason"}, Field{"message", "/note"},
        Field{"type", "/type"}, Field{"eventTime", "/eventTime"}, Field{"action", "/action"},
        Field{"related", "/related"}, Field{"reportingController", "/reportingController"},
        Field{"reportingInstance", "/reportingInstance"}}) {
    if (change.at(pointer) == change.old_at(pointer)) continue;
    change.add(invalid_value(std::string(name), change.at(pointer), kImmutable));
  }
}

}  // namespace

void check_event(const kube::Resource& resource, const Change& change) {
  const bool is_core = resource.group.empty();
  check_both(change, is_core);
  if (is_core) return;
  if (change.before == nullptr) {
    check_new(change);
  } else {
    check_changed(change);
  }
}

}  // namespace snapstash::sim::rules
