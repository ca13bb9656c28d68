#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/admission/typed_object.hpp"
#include "sim/admission/typed_shape.hpp"

namespace snapstash::sim {

using namespace typed;

namespace {

json::Value merge_items(const FieldType& type, json::Array live, const json::Array& given) {
  const Indexed old(type, live);
  const Indexed now(type, given);
  json::Array merged;
  std::map<std::string, bool, std::less<>> done;
  const auto take = [&](const std::string& element) {
    const json::Value* before = old.only(element);
    const json::Value* after = now.only(element);
    if (after == nullptr) return;
    merged.push_back(before == nullptr ? json::clone(*after) : merge(item_type(type), *before, *after));
    done[element] = true;
  };
  std::vector<std::string> shared;
  std::ranges::copy_if(now.elements, std::back_inserter(shared), [&](const auto& each) { return old.has(each); });
  std::size_t next = 0;  // of `shared`
  for (std::size_t l = 0, r = 0; l < live.size() || r < given.size();) {
    const std::string* left = l < live.size() ? &old.elements[l] : nullptr;
    const std::string* right = r < given.size() ? &now.elements[r] : nullptr;
    if (left != nullptr && right != nullptr) {
      if (*left == *right) {
        take(*left);
        ++l, ++r, ++next;
        continue;
      }
      // A shared item, but not the one whose turn it is.
      if (now.has(*left) && next < shared.size() && shared[next] != *left) {
        ++l;
        continue;
      }
    }
    if (left != nullptr && !now.has(*left)) {
      merged.push_back(live[l++]);
      continue;
    }
    if (left != nullptr && done.contains(*left)) ++l;
    if (right != nullptr) {
      take(*right);
      ++r;
      if (next < shared.size() && shared[next] == *right) ++next;
    }
  }
  return merged;
}

void remove_items(const FieldType& type, json::Array& array, const FieldSet& fields) {
  json::Array kept;
  for (json::Value& item : array) {
    const FieldSet::Node* node = fields.find(item_element(type, item));
    if (node != nullptr && node->member) continue;
    kept.push_back(node == nullptr ? std::move(item) : remove_fields(item_type(type), std::move(item), node->below));
  }
  array = std::move(kept);
}

}  // namespace

json::Value merge(const FieldType& type, json::Value live, const json::Value& configuration) {
  const Shape shape = shape_of(type, configuration.is_null() ? live : configuration);
  if (shape == Shape::kLeaf || (is_empty(&live) && is_empty(&configuration))) return json::clone(configuration);
  if (shape == Shape::kMap) {
    if (!live.is_object()) live = json::Object();
    json::Object& object = live.get_object();
    for (const auto& member : members_of(&configuration)) {
      json::Value* at = object.if_contains(member.key());
      if (at == nullptr) {
        object.emplace(member.key(), json::clone(member.value()));
      } else {
        *at = merge(member_type(type, member.key()), std::move(*at), member.value());
      }
    }
    return live;
  }
  json::Array* array = live.if_array();
  return merge_items(type, array == nullptr ? json::Array() : std::move(*array), items_of(&configuration));
}

json::Value remove_fields(const FieldType& type, json::Value object, const FieldSet& fields) {
  if (fields.empty() || is_empty(&object)) return object;
  const Shape shape = shape_of(type, object);
  if (shape == Shape::kItems && object.is_array()) remove_items(type, object.get_array(), fields);
  if (shape != Shape::kMap || !object.is_object()) return object;
  json::Object& members = object.get_object();
  for (const FieldSet::Node& node : fields.nodes()) {
    const std::string_view key = std::string_view(node.element).substr(2);
    json::Value* at = members.if_contains(key);
    if (at == nullptr) continue;
    if (!node.member && !is_empty(at)) *at = remove_fields(member_type(type, key), std::move(*at), node.below);
    if (node.member || is_empty(at)) members.erase(key);
  }
  return object;
}

}  // namespace snapstash::sim
