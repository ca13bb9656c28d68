#pragma once
#include <cstdint>
#include <string>
#include <tuple>

#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

/// Two kinds for tests of the runtime: a Widget, and a Gadget that a Widget may own.
namespace snapstash::runtime {

struct Widget {
  static constexpr kube::Resource kResource{"example.io", "v1", "Widget", "widgets", true};
  kube::ObjectMeta metadata;
  std::int64_t size = 0;
  friend bool operator==(const Widget&, const Widget&) = default;
};

struct Gadget {
  static constexpr kube::Resource kResource{"example.io", "v1", "Gadget", "gadgets", true};
  kube::ObjectMeta metadata;
  std::string color;
  friend bool operator==(const Gadget&, const Gadget&) = default;
};

/// Returns the JSON of a Widget in namespace "ns".
std::string widget_json(const std::string& name, const std::string& uid, int version, int size);
/// Returns the JSON of a Gadget in namespace "ns", owned by the Widget `owner` of that UID.
std::string gadget_json(const std::string& name, int version, const std::string& owner, const std::string& owner_uid);
/// Returns one line of a watch.
std::string event_line(const std::string& type, const std::string& object);
/// Returns the line of a bookmark; the one that ends the initial events if so wished.
std::string bookmark_line(int version, bool initial_events_end = false);
/// Returns a list's body.
std::string list_json(const std::string& items, int version, const std::string& continue_token = "");
/// Returns the body of a Status.
std::string status_json(int code, const std::string& reason);
json::Value parsed(const std::string& text);

}  // namespace snapstash::runtime

namespace snapstash::json {

template <>
struct Description<runtime::Widget> {
  using T = runtime::Widget;
  static constexpr std::tuple fields{field("metadata", &T::metadata, "Metadata."), field("size", &T::size, "Size.")};
};

template <>
struct Description<runtime::Gadget> {
  using T = runtime::Gadget;
  static constexpr std::tuple fields{field("metadata", &T::metadata, "Metadata."), field("color", &T::color, "Color.")};
};

extern template struct Codec<runtime::Widget>;
extern template struct Codec<runtime::Gadget>;

}  // namespace snapstash::json
