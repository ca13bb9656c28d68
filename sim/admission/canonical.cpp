#include "sim/admission/canonical.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

using Kind = FieldType::Kind;

// Lists without `omitempty`: they are there even when they are empty.
bool is_always_there(std::string_view key) { return key == "rules"; }

bool is_hollow(const FieldType& type, const json::Value& value) {
  if (value.is_null()) return true;
  if (const json::Array* array = value.if_array()) return array->empty();
  const json::Object* object = value.if_object();
  // A struct may be empty and still mean something (emptyDir: {}); a map may not.
  return object != nullptr && object->empty() && type.kind == Kind::kMap && type.fields.empty();
}

std::vector<json::Object::value_type*> pointers_to(json::Object& object) {
  std::vector<json::Object::value_type*> members;
  members.reserve(object.size());
  for (auto& member : object) members.push_back(&member);
  return members;
}

int rank(std::string_view key, bool root) {
  if (!root) return 3;
  return key == "apiVersion" ? 0 : key == "kind" ? 1 : key == "metadata" ? 2 : 3;
}

void sort(json::Value& value, bool root) {
  if (json::Array* array = value.if_array()) {
    for (json::Value& item : *array) sort(item, false);
  }
  json::Object* object = value.if_object();
  if (object == nullptr) return;
  const auto before = [root](const auto* a, const auto* b) {
    const int left = rank(a->key(), root), right = rank(b->key(), root);
    return left != right ? left < right : a->key() < b->key();
  };
  auto members = pointers_to(*object);
  for (auto* member : members) sort(member->value(), false);
  if (std::ranges::is_sorted(members, before)) return;
  std::ranges::sort(members, before);
  json::Object sorted(object->storage());
  sorted.reserve(members.size());
  for (auto* member : members) sorted.emplace(member->key(), std::move(member->value()));
  *object = std::move(sorted);
}

struct Suffix {
  std::string_view text;
  int power;  ///< of 1000, or of 1024
};
constexpr std::array kDecimal{Suffix{"n", -3}, Suffix{"u", -2}, Suffix{"m", -1}, Suffix{"", 0},  Suffix{"k", 1},
                              Suffix{"M", 2},  Suffix{"G", 3},  Suffix{"T", 4},  Suffix{"P", 5}, Suffix{"E", 6}};
constexpr std::array kBinary{Suffix{"", 0},   Suffix{"Ki", 1}, Suffix{"Mi", 2}, Suffix{"Gi", 3},
                             Suffix{"Ti", 4}, Suffix{"Pi", 5}, Suffix{"Ei", 6}};

/// A quantity: its number times 1000 or 1024 to the power of its suffix.
struct Quantity {
  double number = 0;
  int power = 0;
  bool binary = false;

  double base() const { return binary ? 1024.0 : 1000.0; }
  double value() const { return number * std::pow(base(), power); }
};

template <class Suffixes>
std::optional<int> find_power(const Suffixes& suffixes, std::string_view text) {
  const auto found = std::ranges::find(suffixes, text, &Suffix::text);
  return found == suffixes.end() ? std::nullopt : std::optional(found->power);
}

template <class Suffixes>
std::optional<std::string_view> find_suffix(const Suffixes& suffixes, int power) {
  const auto found = std::ranges::find(suffixes, power, &Suffix::power);
  return found == suffixes.end() ? std::nullopt : std::optional(found->text);
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  Quantity quantity;
  const char* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, quantity.number, std::chars_format::fixed);
  if (failed != std::errc()) return std::nullopt;
  const std::string_view suffix(stop, end);
  if (const auto decimal = find_power(kDecimal, suffix)) {
    quantity.power = *decimal;
  } else if (const auto binary = find_power(kBinary, suffix)) {
    quantity.power = *binary;
    quantity.binary = true;
  } else {
    return std::nullopt;
  }
  return quantity;
}

bool is_whole(double number) { return number == std::floor(number); }

}  // namespace

void drop_what_go_drops(const FieldType& type, json::Value& value) {
  if (json::Array* array = value.if_array(); array != nullptr && type.element != nullptr) {
    for (json::Value& item : *array) drop_what_go_drops(*type.element, item);
  }
  json::Object* object = value.if_object();
  if (object == nullptr || type.kind != Kind::kMap) return;
  for (auto member = object->begin(); member != object->end();) {
    const std::string_view key(member->key());
    const FieldType* of_member = type.find(key);
    if (of_member != nullptr) drop_what_go_drops(*of_member, member->value());
    const bool hollow = of_member == nullptr || is_hollow(*of_member, member->value());
    if (hollow && (of_member == nullptr || !is_always_there(key))) {
      member = object->stable_erase(member);
    } else {
      ++member;
    }
  }
}

void sort_members(json::Value& object) { sort(object, true); }

std::string canonical_quantity(std::string_view text) {
  auto quantity = parse_quantity(text);
  if (!quantity) return std::string(text);
  double number = quantity->number;
  int power = quantity->power;
  // Down until nothing is left behind the point, then up as far as it stays so.
  while (!is_whole(number) && power > (quantity->binary ? 0 : -3)) {
    number *= quantity->base();
    --power;
  }
  number = std::ceil(number);
  while (number != 0 && power < 6 && is_whole(number / quantity->base())) {
    number /= quantity->base();
    ++power;
  }
  if (number == 0) return "0";
  const auto suffix = quantity->binary ? find_suffix(kBinary, power) : find_suffix(kDecimal, power);
  return fmt::format("{:.0f}{}", number, suffix.value_or(""));
}

std::partial_ordering compare_quantities(std::string_view a, std::string_view b) {
  const auto left = parse_quantity(a), right = parse_quantity(b);
  if (!left || !right) return std::partial_ordering::unordered;
  return left->value() <=> right->value();
}

void canonicalize_quantities(json::Value* quantities) {
  json::Object* object = quantities == nullptr ? nullptr : quantities->if_object();
  if (object == nullptr) return;
  for (auto& member : *object) {
    json::Value& value = member.value();
    if (value.is_object()) canonicalize_quantities(&value);
    if (value.is_string()) value = json::make_string(canonical_quantity(json::as_view(value)));
    if (value.is_number()) value = json::make_string(canonical_quantity(json::serialize(value)));
  }
}

}  // namespace snapstash::sim
