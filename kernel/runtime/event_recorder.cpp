#include "kernel/runtime/event_recorder.hpp"

#include <utility>

#include <fmt/format.h>

namespace snapstash::runtime {
namespace {

constexpr kube::Resource kEvents{"events.k8s.io", "v1", "Event", "events", true};

/// Whether trying again cannot help: the server has understood and said no.
bool is_final(const Error& error) {
  switch (error.code) {
    case Code::kInvalid:
    case Code::kForbidden:  // no right to, or the namespace is being deleted
    case Code::kNotFound:
    case Code::kAlreadyExists:
    case Code::kConflict: return true;
    default: return false;
  }
}

/// A name that no other event has: the subject's, and 64 random bits. The whole must fit 253 characters.
std::string name_for(const ObjectReference& subject, Random& random) {
  return fmt::format("{}.{:016x}", subject.name.substr(0, 253 - 17), random.next());
}

}  // namespace

EventRecorder::EventRecorder(Reporter reporter, Ports ports)
    : reporter_(std::move(reporter)),
      ports_(ports),
      dropped_(ports.registry.counter("events_dropped_total", "Kubernetes events that could not be written.").only()),
      arrived_(ports.executor) {}

void EventRecorder::record(EventNews news) {
  std::string name = name_for(news.regarding, ports_.random);
  auto write = series_.record(std::move(news), std::move(name), ports_.clock.now());
  if (write) push(std::move(*write));
}

void EventRecorder::normal(ObjectReference regarding, std::string reason, std::string note) {
  record({EventType::kNormal, std::move(regarding), std::move(reason), "", std::move(note)});
}

void EventRecorder::warning(ObjectReference regarding, std::string reason, std::string note) {
  record({EventType::kWarning, std::move(regarding), std::move(reason), "", std::move(note)});
}

void EventRecorder::push(EventWrite write) {
  if (queue_.size() >= kQueueLimit) return dropped_.add();
  queue_.push_back(std::move(write));
  arrived_.set();
}

void EventRecorder::schedule_sweep() {
  sweep_ = ports_.executor.after(kBetweenSweeps, [this] {
    for (EventWrite& write : series_.sweep(ports_.clock.now())) push(std::move(write));
    schedule_sweep();
  });
}

Task<void> EventRecorder::run() {
  schedule_sweep();
  for (;;) {
    while (queue_.empty()) {
      arrived_.reset();
      co_await arrived_.wait();
    }
    EventWrite next = std::move(queue_.front());
    queue_.pop_front();
    co_await deliver(std::move(next));
  }
}

Task<void> EventRecorder::deliver(EventWrite write) {
  for (int tries = 1;; ++tries) {
    const auto sent = co_await attempt(write).as_result();
    if (sent) co_return;
    if (is_final(sent.error()) || tries >= kTries) {
      dropped_.add();
      ports_.log.debug("an event was dropped", {{"reason", write.record.news.reason}, {"error", sent.error().message}});
      co_return;
    }
    const auto jitter = std::chrono::duration_cast<Duration>(kBetweenTries * ports_.random.fraction());
    co_await sleep_for(ports_.executor, kBetweenTries + jitter);
  }
}

Task<Result<void>> EventRecorder::attempt(EventWrite write) {
  if (write.create) co_return co_await create(std::move(write.record)).as_result();
  kube::Place place{std::string(namespace_of(write.record)), write.record.name};
  const auto patched =
      co_await ports_.client.merge_patch(kEvents, std::move(place), series_patch(write.record)).as_result();
  if (patched) co_return {};
  // Events live for an hour: the one that the series began with is gone. Its name is free again.
  if (patched.error().is(Code::kNotFound)) co_return co_await create(std::move(write.record)).as_result();
  co_return fail(patched.error());
}

Task<Result<void>> EventRecorder::create(EventRecord record) {
  // Nobody else makes names of ours, so one that exists is this very event.
  const auto is_ours = [](const json::Value&) { return true; };
  const auto created = co_await ports_.client.create(kEvents, event_json(record, reporter_), is_ours).as_result();
  if (!created) co_return fail(created.error());
  co_return {};
}

}  // namespace snapstash::runtime
