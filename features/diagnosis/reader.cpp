#include "features/diagnosis/reader.hpp"

#include <memory>
#include <tuple>

#include "features/jobs/observe.hpp"

namespace snapstash::diagnosis {
namespace {

constexpr std::int64_t kPageSize = 500;
/// Older ones are seldom the cause, and a busy namespace has thousands.
constexpr std::size_t kMostEvents = 20;

Event event_of(const json::Value& event) {
  const auto text = [&](std::string_view pointer) { return std::string(json::find_string(event, pointer)); };
  Event made{
      .kind = text("/involvedObject/kind"),
      .name = text("/involvedObject/name"),
      .reason = text("/reason"),
      .message = text("/message")
  };
  for (const std::string_view pointer : {"/count", "/series/count"}) {
    const json::Value* count = json::find(event, pointer);
    if (count != nullptr && count->is_int64()) made.count = std::max(made.count, count->get_int64());
  }
  for (const std::string_view pointer :
       {"/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"}) {
    if (!made.last) made.last = parse_time(json::find_string(event, pointer));
  }
  return made;
}

/// Why the Job has no pod.
std::string refusal_of(const std::string& job, const std::vector<Event>& events) {
  std::string words;
  for (const Event& each : events) {
    if (each.kind == "Job" && each.name == job) words = fmt::format("{}: {}", each.reason, each.message);
  }
  return words;
}

}  // namespace

void Reader::note(const std::string& what, const std::string& why) {
  unseen_.push_back(fmt::format("{}: {}", what, why));
}

Task<std::optional<json::Value>> Reader::get(kube::Resource resource, kube::Place place, std::string what) {
  const std::string key = fmt::format("{}/{} {}/{}", resource.group, resource.plural, place.namespace_, place.name);
  if (const auto known = objects_.find(key); known != objects_.end()) co_return known->second;
  auto found = co_await ask(resource, std::move(place), std::move(what));
  if (found) objects_[key] = *found;
  co_return found;
}

Task<std::optional<json::Array>> Reader::list(kube::Resource resource, kube::Selection where, std::string what) {
  const std::string key = fmt::format(
      "{}/{} {} {} {}", resource.group, resource.plural, where.namespace_, where.label_selector, where.field_selector
  );
  if (const auto known = lists_.find(key); known != lists_.end()) co_return known->second;
  auto found = co_await ask(resource, std::move(where), std::move(what));
  if (found) lists_[key] = *found;
  co_return found;
}

Task<std::optional<json::Value>> Reader::ask(kube::Resource resource, kube::Place place, std::string what) {
  auto found = co_await client_.get_json(resource, std::move(place));
  if (found) co_return *std::move(found);
  if (!found.error().is(Code::kNotFound)) note(what, found.error().message);
  co_return std::nullopt;
}

Task<std::optional<json::Array>> Reader::ask(kube::Resource resource, kube::Selection where, std::string what) {
  json::Array all;
  std::string token;
  do {
    auto page = co_await client_.list_page(resource, where, kPageSize, token);
    if (!page) {
      note(what, page.error().message);
      co_return std::nullopt;
    }
    for (json::Value& item : page->items) all.push_back(std::move(item));
    token = std::move(page->continue_token);
  } while (!token.empty());
  co_return all;
}

Task<bool> Reader::knows(std::string path) {
  if (const auto known = groups_.find(path); known != groups_.end()) co_return known->second;
  kube::Call call;
  call.request.method = "GET";
  call.request.target = path;
  const auto answer = co_await client_.send(std::move(call));
  co_return groups_[path] = answer || !answer.error().is(Code::kNotFound);
}

Task<std::vector<jobs::JobView>> Reader::jobs_of(
    std::string namespace_, std::string owner_uid, const std::vector<Event>& events
) {
  const kube::Selection here{.namespace_ = namespace_, .label_selector = "", .field_selector = ""};
  std::vector<api::Job> jobs = co_await list<api::Job>(here, "Jobs");
  std::erase_if(jobs, [&](const api::Job& each) { return !kube::is_owned_by(each.metadata, owner_uid); });
  std::ranges::sort(jobs, {}, [](const api::Job& each) {
    return std::tuple(each.metadata.creation_timestamp, each.metadata.name.str());
  });
  std::vector<jobs::JobView> views;
  for (const api::Job& job : jobs) {
    kube::Selection its = here;
    its.label_selector = fmt::format("batch.kubernetes.io/controller-uid={}", job.metadata.uid.view());
    std::vector<std::shared_ptr<const api::Pod>> pods;
    for (api::Pod& pod : co_await list<api::Pod>(its, "pods")) {
      pods.push_back(std::make_shared<const api::Pod>(std::move(pod)));
    }
    jobs::JobView view = jobs::view(job, pods);
    if (view.trouble.empty() && pods.empty() && view.state == jobs::JobView::State::kActive) {
      view.trouble = refusal_of(view.name, events);
    }
    views.push_back(std::move(view));
  }
  co_return views;
}

Task<std::vector<Event>> Reader::warnings(std::string namespace_, std::vector<std::string> names) {
  constexpr kube::Resource kEvents = api::CoreEvent::kResource;
  std::vector<Event> found;
  const auto all = co_await list(
      kEvents, {.namespace_ = std::move(namespace_), .label_selector = "", .field_selector = "type=Warning"}, "events"
  );
  if (!all) co_return found;
  for (const json::Value& each : *all) {
    Event event = event_of(each);
    const bool about = std::ranges::any_of(names, [&](const std::string& name) {
      return name.ends_with('-') ? event.name.starts_with(name) : event.name == name;
    });
    if (about) found.push_back(std::move(event));
  }
  std::ranges::sort(found, {}, [](const Event& each) { return std::tie(each.last, each.name, each.message); });
  if (found.size() > kMostEvents) found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(kMostEvents));
  co_return found;
}

}  // namespace snapstash::diagnosis
