#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/kube/resource.hpp"
#include "kernel/wire/transport.hpp"

/// Requests to the API server as plain values: building one does no I/O, so each is tested by looking at it.
namespace snapstash::kube {

/// How an unclear outcome (sent, but no or no usable answer) may be treated.
enum class Repeat {
  kSafe,   ///< Doing it twice equals doing it once: reads, server-side apply, absolute patches, deletes with a UID.
  kNever,  ///< Only its caller can tell: a POST, whose name then shows who created the object.
};

/// A request, and what may be done when its fate is unknown.
struct Call {
  wire::Request request;
  Repeat repeat = Repeat::kSafe;
};

/// Where an object or a collection is. Namespace "" = all namespaces, or a cluster-scoped kind; name "" = the
/// collection.
struct Place {
  std::string namespace_, name;
};

/// Returns the path of an object or collection, e.g. `/apis/batch/v1/namespaces/demo/jobs/x/status`.
std::string path_of(const Resource& resource, const Place& place, std::string_view subresource = "");

/// Returns `text` with everything but unreserved characters percent-encoded (RFC 3986).
std::string percent_encode(std::string_view text);

/// Collects `?key=value&…`.
class Query {
 public:
  Query& add(std::string_view key, std::string_view value);
  /// Returns "" or "?…".
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// What to list or watch. Empty members are left out.
struct Selection {
  std::string namespace_;
  std::string label_selector, field_selector;
};

Call get(const Resource& resource, const Place& place);

/// One page; `continue_token` "" = the first. No resourceVersion: a consistent read (KEP-2340).
Call list(const Resource& resource, const Selection& selection, std::int64_t limit, std::string_view continue_token);

/// Creates. The body must name its object: generateName is not used here, since such a POST cannot be repeated.
Call create(const Resource& resource, std::string_view namespace_, std::string body);

/// Server-side apply (forced) as `manager`; creates the object when it is missing and the body carries no UID (a
/// resourceVersion does not keep it from that). With `subresource` "status" only the status is applied, and a missing
/// object is an error. What is a precondition, and what not: tests/conformance/cases/apply.yaml.
Call apply(
    const Resource& resource, const Place& place, std::string_view manager, std::string body,
    std::string_view subresource = ""
);

/// JSON merge patch (RFC 7386) with absolute values.
Call merge_patch(const Resource& resource, const Place& place, std::string body, std::string_view subresource = "");

/// JSON patch (RFC 6902). `test` operations make it safe to repeat; without them it is not.
Call json_patch(const Resource& resource, const Place& place, std::string body);

/// What must still hold for a delete to happen. A UID is required: names are reused.
struct Preconditions {
  std::string uid;
  std::string resource_version;  ///< "" = any
};

/// Deletes in the background (REST's default for Jobs would orphan their pods).
Call remove(const Resource& resource, const Place& place, const Preconditions& only_if);

/// PUT: replaces an object at the resourceVersion its body carries.
Call replace(const Resource& resource, const Place& place, std::string body);

}  // namespace snapstash::kube
