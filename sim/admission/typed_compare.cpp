#include <algorithm>
#include <utility>

#include "sim/admission/typed_object.hpp"
#include "sim/admission/typed_shape.hpp"

namespace snapstash::sim {

using namespace typed;

namespace {

class Comparer {
 public:
  Comparison take() { return std::move(result_); }

  /// At least one of the two is there.
  void walk(const FieldType& type, const json::Value* before, const json::Value* after) {
    const Shape shape = shape_of(type, after != nullptr && !after->is_null() ? *after : before ? *before : *after);
    if (shape == Shape::kLeaf || (is_empty(before) && is_empty(after)) || other_kind(before, after)) {
      leaf(before, after);
      return;
    }
    if (shape == Shape::kMap) {
      walk_members(type, before, after);
    } else {
      walk_items(type, before, after);
    }
    if (before == nullptr) insert(result_.added);
    if (after == nullptr) insert(result_.removed);
  }

  void walk_members(const FieldType& type, const json::Value* before, const json::Value* after) {
    const json::Object& old = members_of(before);
    const json::Object& now = members_of(after);
    for (const auto& member : old) descend(type, member.key(), &member.value(), now.if_contains(member.key()));
    for (const auto& member : now) {
      if (!old.contains(member.key())) descend(type, member.key(), nullptr, &member.value());
    }
  }

 private:
  /// A step of the path; its element is only spelt out when it is needed.
  struct Step {
    std::string_view field, element;
  };

  static bool other_kind(const json::Value* before, const json::Value* after) {
    return before != nullptr && after != nullptr && !before->is_null() && !after->is_null() &&
           before->kind() != after->kind();
  }

  void descend(const FieldType& type, std::string_view key, const json::Value* before, const json::Value* after) {
    path_.push_back({key, {}});
    walk(member_type(type, key), before, after);
    path_.pop_back();
  }

  void walk_items(const FieldType& type, const json::Value* before, const json::Value* after) {
    const Indexed old(type, items_of(before));
    const Indexed now(type, items_of(after));
    for (const auto& [element, items] : old.items) {
      const auto same = now.items.find(element);
      static const std::vector<const json::Value*> none;
      compare_items(type, element, items, same == now.items.end() ? none : same->second);
    }
    for (const auto& [element, items] : now.items) {
      if (!old.has(element)) compare_items(type, element, {}, items);
    }
  }

  void compare_items(
      const FieldType& type, std::string_view element, const std::vector<const json::Value*>& before,
      const std::vector<const json::Value*>& after
  ) {
    path_.push_back({{}, element});
    if (before.size() > 1 && after.size() > 1) {
      if (!std::ranges::equal(before, after, [](auto* a, auto* b) { return *a == *b; })) insert(result_.modified);
    } else {
      const json::Value* old = before.size() == 1 ? before.front() : nullptr;
      const json::Value* now = after.size() == 1 ? after.front() : nullptr;
      if (old != nullptr || now != nullptr) walk(item_type(type), old, now);
      if (before.size() > 1) insert(result_.removed);
      if (after.size() > 1) insert(result_.added);
    }
    path_.pop_back();
  }

  void leaf(const json::Value* before, const json::Value* after) {
    if (before == nullptr) {
      insert(result_.added);
    } else if (after == nullptr) {
      insert(result_.removed);
    } else if (*before != *after) {
      insert(result_.modified);
    }
  }

  void insert(FieldSet& set) {
    FieldSet* at = &set;
    FieldSet::Node* node = nullptr;
    for (const Step& step : path_) {
      node = &at->at(step.element.empty() ? field_element(step.field) : std::string(step.element));
      at = &node->below;
    }
    if (node != nullptr) node->member = true;
  }

  std::vector<Step> path_;
  Comparison result_;
};

}  // namespace

Comparison compare(const FieldType& type, const json::Value& before, const json::Value& after) {
  Comparer comparer;
  comparer.walk_members(type, &before, &after);
  return comparer.take();
}

}  // namespace snapstash::sim
