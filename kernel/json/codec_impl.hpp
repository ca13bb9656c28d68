#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>

#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/json/member_types.hpp"
#include "kernel/json/scalars.hpp"

/// The definitions behind codec.hpp. Include it only where a Codec is instantiated explicitly.
namespace snapstash::json {

namespace codec_detail {

// In codec_scalars.cpp, so that they are compiled once.
bool read(const Value& from, std::string& to, const Place& place);
bool read(const Value& from, Text& to, const Place& place);
bool read(const Value& from, bool& to, const Place& place);
bool read(const Value& from, std::int32_t& to, const Place& place);
bool read(const Value& from, std::int64_t& to, const Place& place);
bool read(const Value& from, double& to, const Place& place);
bool read(const Value& from, WallTime& to, const Place& place);
bool read(const Value& from, MicroTime& to, const Place& place);
bool read(const Value& from, IntOrString& to, const Place& place);
bool read(const Value& from, Value& to, const Place& place);
bool read(const Value& from, Object& to, const Place& place);
bool read(const Value& from, Array& to, const Place& place);
bool read_enumerator(const Value& from, const std::string_view* names, std::size_t count, std::size_t& to, const Place&);

Value write(const std::string& from);
Value write(const Text& from);
Value write(bool from);
Value write(std::int32_t from);
Value write(std::int64_t from);
Value write(double from);
Value write(WallTime from);
Value write(const MicroTime& from);
Value write(const IntOrString& from);
Value write(const Value& from);
Value write(const Object& from);
Value write(const Array& from);

template <class M>
bool read_member(const Value& from, M& to, const Place& place);
template <class M>
Value write_member(const M& from);

template <class X>
bool read_list(const Value& from, std::vector<X>& to, const Place& place) {
  const Array* array = from.if_array();
  if (array == nullptr) return place.mismatch("an array", from);
  to.clear();
  to.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    X item{};
    if (!(*array)[i].is_null() && !read_member((*array)[i], item, Place(place, i))) return false;
    to.push_back(std::move(item));
  }
  return true;
}

template <class Map>
bool read_map(const Value& from, Map& to, const Place& place) {
  const Object* object = from.if_object();
  if (object == nullptr) return place.mismatch("an object", from);
  to.clear();
  if constexpr (requires { to.reserve(std::size_t()); }) to.reserve(object->size());
  for (const auto& [key, value] : *object) {
    const std::string_view name(key.data(), key.size());
    typename Map::mapped_type item{};
    if (!value.is_null() && !read_member(value, item, Place(place, name))) return false;
    to.emplace(name, std::move(item));
  }
  return true;
}

template <class M>
bool read_member(const Value& from, M& to, const Place& place) {
  if constexpr (is_optional<M>) {
    return read_member(from, to.emplace(), place);
  } else if constexpr (is_boxed<M>) {
    return read_member(from, to.edit(), place);
  } else if constexpr (is_vector<M>) {
    return read_list(from, to, place);
  } else if constexpr (is_string_map<M>) {
    return read_map(from, to, place);
  } else if constexpr (std::is_enum_v<M>) {
    std::size_t index = 0;
    const auto& names = EnumNames<M>::values;
    if (!read_enumerator(from, names.data(), names.size(), index, place)) return false;
    to = static_cast<M>(index);
    return true;
  } else if constexpr (Described<M>) {
    return Codec<M>::read(from, to, place);
  } else {
    return read(from, to, place);
  }
}

template <class M>
Value write_member(const M& from) {
  if constexpr (is_optional<M>) {
    return from ? write_member(*from) : Value();
  } else if constexpr (is_boxed<M>) {
    return write_member(*from);
  } else if constexpr (is_vector<M>) {
    Array array;
    array.reserve(from.size());
    for (const auto& item : from) array.push_back(write_member(item));
    return array;
  } else if constexpr (is_string_map<M>) {
    Object object;
    for (const auto& [key, item] : from) {
      const std::string_view name = key;
      object.emplace(boost::json::string_view(name.data(), name.size()), write_member(item));
    }
    return object;
  } else if constexpr (std::is_enum_v<M>) {
    return make_string(json::name_of(from));
  } else if constexpr (Described<M>) {
    return Codec<M>::write(from);
  } else {
    return write(from);
  }
}

template <class M>
M make_default(const Default& value) {
  if constexpr (is_optional<M>) {
    return M(make_default<typename M::value_type>(value));
  } else if constexpr (std::is_same_v<M, bool>) {
    return value.flag;
  } else if constexpr (is_integer<M>) {
    return static_cast<M>(value.number);
  } else if constexpr (std::is_enum_v<M>) {
    return find_enumerator<M>(value.text).value();
  } else if constexpr (is_string<M>) {
    return M(value.text);
  } else {
    return M{};  // other types take no default_value
  }
}

/// Returns what `{}` decodes to, required members aside.
template <class T>
T make_absent() {
  T absent{};
  const auto apply = [&absent]<class M>(const Field<T, M>& field) {
    if (field.options.default_value.is_set()) absent.*field.member = make_default<M>(field.options.default_value);
  };
  std::apply([&](const auto&... field) { (apply(field), ...); }, Description<T>::fields);
  return absent;
}

template <class T, class M>
bool read_field(const Object& from, T& to, const Field<T, M>& field, const Place& place) {
  const Value* value = from.if_contains({field.name.data(), field.name.size()});
  if (value == nullptr || value->is_null()) {
    if (field.options.required) return Place(place, field.name).fail("required");
    if (field.options.default_value.is_set()) to.*field.member = make_default<M>(field.options.default_value);
    return true;
  }
  return read_member(*value, to.*field.member, Place(place, field.name));
}

template <class T, class M>
void write_field(const T& from, const T& absent, Object& to, const Field<T, M>& field) {
  const M& member = from.*field.member;
  if (!field.options.required && !field.options.always && member == absent.*field.member) return;
  Value value = write_member(member);
  if (!value.is_null()) to.emplace(boost::json::string_view(field.name.data(), field.name.size()), std::move(value));
}

}  // namespace codec_detail

template <class T>
bool Codec<T>::read(const Value& from, T& to, const Place& place) {
  const Object* object = from.if_object();
  if (object == nullptr) return place.mismatch("an object", from);
  return std::apply(
      [&](const auto&... field) { return (codec_detail::read_field(*object, to, field, place) && ...); },
      Description<T>::fields
  );
}

template <class T>
Value Codec<T>::write(const T& from) {
  Object object;
  if constexpr (requires { T::kResource.api_version(); }) {
    object.emplace("apiVersion", make_string(T::kResource.api_version()));
    object.emplace("kind", make_string(T::kResource.kind));
  }
  static const T absent = codec_detail::make_absent<T>();
  std::apply(
      [&](const auto&... field) { (codec_detail::write_field(from, absent, object, field), ...); },
      Description<T>::fields
  );
  return object;
}

}  // namespace snapstash::json
