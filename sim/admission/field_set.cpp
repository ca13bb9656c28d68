#include "sim/admission/field_set.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

// Field names, keys, values, indices: the order of FieldsV1.
int rank(std::string_view element) {
  constexpr std::string_view kKinds = "fkvi";
  return static_cast<int>(kKinds.find(element.front()));
}

bool before(std::string_view a, std::string_view b) { return a.front() == b.front() ? a < b : rank(a) < rank(b); }

bool is_element(std::string_view text) {
  return text.size() > 1 && text[1] == ':' && std::string_view("fkvi").contains(text[0]);
}

// A path element as messages show it.
std::string shown(std::string_view element) {
  const std::string_view what = element.substr(2);
  if (element[0] == 'f') return fmt::format(".{}", what);
  if (element[0] == 'v') return fmt::format("[={}]", what);
  if (element[0] == 'i') return fmt::format("[{}]", what);
  const auto key = json::parse(what);
  std::string text;
  if (key && key->is_object()) {
    for (const auto& part : key->get_object()) {
      text +=
          fmt::format("{}{}={}", text.empty() ? "" : ",", std::string_view(part.key()), json::serialize(part.value()));
    }
  }
  return fmt::format("[{}]", text);
}

void collect(const FieldSet& set, const std::string& prefix, std::vector<std::string>& to) {
  for (const FieldSet::Node& node : set.nodes()) {
    if (node.member) to.push_back(prefix + shown(node.element));
  }
  for (const FieldSet::Node& node : set.nodes()) {
    if (!node.below.empty()) collect(node.below, prefix + shown(node.element), to);
  }
}

}  // namespace

FieldSet FieldSet::from_json(const json::Value& fields_v1) {
  FieldSet set;
  const json::Object* object = fields_v1.if_object();
  if (object == nullptr) return set;
  for (const auto& item : *object) {
    const std::string_view element(item.key());
    if (!is_element(element)) continue;
    const json::Object* below = item.value().if_object();
    Node& node = set.at(element);
    node.member = below == nullptr || below->empty() || below->contains(".");
    node.below = from_json(item.value());
  }
  set.trim();
  return set;
}

json::Value FieldSet::to_json() const {
  json::Object object;
  object.reserve(nodes_.size());
  for (const Node& node : nodes_) {
    json::Value below = node.below.to_json();
    if (node.member && !node.below.empty()) {
      json::Object with_itself;
      with_itself.reserve(node.below.nodes_.size() + 1);
      with_itself.emplace(".", json::Object());
      for (auto& item : below.get_object()) with_itself.emplace(item.key(), std::move(item.value()));
      below = std::move(with_itself);
    }
    object.emplace(node.element, std::move(below));
  }
  return object;
}

FieldSet::Node& FieldSet::at(std::string_view element) {
  if (nodes_.empty() || before(nodes_.back().element, element)) {
    return nodes_.emplace_back(Node{.element = std::string(element), .member = false, .below = {}});
  }
  const auto place = std::ranges::lower_bound(nodes_, element, before, &Node::element);
  if (place != nodes_.end() && place->element == element) return *place;
  return *nodes_.insert(place, Node{.element = std::string(element), .member = false, .below = {}});
}

const FieldSet::Node* FieldSet::find(std::string_view element) const {
  const auto place = std::ranges::lower_bound(nodes_, element, before, &Node::element);
  return place != nodes_.end() && place->element == element ? &*place : nullptr;
}

void FieldSet::trim() {
  std::erase_if(nodes_, [](Node& node) {
    node.below.trim();
    return !node.member && node.below.empty();
  });
}

void FieldSet::add(const FieldSet& other) {
  for (const Node& node : other.nodes_) {
    Node& mine = at(node.element);
    mine.member |= node.member;
    mine.below.add(node.below);
  }
}

void FieldSet::subtract(const FieldSet& other) {
  if (other.empty()) return;
  std::erase_if(nodes_, [&](Node& node) {
    const Node* same = other.find(node.element);
    if (same == nullptr) return false;
    if (same->member) node.member = false;
    node.below.subtract(same->below);
    return !node.member && node.below.empty();
  });
}

void FieldSet::subtract_below(const FieldSet& other) {
  if (other.empty()) return;
  std::erase_if(nodes_, [&](Node& node) {
    const Node* same = other.find(node.element);
    if (same == nullptr) return false;
    if (same->member) return true;
    node.below.subtract_below(same->below);
    return !node.member && node.below.empty();
  });
}

FieldSet FieldSet::intersection(const FieldSet& other) const {
  FieldSet both;
  for (const Node& node : nodes_) {
    const Node* same = other.find(node.element);
    if (same == nullptr) continue;
    Node shared{
        .element = node.element,
        .member = node.member && same->member,
        .below = node.below.intersection(same->below),
    };
    if (shared.member || !shared.below.empty()) both.nodes_.push_back(std::move(shared));
  }
  return both;
}

bool FieldSet::is_within(const FieldSet& other) const {
  return std::ranges::all_of(nodes_, [&](const Node& node) {
    const Node* same = other.find(node.element);
    return same != nullptr && (same->member || !node.member) && node.below.is_within(same->below);
  });
}

std::vector<std::string> FieldSet::paths() const {
  std::vector<std::string> all;
  collect(*this, "", all);
  return all;
}

bool operator==(const FieldSet& a, const FieldSet& b) { return a.nodes_ == b.nodes_; }

}  // namespace snapstash::sim
