#include "sim/api_server/api_request.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

std::string decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const char* const from = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(from, from + 2, value, 16).ptr == from + 2) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) parts.push_back(decode(path.substr(0, slash), false));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

void read_query(std::string_view text, ApiRequest& request) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(one.find('='), one.size());
    const std::string_view value = equals < one.size() ? one.substr(equals + 1) : std::string_view();
    if (!one.empty()) request.query.try_emplace(decode(one.substr(0, equals), true), decode(value, true));
  }
}

std::string verb_of(std::string_view method, const ApiRequest& request) {
  const bool one = !request.name.empty();
  if (method == "GET" || method == "HEAD") {
    if (request.is_set("watch")) return "watch";
    return one ? "get" : "list";
  }
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return one ? "delete" : "deletecollection";
  return "";
}

// Returns whether the collection or object can be asked that at all.
bool makes_sense(const ApiRequest& request) {
  const bool one = !request.name.empty();
  if (request.verb == "create") return !one || !request.subresource.empty();
  if (request.verb == "update" || request.verb == "patch") return one;
  return !request.verb.empty();
}

bool knows_subresource(const ApiRequest& request) {
  if (request.subresource.empty()) return true;
  if (request.subresource == "status") return request.type->has_status;
  const std::string_view plural = request.type->resource.plural;
  return (request.subresource == "eviction" && plural == "pods") ||
         (request.subresource == "exec" && plural == "pods") ||
         (request.subresource == "finalize" && plural == "namespaces");
}

bool is_served(std::string_view group, std::string_view version) {
  return std::ranges::any_of(resource_types(), [&](const ResourceType& type) {
    return type.resource.group == group && type.resource.version == version;
  });
}

// The rest of the path, after the API's version.
Answer<void> read_place(
    const std::vector<std::string>& parts, std::size_t at, const std::string& group, const std::string& version,
    ApiRequest& request
) {
  const auto part = [&](std::size_t i) { return at + i < parts.size() ? parts[at + i] : std::string(); };
  std::size_t resource = 0;
  // /namespaces/NAME is the namespace itself, and so are its two subresources.
  const bool inside =
      part(0) == "namespaces" && !part(1).empty() && !part(2).empty() && part(2) != "status" && part(2) != "finalize";
  if (inside) {
    request.namespace_ = part(1);
    resource = 2;
  }
  request.type = find_type(group, version, part(resource));
  if (request.type == nullptr)
    return is_served(group, version) ? failures::no_such_resource() : failures::no_such_path();
  request.name = part(resource + 1);
  request.subresource = part(resource + 2);
  if (!part(resource + 3).empty() || !knows_subresource(request)) return failures::no_such_resource();
  if (inside && !request.type->resource.namespaced) return failures::no_such_resource();
  // An object of a namespace cannot be named without it.
  if (!inside && request.type->resource.namespaced && !request.name.empty()) return failures::no_such_resource();
  return {};
}

}  // namespace

std::string_view ApiRequest::parameter(std::string_view wanted) const {
  const auto found = query.find(wanted);
  return found == query.end() ? std::string_view() : std::string_view(found->second);
}

bool ApiRequest::is_set(std::string_view wanted) const {
  const auto found = query.find(wanted);
  if (found == query.end()) return false;
  const std::string& value = found->second;
  return value != "false" && value != "0" && value != "f" && value != "F" && value != "False" && value != "FALSE";
}

ApiRequest unknown_request(const wire::Request& wire) {
  ApiRequest request;
  const std::string_view target = wire.target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = decode(target.substr(0, mark), false);
  if (mark < target.size()) read_query(target.substr(mark + 1), request);
  if (const auto type = wire.headers.find("Content-Type")) request.content_type = type->substr(0, type->find(';'));
  if (const auto agent = wire.headers.find("User-Agent")) request.user_agent = *agent;
  request.body = wire.body;
  request.verb = verb_of(wire.method, request);
  return request;
}

Answer<ApiRequest> read_request(const wire::Request& wire) {
  ApiRequest request = unknown_request(wire);
  const std::string_view target = wire.target;
  const std::vector<std::string> parts = parts_of(target.substr(0, target.find('?')));
  const bool core = parts.size() >= 3 && parts[0] == "api";
  const bool grouped = parts.size() >= 4 && parts[0] == "apis";
  if (!core && !grouped) return request;
  auto place = core ? read_place(parts, 2, "", parts[1], request) : read_place(parts, 3, parts[1], parts[2], request);
  if (!place) return std::unexpected(std::move(place).error());
  request.verb = verb_of(wire.method, request);
  if (!makes_sense(request)) {
    Failure failure;
    failure.code = 405;
    failure.reason = "MethodNotAllowed";
    failure.message = "the server does not allow this method on the requested resource";
    failure.has_details = true;
    return std::unexpected(std::move(failure));
  }
  return request;
}

}  // namespace snapstash::sim
