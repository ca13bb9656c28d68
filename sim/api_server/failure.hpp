#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"
#include "kernel/wire/transport.hpp"
#include "sim/api_server/resources.hpp"

/// Refusals, as apimachinery's `errors.New…` build them: the sentences are the real server's, word for word.
namespace snapstash::sim {

/// A metav1.Status of a failure. A value.
struct Failure {
  int code = 500;
  bool is_text = false;      ///< The answer is the message as plain text, not a Status.
  bool has_details = false;  ///< Has `details` even if there is nothing in them.
  std::string reason, message;
  std::string name, group, kind, uid;  ///< Of `details`; a resource's plural or a kind, as the real server has it.
  std::vector<Cause> causes;
  int retry_after = 0;         ///< Seconds; 0 = not said.
  std::string continue_token;  ///< Of an expired list: where to go on, inconsistently.
};

template <class T>
using Answer = std::expected<T, Failure>;

json::Object status_object(const Failure& failure);
wire::Response response_of(const Failure& failure);

namespace failures {

std::unexpected<Failure> not_found(const ResourceType& type, std::string_view name);
std::unexpected<Failure> already_exists(const ResourceType& type, std::string_view name);
std::unexpected<Failure> conflict(const ResourceType& type, std::string_view name, std::string_view why);
/// The conflict of two writers: the object is not at the resourceVersion that was named.
std::unexpected<Failure> modified(const ResourceType& type, std::string_view name);
std::unexpected<Failure> forbidden(const ResourceType& type, std::string_view name, std::string_view why);
std::unexpected<Failure> invalid(const ResourceType& type, std::string_view name, std::vector<Cause> causes);
/// Of something that is no object of a type, such as ListOptions.meta.k8s.io.
std::unexpected<Failure> invalid(
    std::string_view group, std::string_view kind, std::string_view name, std::vector<Cause> causes
);
std::unexpected<Failure> bad_request(std::string message);
std::unexpected<Failure> expired(std::string message);
std::unexpected<Failure> too_large_version(std::int64_t wanted, std::int64_t current);
std::unexpected<Failure> method_not_supported(const ResourceType& type, std::string_view action);
std::unexpected<Failure> unsupported_media_type(std::string message);
/// 429 of priority and fairness: not processed, ask again after `seconds`.
std::unexpected<Failure> too_many_requests(int seconds);
/// No such API.
std::unexpected<Failure> no_such_path();
/// The API has no such resource.
std::unexpected<Failure> no_such_resource();

}  // namespace failures
}  // namespace snapstash::sim
