#include "sim/api_server/reader.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/api_server/continue_token.hpp"
#include "sim/api_server/representation.hpp"
#include "sim/api_server/selector.hpp"

namespace snapstash::sim {
namespace {

// etcd3/errors.go
constexpr std::string_view kListExpired = "The resourceVersion for the provided list is too old.";
constexpr std::string_view kContinueExpired =
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list.";

/// Which state a list shows.
struct View {
  std::vector<ObjectPtr> objects;
  std::int64_t revision = 0;
};

struct Page {
  std::int64_t limit = 0;  ///< 0 = all.
  std::string start;       ///< Key of the first object, "" = from the beginning.
};

std::string key_of(const ResourceType& type, const ApiRequest& request, const StoredObject& object) {
  // etcd's keys, below what the request's own path names.
  if (!type.resource.namespaced || !request.namespace_.empty()) return object.name();
  return fmt::format("{}/{}", object.namespace_(), object.name());
}

Answer<View> exact(const Storage& storage, const ApiRequest& request, std::int64_t revision) {
  if (revision > storage.revision()) return failures::too_large_version(revision, storage.revision());
  if (revision < storage.compacted()) return failures::expired(std::string(kListExpired));
  return View{storage.list_at(*request.type, request.namespace_, revision), revision};
}

Answer<View> not_older_than(const WatchCache& cache, const ApiRequest& request, std::int64_t revision) {
  if (revision > cache.revision()) return failures::too_large_version(revision, cache.revision());
  return View{cache.list(*request.type, request.namespace_), cache.revision()};
}

View newest(const Storage& storage, const ApiRequest& request) {
  return {storage.list(*request.type, request.namespace_), storage.revision()};
}

Answer<View> continued(const Storage& storage, const ApiRequest& request, const ContinueToken& token) {
  if (!request.parameter("resourceVersion").empty() && request.parameter("resourceVersion") != "0") {
    return failures::bad_request("specifying resource version is not allowed when using continue");
  }
  if (token.revision < 0) return newest(storage, request);
  if (token.revision < storage.compacted()) {
    auto expired = failures::expired(std::string(kContinueExpired));
    expired.error().continue_token = encode({-1, token.start});
    return expired;
  }
  return exact(storage, request, token.revision);
}

Answer<View> view_of(const WatchCache& cache, const ApiRequest& request, std::int64_t limit) {
  auto version = read_version(request.parameter("resourceVersion"));
  if (!version) return std::unexpected(std::move(version).error());
  const std::string_view match = request.parameter("resourceVersionMatch");
  if (!match.empty() && match != "Exact" && match != "NotOlderThan") {
    return failures::invalid(
        "meta.k8s.io", "ListOptions", "",
        {{"FieldValueNotSupported", "resourceVersionMatch",
          fmt::format("Unsupported value: \"{}\": supported values: \"Exact\", \"NotOlderThan\", \"\"", match)}}
    );
  }
  if (!match.empty() && !*version) {
    return failures::invalid(
        "meta.k8s.io", "ListOptions", "",
        {{"FieldValueForbidden", "resourceVersionMatch",
          "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"}}
    );
  }
  if (match == "Exact" && **version == 0) {
    return failures::invalid(
        "meta.k8s.io", "ListOptions", "",
        {{"FieldValueForbidden", "resourceVersionMatch",
          "Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""}}
    );
  }
  if (!*version) return newest(cache.storage(), request);
  const bool is_exact = match == "Exact" || (match.empty() && limit > 0 && **version > 0);
  return is_exact ? exact(cache.storage(), request, **version) : not_older_than(cache, request, **version);
}

std::string text_of(const ApiRequest& request, const View& view, const Page& page, const Selector& selector) {
  const ResourceType& type = *request.type;
  std::string items, more;
  std::int64_t count = 0;
  std::size_t left = 0;
  for (std::size_t i = 0; i < view.objects.size(); ++i) {
    const StoredObject& object = *view.objects[i];
    if (!page.start.empty() && key_of(type, request, object) < page.start) continue;
    if (!selector.matches(object)) continue;
    items += (items.empty() ? "" : ",") + item_text_in(type, object);
    if (++count != page.limit || i + 1 == view.objects.size()) continue;
    // What follows the last object of this page, whether it will be selected or not.
    left = view.objects.size() - i - 1;
    const std::string after = key_of(type, request, object) + std::string(1, '\0');
    more = fmt::format(R"(,"continue":"{}")", encode({view.revision, after}));
    if (selector.empty()) more += fmt::format(R"(,"remainingItemCount":{})", left);
    break;
  }
  return fmt::format(
      R"({{"kind":"{}List","apiVersion":"{}","metadata":{{"resourceVersion":"{}"{}}},"items":[{}]}})",
      type.resource.kind, type.resource.api_version(), view.revision, more, items
  );
}

}  // namespace

Answer<std::optional<std::int64_t>> read_version(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t version = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (failed != std::errc() || end != text.data() + text.size() || version < 0) {
    return failures::bad_request(fmt::format(
        "invalid resource version: resourceVersion: Invalid value: \"{}\": strconv.ParseUint: parsing \"{}\": invalid "
        "syntax",
        text, text
    ));
  }
  return version;
}

Answer<std::string> get_object(const WatchCache& cache, const ApiRequest& request) {
  auto version = read_version(request.parameter("resourceVersion"));
  if (!version) return std::unexpected(std::move(version).error());
  ObjectPtr found;
  if (!*version) {
    found = cache.storage().find(*request.type, request.namespace_, request.name);
  } else {
    if (**version > cache.revision()) return failures::too_large_version(**version, cache.revision());
    found = cache.find(*request.type, request.namespace_, request.name);
  }
  if (!found) return failures::not_found(*request.type, request.name);
  return text_in(*request.type, *found);
}

Answer<std::string> list_objects(const WatchCache& cache, const ApiRequest& request) {
  auto labels = LabelSelector::parse(request.parameter("labelSelector"));
  if (!labels) return std::unexpected(std::move(labels).error());
  auto fields = FieldSelector::parse(request.parameter("fieldSelector"), *request.type);
  if (!fields) return std::unexpected(std::move(fields).error());
  const Selector selector{std::move(*labels), std::move(*fields)};
  if (!request.parameter("sendInitialEvents").empty()) {
    return failures::invalid(
        "meta.k8s.io", "ListOptions", "",
        {{"FieldValueForbidden", "sendInitialEvents", "Forbidden: sendInitialEvents is forbidden for list"}}
    );
  }
  Page page;
  const std::string_view limit = request.parameter("limit");
  std::from_chars(limit.data(), limit.data() + limit.size(), page.limit);
  const std::string_view token = request.parameter("continue");
  if (token.empty()) {
    auto view = view_of(cache, request, page.limit);
    if (!view) return std::unexpected(std::move(view).error());
    return text_of(request, *view, page, selector);
  }
  auto place = decode_continue(token);
  if (!place) return std::unexpected(std::move(place).error());
  auto view = continued(cache.storage(), request, *place);
  if (!view) return std::unexpected(std::move(view).error());
  page.start = place->start;
  return text_of(request, *view, page, selector);
}

}  // namespace snapstash::sim
