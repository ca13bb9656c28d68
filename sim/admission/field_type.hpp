#pragma once
#include <map>
#include <memory>
#include <optional>
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
    kAnything,  ///< Without a schema: objects merge, lists are atomic.
    kString,
    kNumber,
    kBoolean,
    kScalar,  ///< A string or a number, as IntOrString is.
    kQuantity,
    kTime,
    kMicroTime,
    kMap,   ///< An object: its own fields, and/or any others of type `element`.
    kList,  ///< Of `element`.
  };
  /// How the items of a list, or the members of a map, belong together. Maps are never kSet or kByKeys.
  enum class Merge { kGranular, kAtomic, kSet, kByKeys };

  std::string name;  ///< Of named built-in types: "batch.v1.JobSpec".
  Kind kind = Kind::kAnything;
  Merge merge = Merge::kGranular;
  std::map<std::string, const FieldType*, std::less<>> fields;  ///< Of maps.
  const FieldType* element = nullptr;                           ///< Of lists and maps; a map without it is closed.
  std::vector<std::pair<std::string, json::Value>> keys;        ///< Of kByKeys, sorted; with defaults (null = none).

  /// Returns the type of an object's member, or nullptr when it may not be there.
  const FieldType* find(std::string_view field) const;
  /// Whether it is one of `fields`.
  bool names(std::string_view field) const { return fields.contains(field); }
};

/// Returns how a kind merges: built-in kinds and those of external-snapshotter by tables, ours by their CRDs. Kinds
/// that are in neither merge without a schema, metadata excepted.
const FieldType& field_type(const kube::Resource& resource);

/// Whether the kind is built in, so that its objects pass through Go types.
bool is_built_in(const kube::Resource& resource);

/// Types that refer to each other, and their owner.
class FieldTypes {
 public:
  /// Reads the table of built-in types.
  FieldTypes();
  /// Returns the type of what a CRD's structural schema describes. `metadata` is ObjectMeta's.
  const FieldType& add_object(const json::Value& openapi_v3);
  /// Returns the built-in type of a name, e.g. "batch.v1.Job", or nullptr.
  const FieldType* find(std::string_view name) const;

 private:
  FieldType& make();
  const FieldType* from_table(const json::Value& description);
  const FieldType* from_schema(const json::Value& schema);
  void fill(FieldType& type, const json::Object& description);

  std::vector<std::unique_ptr<FieldType>> types_;
  std::map<std::string, FieldType*, std::less<>> named_;
};

}  // namespace snapstash::sim
