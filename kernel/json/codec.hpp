#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"

namespace snapstash::json {

/// Where in a document the decoder stands: a chain of frames on the stack, so that a path costs nothing until it is
/// needed in an error.
class Place {
 public:
  Place(std::string_view root, std::optional<Error>& failure) : key_(root), failure_(failure) {}
  Place(const Place& parent, std::string_view key) : parent_(&parent), key_(key), failure_(parent.failure_) {}
  Place(const Place& parent, std::size_t index) : parent_(&parent), index_(index), failure_(parent.failure_) {}

  /// Notes what is wrong here; returns false. The first failure ends the decoding.
  bool fail(std::string_view what) const;
  /// Notes `expected a string, found the number 5` here; returns false.
  bool mismatch(std::string_view expected, const Value& found) const;
  /// Returns e.g. `.spec.target.ref.kind` or `.status.targets[0].phase`.
  std::string path() const;

 private:
  const Place* parent_ = nullptr;
  std::string_view key_;
  std::optional<std::size_t> index_;
  std::optional<Error>& failure_;
};

/// Reads and writes one described struct. The definitions are in codec_impl.hpp and are compiled once per struct, by
/// `template struct snapstash::json::Codec<T>;` in the .cpp that belongs to it; users include this header only.
template <class T>
struct Codec {
  static bool read(const Value& from, T& to, const Place& place);
  static Value write(const T& from);
};

/// Returns the struct that `value` holds. Unknown keys are ignored; null means absent; an absent member has its
/// default. Nothing of the result lives in the storage of `value`.
/// Errors: kMalformed, with the path (below `path`): `.spec.target.ref.kind: required`,
/// `.spec.replicas: expected an integer, found the string "three"`.
template <class T>
Result<T> decode(const Value& value, std::string_view path = "") {
  std::optional<Error> failure;
  T result{};
  if (!Codec<T>::read(value, result, Place(path, failure))) return fail(std::move(*failure));
  return result;
}

/// Returns the struct as JSON, members in the order of their table; members that equal what an absent one decodes to
/// are left out, unless they are `required()` or `always()`. A struct that has a kube::Resource as `kResource` begins
/// with its apiVersion and kind. Guarantees: decode(encode(x)) == x (metav1.Time: to the second;
/// a double that went through text: but for its last bit).
template <class T>
Value encode(const T& object) {
  return Codec<T>::write(object);
}

}  // namespace snapstash::json
