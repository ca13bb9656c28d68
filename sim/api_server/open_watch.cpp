#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/api_server/api_server.hpp"
#include "sim/api_server/reader.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

std::unexpected<Failure> invalid_options(std::string_view field, std::string_view why) {
  return failures::invalid(
      "meta.k8s.io", "ListOptions", "", {{"FieldValueForbidden", std::string(field), fmt::format("Forbidden: {}", why)}}
  );
}

// metainternalversion validation: ValidateListOptions of a watch.
Answer<void> check_options(const ApiRequest& request) {
  const std::string_view match = request.parameter("resourceVersionMatch");
  const bool says_initial = !request.parameter("sendInitialEvents").empty();
  if (says_initial && match != "NotOlderThan") {
    return invalid_options(
        "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
    );
  }
  if (!says_initial && !match.empty()) {
    return invalid_options(
        "resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
    );
  }
  return {};
}

std::optional<Duration> seconds_in(std::string_view text) {
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (seconds <= 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

// The cacher's error reaches the client as it is.
std::unexpected<Failure> unreadable_version(std::string_view text) {
  Failure failure;
  failure.message = fmt::format(
      "resourceVersion: Invalid value: \"{}\": strconv.ParseUint: parsing \"{}\": invalid syntax", text, text
  );
  return std::unexpected(std::move(failure));
}

std::string too_old(std::int64_t wanted, std::int64_t oldest) {
  return fmt::format("too old resource version: {} ({})", wanted, oldest);
}

}  // namespace

Answer<std::unique_ptr<Watch>> ApiServer::open_watch(const ApiRequest& request) {
  if (auto sensible = check_options(request); !sensible) return std::unexpected(std::move(sensible).error());
  auto version = read_version(request.parameter("resourceVersion"));
  if (!version) return unreadable_version(request.parameter("resourceVersion"));
  auto labels = LabelSelector::parse(request.parameter("labelSelector"));
  if (!labels) return std::unexpected(std::move(labels).error());
  std::string selected(request.parameter("fieldSelector"));
  // A watch of an object's own path is one of its collection that selects its name.
  if (!request.name.empty()) selected = "metadata.name=" + request.name;
  auto fields = FieldSelector::parse(selected, *request.type);
  if (!fields) return std::unexpected(std::move(fields).error());
  Watch::Query query;
  query.type = request.type;
  query.namespace_ = request.namespace_;
  query.selector = {std::move(*labels), std::move(*fields)};
  query.bookmarks = request.is_set("allowWatchBookmarks");
  query.bookmark_interval = settings_.bookmark_interval;
  query.timeout = seconds_in(request.parameter("timeoutSeconds"));
  if (!query.timeout) {
    const auto least = std::chrono::duration<double>(settings_.least_watch_time);
    query.timeout = std::chrono::duration_cast<Duration>(least * (1 + random_.fraction()));
  }
  const bool initial_events = request.is_set("sendInitialEvents");
  const std::int64_t from = version->value_or(0);
  query.from = from;
  query.initial_state = initial_events || from == 0;
  if (initial_events) {
    query.initial_events_end = query.bookmarks;
    query.not_older_than = *version ? from : storage_.revision();
  } else if (from == 0 && !request.parameter("sendInitialEvents").empty()) {
    query.initial_state = false;
    query.from = cache_->revision();
  } else if (from > 0 && from < cache_->oldest()) {
    query.refusal = failures::expired(too_old(from, cache_->oldest())).error();
  }
  return std::make_unique<Watch>(cache_, executor_, std::move(query));
}

}  // namespace snapstash::sim
