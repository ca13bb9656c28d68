#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/flat_map.hpp>

#include "kernel/runtime/any_object.hpp"

namespace snapstash::runtime {

/// Finds objects by values that a function names. By the values' hashes, so that none is kept twice.
class Index {
 public:
  using Values = std::function<std::vector<std::string>(const void* object)>;

  Index(const AnyKind& kind, Values values) : kind_(&kind), values_(std::move(values)) {}

  /// One sort, where inserting one after the other would move the rest each time.
  void rebuild(const std::vector<AnyObject>& all);
  void insert(const AnyObject& object);
  void erase(const AnyObject& object);
  /// Returns the objects, in the order of namespace and name.
  std::vector<AnyObject> find(std::string_view value) const;

 private:
  const AnyKind* kind_;
  Values values_;
  boost::container::flat_multimap<std::size_t, AnyObject> objects_;
};

}  // namespace snapstash::runtime
