#include "kernel/runtime/watcher.hpp"

#include <string>
#include <utility>
#include <variant>

#include <boost/json/monotonic_resource.hpp>

#include "kernel/base/race.hpp"
#include "kernel/kube/status.hpp"

namespace snapstash::runtime {
namespace {

constexpr std::int64_t kPageSize = 100;

WatchFrame malformed(std::string message) { return {Failed{Error(Code::kMalformed, std::move(message))}}; }

std::optional<EventArrived::Type> type_named(std::string_view name) {
  using Type = EventArrived::Type;
  if (name == "ADDED") return Type::kAdded;
  if (name == "MODIFIED") return Type::kModified;
  if (name == "DELETED") return Type::kDeleted;
  if (name == "BOOKMARK") return Type::kBookmark;
  return std::nullopt;
}

int code_in(const json::Value& status) {
  const json::Value* code = json::find_key(status, "code");
  return code != nullptr && code->is_int64() ? static_cast<int>(code->get_int64()) : 0;
}

}  // namespace

WatchFrame read_frame(const json::Value& document) {
  const std::string_view type = json::find_string(document, "/type");
  const json::Value* object = json::find_key(document, "object");
  if (object == nullptr || !object->is_object()) return malformed("a watch event without an object");
  if (type == "ERROR") return {Failed{kube::error_of(*object, code_in(*object)), true}};
  const auto known = type_named(type);
  if (!known) return malformed("a watch event of the unknown type '" + std::string(type) + "'");
  EventArrived event{.type = *known, .resource_version = std::string(identity_of(*object).resource_version)};
  if (*known != EventArrived::Type::kBookmark) return {std::move(event), object};
  const json::Object* annotations = json::find_object(*object, "/metadata/annotations");
  const json::Value* end = annotations != nullptr ? annotations->if_contains("k8s.io/initial-events-end") : nullptr;
  event.initial_events_end = end != nullptr && end->is_string() && json::as_view(*end) == "true";
  return {std::move(event)};
}

Task<void> Watcher::run() {
  WatchAction next = settle(Begin{}, {});
  for (;;) {
    const WatchAction action = std::move(next);
    if (const auto* read_more = std::get_if<Read>(&action)) {
      next = co_await read(*read_more);
      continue;
    }
    stream_.reset();
    splitter_.reset();
    if (const auto* page = std::get_if<ListPage>(&action)) {
      next = co_await list(*page);
    } else if (const auto* watch = std::get_if<OpenWatch>(&action)) {
      next = co_await open(*watch);
    } else {
      next = co_await wait(std::get<Wait>(action));
    }
  }
}

Task<WatchAction> Watcher::list(ListPage action) {
  auto page = co_await collection_.list(kPageSize, std::move(action.continue_token)).as_result();
  if (!page) co_return settle(Failed{std::move(page).error()}, {});
  stats_.last_heard = ports_.executor.now();
  const PageArrived arrived{std::move(page->resource_version), std::move(page->continue_token)};
  co_return settle(arrived, page->items);
}

Task<WatchAction> Watcher::open(OpenWatch action) {
  auto stream = co_await collection_.watch(std::move(action.query)).as_result();
  if (!stream) co_return settle(Failed{std::move(stream).error()}, {});
  stream_ = std::move(*stream);
  ++stats_.opened;
  co_return settle(Opened{}, {});
}

Task<WatchAction> Watcher::wait(Wait action) {
  co_await sleep_for(ports_.executor, state_.backoff.jittered(action.delay, ports_.random));
  co_return settle(Begin{}, {});
}

Task<WatchAction> Watcher::read(Read action) {
  auto frame = splitter_.next();
  if (!frame) co_return settle(Failed{std::move(frame).error()}, {});
  if (*frame) co_return take_frame(**frame);

  auto bytes = co_await with_timeout(ports_.executor, action.within, stream_->read()).as_result();
  if (!bytes) {
    // A stream itself has no deadline, so a timeout is ours.
    if (bytes.error().is(Code::kTimeout)) co_return settle(Silent{}, {});
    co_return settle(Failed{std::move(bytes).error()}, {});
  }
  if (bytes->empty()) {
    if (splitter_.pending() == 0) co_return settle(Ended{}, {});
    co_return settle(Failed{Error(Code::kUnknownOutcome, "the watch ended in the middle of an event")}, {});
  }
  splitter_.feed(*bytes);
  co_return action;
}

WatchAction Watcher::take_frame(std::string_view text) {
  boost::json::monotonic_resource memory(arena_.data(), arena_.size());
  stats_.last_heard = ports_.executor.now();
  const auto document = json::parse(text, &memory);
  if (!document) return settle(Failed{document.error()}, {});
  const WatchFrame frame = read_frame(*document);
  if (frame.object == nullptr) return settle(frame.input, {});
  return settle(frame.input, {frame.object, 1});
}

WatchAction Watcher::settle(const WatchInput& input, std::span<const json::Value> objects) {
  WatchStep next = step(std::move(state_), input, ports_.executor.now());
  state_ = std::move(next.state);
  if (next.report) report(*next.report);
  if (next.begin_initial) sink_.begin_initial();
  for (const json::Value& object : objects) dispose(next.objects, object);
  if (next.commit) {
    if (!sink_.commit(*next.commit)) {
      if (!stats_.refused_since) stats_.refused_since = ports_.executor.now();
      return settle(Refused{}, {});
    }
    stats_.refused_since.reset();
    ++stats_.initial_lists;
  }
  if (next.advance) sink_.advance(*next.advance);
  return next.next;
}

void Watcher::dispose(Disposition disposition, const json::Value& object) {
  std::optional<Error> problem;
  switch (disposition) {
    case Disposition::kIgnore: break;
    case Disposition::kStage: problem = sink_.stage(object); break;
    case Disposition::kUnstage: sink_.unstage(object); break;
    case Disposition::kApply: problem = sink_.apply(object); break;
    case Disposition::kRemove: sink_.remove(object); break;
  }
  if (!problem) return;
  ++stats_.undecodable;
  const Identity identity = identity_of(object);
  ports_.log.warning(
      "an object cannot be read and is left out", {{"resource", collection_.name()},
                                                   {"key", key_of(identity.namespace_, identity.name)},
                                                   {"error", problem->message}}
  );
}

Result<void> Watcher::health() const {
  if (!stats_.refused_since || ports_.executor.now() - *stats_.refused_since < kRefusalLimit) return {};
  return fail(Code::kConflict, "the server has gone back to an older state of " + std::string(name()));
}

void Watcher::report(const Error& error) {
  ++stats_.failures;
  ports_.log.warning(
      "watch", {{"resource", collection_.name()}, {"code", snapstash::name_of(error.code)}, {"error", error.message}}
  );
}

}  // namespace snapstash::runtime
