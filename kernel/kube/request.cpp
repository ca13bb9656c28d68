#include "kernel/kube/request.hpp"

#include <fmt/format.h>

#include "kernel/base/mutant.hpp"
#include "kernel/json/value.hpp"

namespace snapstash::kube {
namespace {

using namespace std::chrono_literals;

// The server gives up on writes after 34 s and on reads after 60 s; giving up earlier would only make outcomes unknown.
constexpr Duration kReadTimeout = 65s;
constexpr Duration kWriteTimeout = 40s;

Call read(std::string target) {
  return {
      .request =
          {.method = "GET",
           .target = std::move(target),
           .headers = {{"Accept", "application/json"}},
           .body = {},
           .timeout = kReadTimeout},
      .repeat = Repeat::kSafe
  };
}

Call write(std::string method, std::string target, std::string_view content_type, std::string body) {
  return {
      .request =
          {.method = std::move(method),
           .target = std::move(target),
           .headers = {{"Accept", "application/json"}, {"Content-Type", std::string(content_type)}},
           .body = std::move(body),
           .timeout = kWriteTimeout},
      .repeat = Repeat::kSafe
  };
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string path_of(const Resource& resource, const Place& place, std::string_view subresource) {
  std::string path = resource.group.empty() ? fmt::format("/api/{}", resource.version)
                                            : fmt::format("/apis/{}/{}", resource.group, resource.version);
  if (resource.namespaced && !place.namespace_.empty()) path += "/namespaces/" + percent_encode(place.namespace_);
  path += fmt::format("/{}", resource.plural);
  if (!place.name.empty()) path += "/" + percent_encode(place.name);
  if (!subresource.empty()) path += fmt::format("/{}", subresource);
  return path;
}

Query& Query::add(std::string_view key, std::string_view value) {
  text_ += text_.empty() ? '?' : '&';
  text_ += percent_encode(key) + "=" + percent_encode(value);
  return *this;
}

Call get(const Resource& resource, const Place& place) { return read(path_of(resource, place)); }

Call list(const Resource& resource, const Selection& selection, std::int64_t limit, std::string_view continue_token) {
  Query query;
  if (!selection.label_selector.empty()) query.add("labelSelector", selection.label_selector);
  if (!selection.field_selector.empty()) query.add("fieldSelector", selection.field_selector);
  if (limit > 0) query.add("limit", fmt::format("{}", limit));
  if (!continue_token.empty()) query.add("continue", continue_token);
  return read(path_of(resource, {selection.namespace_, ""}) + query.text());
}

Call create(const Resource& resource, std::string_view namespace_, std::string body) {
  Call call = write("POST", path_of(resource, {std::string(namespace_), ""}), "application/json", std::move(body));
  call.repeat = Repeat::kNever;
  return call;
}

Call apply(
    const Resource& resource, const Place& place, std::string_view manager, std::string body,
    std::string_view subresource
) {
  Query query;
  query.add("fieldManager", manager).add("force", "true");
  return write(
      "PATCH", path_of(resource, place, subresource) + query.text(), "application/apply-patch+yaml", std::move(body)
  );
}

Call merge_patch(const Resource& resource, const Place& place, std::string body, std::string_view subresource) {
  return write("PATCH", path_of(resource, place, subresource), "application/merge-patch+json", std::move(body));
}

Call json_patch(const Resource& resource, const Place& place, std::string body) {
  Call call = write("PATCH", path_of(resource, place), "application/json-patch+json", std::move(body));
  call.repeat = Repeat::kNever;
  return call;
}

Call remove(const Resource& resource, const Place& place, const Preconditions& only_if) {
  json::Object preconditions;
  if (!is_mutant("delete-by-name")) preconditions["uid"] = only_if.uid;
  if (!only_if.resource_version.empty()) preconditions["resourceVersion"] = only_if.resource_version;
  const json::Object options{
      {"apiVersion", "v1"},
      {"kind", "DeleteOptions"},
      {"propagationPolicy", "Background"},
      {"preconditions", std::move(preconditions)}
  };
  return write("DELETE", path_of(resource, place), "application/json", json::serialize(options));
}

Call replace(const Resource& resource, const Place& place, std::string body) {
  Call call = write("PUT", path_of(resource, place), "application/json", std::move(body));
  // A repeat after an unseen success would meet its own new resourceVersion: a conflict that is none.
  call.repeat = Repeat::kNever;
  return call;
}

}  // namespace snapstash::kube
