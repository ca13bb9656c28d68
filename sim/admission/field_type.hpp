#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"

/// How the fields of a kind merge: structured-merge-diff's schema.
namespace snapstash::sim {

struct FieldType {
  enum class Kind {
    kString,
    kNumber,
    kBoolean,
    kScalar,    ///< Any of the three, as IntOrString and quantities are.
    kMap,       ///< An object: its own fields, and/or any other of type `element`.
    kList,      ///< Of `element`.
    kAnything,  ///< Without a schema: objects merge, lists are atomic.
  };
  enum class Merge { kGranular, kAtomic };

  Kind kind = Kind::kAnything;
  Merge merge = Merge::kGranular;                               ///< Of maps.
  std::map<std::string, const FieldType*, std::less<>> fields;  ///< Of maps.
  const FieldType* element = nullptr;                           ///< Of maps and lists. Maps without it are closed.

  /// How the items of a list are told apart.
  enum class List { kAtomic, kSet, kByKeys };
  List list = List::kAtomic;
  std::vector<std::pair<std::string, json::Value>> keys;  ///< Of kByKeys, and their defaults (null = none).

  /// Returns the type of an object's member, or nullptr when it may not be there.
  const FieldType* find(std::string_view field) const;
};

/// Owns types that refer to each other.
class FieldTypes {
 public:
  FieldType& make() { return *types_.emplace_back(std::make_unique<FieldType>()); }

 private:
  std::vector<std::unique_ptr<FieldType>> types_;
};

/// Returns how a kind merges: built-in kinds and those of external-snapshotter from a table, ours from their CRDs.
/// Kinds that nobody knows merge without a schema.
const FieldType& field_type(const kube::Resource& resource);

/// Returns the type of what a CRD's structural schema describes. `metadata` is ObjectMeta's.
const FieldType& make_field_type(FieldTypes& owner, const json::Value& openapi_v3);

/// Drops the members of a built-in kind's object that its type does not have, nulls included, as decoding into a Go
/// struct does. Returns the paths of the unknown ones (without the nulls), e.g. "spec.foo".
std::vector<std::string> drop_unknown_fields(const FieldType& type, json::Value& object);

}  // namespace snapstash::sim
