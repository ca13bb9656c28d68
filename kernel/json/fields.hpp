#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>

/// Field tables: what a struct looks like as JSON. One table drives encode, decode, the CRD's schema and the docs.
///
///     template <> struct json::Description<Spec> {
///       static constexpr std::tuple fields{
///           json::field("schedule", &Spec::schedule, "When to back up.").max_length(1024),
///           json::field("target", &Spec::target, "What to back up.").required()};
///       static constexpr std::array rules{json::Rule{"has(self.target)", "name a target"}};  // optional
///     };
///     template <> struct json::EnumNames<Driver> {
///       static constexpr std::array<std::string_view, 2> values{"Restic", "VolumeSnapshotter"};
///     };
namespace snapstash::json {

/// A CEL rule of a CRD (x-kubernetes-validations) and the sentence a user reads when it does not hold. `field_path`
/// (relative, ".ref.kind") moves the message to another field. `message_expression` (CEL too) makes a better sentence
/// out of the values; where it fails, `message` stands. `reason` is "FieldValueRequired" and its like. With
/// `optional_old_self` the rule is also asked at creation, and `oldSelf` is an optional.
struct Rule {
  std::string_view expression, message;
  std::string_view field_path = {};
  std::string_view message_expression = {};
  std::string_view reason = {};
  bool optional_old_self = false;
};

/// A rule that wants a member to be there: its message begins with "Required value".
constexpr Rule require(std::string_view expression, std::string_view message, std::string_view field_path) {
  return {.expression = expression, .message = message, .field_path = field_path, .reason = "FieldValueRequired"};
}

/// A default. (No std::variant: libstdc++ 12 cannot assign one in a constant expression.)
struct Default {
  enum class Type { kNone, kText, kNumber, kFlag };
  Type type = Type::kNone;
  std::string_view text = {};
  std::int64_t number = 0;
  bool flag = false;

  constexpr bool is_set() const { return type != Type::kNone; }
};

/// What a table says about a field beside its name and member. Text fields are "" and numbers are absent when unsaid.
struct FieldOptions {
  bool required = false;
  bool always = false;
  bool atomic = false;
  bool preserve_unknown = false;
  std::optional<std::int64_t> minimum, maximum;
  std::optional<std::int64_t> min_length, max_length, min_items, max_items, max_properties;
  std::string_view pattern, format, raw_schema;
  Default default_value;
  std::array<std::string_view, 2> list_map_keys{};
  std::array<Rule, 4> rules{};
  std::size_t rule_count = 0;
};

template <class T, class M>
struct Field {
  std::string_view name;
  M T::* member;
  std::string_view doc;
  FieldOptions options{};

  /// Must be present (and not null) to decode; is always written.
  constexpr Field required() const {
    return with([](FieldOptions& o) { o.required = true; });
  }
  /// Is written even when it equals its default.
  constexpr Field always() const {
    return with([](FieldOptions& o) { o.always = true; });
  }
  /// What an absent field means: in the CRD, and when decoding. It may be an enumerator's name.
  constexpr Field default_value(std::string_view value) const {
    return with([=](FieldOptions& o) { o.default_value = {.type = Default::Type::kText, .text = value}; });
  }
  constexpr Field default_value(const char* value) const { return default_value(std::string_view(value)); }
  constexpr Field default_value(bool value) const {
    return with([=](FieldOptions& o) { o.default_value = {.type = Default::Type::kFlag, .flag = value}; });
  }
  template <class N>
    requires(std::is_integral_v<N> && !std::is_same_v<N, bool>)
  constexpr Field default_value(N value) const {
    return with([=](FieldOptions& o) {
      o.default_value = {.type = Default::Type::kNumber, .number = static_cast<std::int64_t>(value)};
    });
  }
  // What follows is said in the schema only: the API server enforces it, decoding does not.
  constexpr Field at_least(std::int64_t n) const {
    return with([=](FieldOptions& o) { o.minimum = n; });
  }
  constexpr Field at_most(std::int64_t n) const {
    return with([=](FieldOptions& o) { o.maximum = n; });
  }
  constexpr Field min_length(std::int64_t n) const {
    return with([=](FieldOptions& o) { o.min_length = n; });
  }
  constexpr Field max_length(std::int64_t n) const {
    return with([=](FieldOptions& o) { o.max_length = n; });
  }
  constexpr Field min_items(std::int64_t n) const {
    return with([=](FieldOptions& o) { o.min_items = n; });
  }
  constexpr Field max_items(std::int64_t n) const {
    return with([=](FieldOptions& o) { o.max_items = n; });
  }
  constexpr Field max_properties(std::int64_t n) const {
    return with([=](FieldOptions& o) { o.max_properties = n; });
  }
  constexpr Field pattern(std::string_view regex) const {
    return with([=](FieldOptions& o) { o.pattern = regex; });
  }
  constexpr Field format(std::string_view name_) const {
    return with([=](FieldOptions& o) { o.format = name_; });
  }
  /// x-kubernetes-list-type: map.
  constexpr Field list_map(std::string_view key, std::string_view second_key = {}) const {
    return with([=](FieldOptions& o) { o.list_map_keys = {key, second_key}; });
  }
  /// x-kubernetes-list-type (or map-type): atomic.
  constexpr Field atomic() const {
    return with([](FieldOptions& o) { o.atomic = true; });
  }
  /// Keeps members that the schema does not know.
  constexpr Field preserve_unknown() const {
    return with([](FieldOptions& o) { o.preserve_unknown = true; });
  }
  /// JSON text of the whole schema, for an opaque member. The description is added.
  constexpr Field raw_schema(std::string_view text) const {
    return with([=](FieldOptions& o) { o.raw_schema = text; });
  }
  /// At most four.
  constexpr Field rule(std::string_view expression, std::string_view message, std::string_view field_path = {}) const {
    return rule(Rule{expression, message, field_path});
  }
  constexpr Field rule(Rule rule_) const {
    return with([=](FieldOptions& o) { o.rules.at(o.rule_count++) = rule_; });
  }

 private:
  template <class Change>
  constexpr Field with(Change change) const {
    Field copy = *this;
    change(copy.options);
    return copy;
  }
};

/// `field("name", &T::member, "What it means.")`. For members of a base class: `field<T>(…, &Base::member, …)`.
template <class T = void, class B, class M>
constexpr auto field(std::string_view name, M B::* member, std::string_view doc) {
  using Owner = std::conditional_t<std::is_void_v<T>, B, T>;
  return Field<Owner, M>{name, static_cast<M Owner::*>(member), doc, {}};
}

/// Specialise once per struct: `static constexpr std::tuple fields{…}`; optionally `static constexpr std::array rules`.
template <class T>
struct Description;

/// Specialise once per enum, whose enumerators count from 0: `static constexpr std::array<std::string_view, N> values`.
template <class E>
struct EnumNames;

template <class T>
concept Described = requires { Description<T>::fields; };

/// Returns an enumerator's name in JSON.
template <class E>
  requires std::is_enum_v<E>
constexpr std::string_view name_of(E value) {
  return EnumNames<E>::values.at(static_cast<std::size_t>(value));
}

/// Returns the enumerator of that name, or nothing.
template <class E>
  requires std::is_enum_v<E>
constexpr std::optional<E> find_enumerator(std::string_view name) {
  for (std::size_t i = 0; i < EnumNames<E>::values.size(); ++i) {
    if (EnumNames<E>::values[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace snapstash::json
