#include "kernel/runtime/collection.hpp"

#include <utility>

namespace snapstash::runtime {

wire::Request watch_request(const kube::Resource& resource, const kube::Selection& selection, const WatchQuery& query) {
  kube::Query text;
  if (!selection.label_selector.empty()) text.add("labelSelector", selection.label_selector);
  if (!selection.field_selector.empty()) text.add("fieldSelector", selection.field_selector);
  text.add("watch", "true").add("allowWatchBookmarks", "true");
  if (query.initial_events) text.add("sendInitialEvents", "true").add("resourceVersionMatch", "NotOlderThan");
  if (!query.resource_version.empty()) text.add("resourceVersion", query.resource_version);
  wire::Request request;
  request.target = kube::path_of(resource, {selection.namespace_, ""}) + text.text();
  request.headers = {{"Accept", "application/json"}};
  return request;
}

Task<Result<kube::RawPage>> ClientCollection::list(std::int64_t limit, std::string continue_token) {
  return client_.list_page(resource_, selection_, limit, std::move(continue_token));
}

Task<Result<std::unique_ptr<wire::Stream>>> ClientCollection::watch(WatchQuery query) {
  return client_.open(watch_request(resource_, selection_, query));
}

}  // namespace snapstash::runtime
