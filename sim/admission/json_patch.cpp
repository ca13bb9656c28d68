#include "sim/admission/json_patch.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sim/admission/field_error.hpp"

/// As evanphx/json-patch v4 does it, which the API server uses: paths may count from the end (-1), `replace` of an
/// object's missing member adds it.
namespace snapstash::sim {
namespace {

/// Where an operation works: a container and a key in it.
struct Spot {
  json::Value* container = nullptr;
  std::string key;
};

std::string unescape(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    text += !escape ? token[i] : token[++i] == '1' ? '/' : '~';
  }
  return text;
}

std::optional<std::size_t> index_in(const json::Array& array, std::string_view key, std::size_t end) {
  std::ptrdiff_t index = 0;
  const auto [stop, failed] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (failed != std::errc() || stop != key.data() + key.size()) return std::nullopt;
  if (index < 0) index += static_cast<std::ptrdiff_t>(array.size() + end);
  const auto limit = static_cast<std::ptrdiff_t>(array.size() + end);
  if (index < 0 || index >= limit) return std::nullopt;
  return static_cast<std::size_t>(index);
}

json::Value* child(json::Value& container, std::string_view key) {
  if (json::Object* object = container.if_object()) return object->if_contains(key);
  json::Array* array = container.if_array();
  if (array == nullptr) return nullptr;
  const auto index = index_in(*array, key, 0);
  return index ? &(*array)[*index] : nullptr;
}

std::optional<Spot> find_spot(json::Value& document, std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  json::Value* at = &document;
  while (true) {
    path.remove_prefix(1);
    const std::size_t slash = path.find('/');
    std::string key = unescape(path.substr(0, slash));
    if (!at->is_structured()) return std::nullopt;
    if (slash == std::string_view::npos) return Spot{at, std::move(key)};
    at = child(*at, key);
    if (at == nullptr) return std::nullopt;
    path.remove_prefix(slash);
  }
}

bool add(const Spot& spot, json::Value value) {
  if (json::Object* object = spot.container->if_object()) {
    object->insert_or_assign(spot.key, std::move(value));
    return true;
  }
  json::Array& array = spot.container->get_array();
  if (spot.key == "-") {
    array.push_back(std::move(value));
    return true;
  }
  const auto index = index_in(array, spot.key, 1);
  if (!index) return false;
  array.insert(array.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
  return true;
}

bool remove(const Spot& spot) {
  if (json::Object* object = spot.container->if_object()) return object->erase(spot.key) != 0;
  json::Array& array = spot.container->get_array();
  const auto index = index_in(array, spot.key, 0);
  if (!index) return false;
  array.erase(array.begin() + static_cast<std::ptrdiff_t>(*index));
  return true;
}

bool replace(json::Value& document, std::string_view path, json::Value value) {
  if (path.empty()) {
    if (!value.is_structured()) return false;
    document = std::move(value);
    return true;
  }
  const auto spot = find_spot(document, path);
  if (!spot) return false;
  if (json::Object* object = spot->container->if_object()) {
    object->insert_or_assign(spot->key, std::move(value));
    return true;
  }
  json::Value* at = child(*spot->container, spot->key);
  if (at == nullptr) return false;
  *at = std::move(value);
  return true;
}

bool test(json::Value& document, std::string_view path, const json::Value& value) {
  if (path.empty()) return document == value;
  const auto spot = find_spot(document, path);
  if (!spot) return false;
  const json::Value* at = child(*spot->container, spot->key);
  return at == nullptr ? value.is_null() && spot->container->is_object() : *at == value;
}

/// The value that `from` leads to; nothing when it leads nowhere.
std::optional<json::Value> source(json::Value& document, std::string_view from) {
  const auto spot = find_spot(document, from);
  const json::Value* at = spot ? child(*spot->container, spot->key) : nullptr;
  return at == nullptr ? std::nullopt : std::optional(*at);
}

bool carry_out(json::Value& document, const json::Object& operation) {
  const std::string_view op = json::find_string(operation, "/op");
  const std::string_view path = json::find_string(operation, "/path");
  const std::string_view from = json::find_string(operation, "/from");
  const json::Value* given = json::find_key(operation, "value");
  json::Value value = given == nullptr ? json::Value() : json::clone(*given);
  if (op == "replace") return replace(document, path, std::move(value));
  if (op == "test") return test(document, path, value);
  if (op == "move" || op == "copy") {
    auto moved = source(document, from);
    if (!moved || (op == "move" && !remove(*find_spot(document, from)))) return false;
    const auto spot = find_spot(document, path);
    return spot && add(*spot, std::move(*moved));
  }
  const auto spot = find_spot(document, path);
  if (!spot) return false;
  if (op == "add") return add(*spot, std::move(value));
  return op == "remove" && remove(*spot);
}

}  // namespace

Result<json::Value> json_patch(json::Value target, const json::Value& operations) {
  const json::Array* list = operations.if_array();
  if (list == nullptr) {
    return fail(status_error(
        400, "BadRequest",
        "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
    ));
  }
  for (const json::Value& operation : *list) {
    if (!operation.is_object() || !carry_out(target, operation.get_object())) {
      // The server keeps the reason to itself.
      return fail(status_error(422, "Invalid", "the server rejected our request due to an error in our request"));
    }
  }
  return target;
}

}  // namespace snapstash::sim
