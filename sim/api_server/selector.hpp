#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/api_server/failure.hpp"
#include "sim/api_server/storage.hpp"

namespace snapstash::sim {

/// labelSelector as in labels.Parse: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2`.
class LabelSelector {
 public:
  /// Errors: 400.
  static Answer<LabelSelector> parse(std::string_view text);
  bool matches(const json::Value& object) const;
  bool empty() const { return requirements_.empty(); }

 private:
  enum class Operator { kIn, kNotIn, kExists, kDoesNotExist, kGreater, kLess };
  struct Requirement {
    std::string key;
    Operator operation = Operator::kExists;
    std::vector<std::string> values;
  };
  static Answer<Requirement> parse_requirement(std::string_view text);
  static bool matches(const Requirement& requirement, const json::Object* labels);
  std::vector<Requirement> requirements_;
};

/// fieldSelector: `a=b,c!=d` over the fields that the type lets be selected by.
class FieldSelector {
 public:
  /// Errors: 400 for a field that the type does not know.
  static Answer<FieldSelector> parse(std::string_view text, const ResourceType& type);
  bool matches(const StoredObject& object) const;
  bool empty() const { return terms_.empty(); }
  /// Returns the name that `metadata.name=…` asks for, "" when it does not.
  std::string_view name() const;

 private:
  struct Term {
    std::string field;
    std::string pointer;  ///< Where the stored object has it.
    bool equal = true;
    std::string value;
  };
  std::vector<Term> terms_;
};

struct Selector {
  LabelSelector labels;
  FieldSelector fields;
  bool empty() const { return labels.empty() && fields.empty(); }
  bool matches(const StoredObject& object) const { return labels.matches(object.value()) && fields.matches(object); }
};

}  // namespace snapstash::sim
