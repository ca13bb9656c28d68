#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json/value.hpp"

namespace snapstash::sim {

/// Which fields of an object somebody manages: a tree of path elements, some of whose nodes are members
/// (structured-merge-diff's fieldpath.Set). Elements are written as FieldsV1 does: `f:spec`, `k:{"name":"x"}`,
/// `v:"x"`. No node is without a member at it or below it, but after `at`.
class FieldSet {
 public:
  struct Node;

  /// Reads and writes FieldsV1. What is not of that form is left out.
  static FieldSet from_json(const json::Value& fields_v1);
  json::Value to_json() const;

  bool empty() const { return nodes_.empty(); }

  /// Returns the child `element`, which is made when it is missing. Valid until this set is changed.
  Node& at(std::string_view element);
  /// Returns nullptr when there is none.
  const Node* find(std::string_view element) const;
  /// In the order of FieldsV1.
  const std::vector<Node>& nodes() const { return nodes_; }
  /// Drops the nodes without a member at them or below them.
  void trim();

  /// Takes in what is in `other`.
  void add(const FieldSet& other);
  /// Takes out the members that are in `other`, too; what is below them stays.
  void subtract(const FieldSet& other);
  /// Takes out the members of `other` with all that is below them.
  void subtract_below(const FieldSet& other);
  /// Returns the members that are in both.
  FieldSet intersection(const FieldSet& other) const;
  /// Whether all members are in `other`, too.
  bool is_within(const FieldSet& other) const;

  /// Returns the paths of all members as messages show them, e.g. `.spec.containers[name="a"].image`.
  std::vector<std::string> paths() const;

  friend bool operator==(const FieldSet& a, const FieldSet& b);

 private:
  std::vector<Node> nodes_;
};

struct FieldSet::Node {
  std::string element;
  bool member = false;
  FieldSet below;
  friend bool operator==(const Node&, const Node&) = default;
};

}  // namespace snapstash::sim
