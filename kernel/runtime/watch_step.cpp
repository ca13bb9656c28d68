#include "kernel/runtime/watch_step.hpp"

#include <algorithm>
#include <utility>

#include "kernel/runtime/resource_version.hpp"

namespace snapstash::runtime {
namespace {

using Phase = WatchState::Phase;

WatchStep begin(WatchState state) {
  WatchStep next;
  if (!state.resource_version.empty()) {
    state.phase = Phase::kOpening;
    next.next = OpenWatch{{.resource_version = state.resource_version}};
  } else {
    next.begin_initial = true;
    if (state.watch_list_supported && !state.list_next) {
      state.phase = Phase::kOpeningInitial;
      next.next = OpenWatch{{.initial_events = true, .resource_version = {}}};
    } else {
      state.phase = Phase::kListing;
      next.next = ListPage{};
    }
  }
  next.state = std::move(state);
  return next;
}

/// Waits, then begins again, from the version in the state if it has one.
WatchStep back_off(WatchState state, Error error, MonoTime now) {
  const Duration asked = error.retry_after.value_or(std::chrono::seconds(0));
  WatchStep next;
  next.next = Wait{std::max(state.backoff.next(now), asked)};
  next.report = std::move(error);
  state.phase = Phase::kIdle;
  next.state = std::move(state);
  return next;
}

/// Whether the server's state, rather than the way to it, is the trouble: going on from the same version is no use.
bool needs_new_list(const WatchState& state, const Failed& failure) {
  switch (failure.error.code) {
    case Code::kTooManyRequests:
    case Code::kUnavailable: return false;
    case Code::kExpired:          // the version is forgotten
    case Code::kTooLargeVersion:  // a server that lags, or whose store was restored: only a consistent list tells
    case Code::kInvalid:
    case Code::kNotFound:   // the kind is gone; when it comes back its versions may start anew
    case Code::kMalformed:  // what was lost is unknown
      return true;
    default: return failure.sent_in_stream || state.backoff.failures() >= kResumeAttempts;
  }
}

/// Whether a failed WatchList says that it, rather than the server as a whole, does not work.
bool speaks_against_watch_list(Code code) {
  switch (code) {
    case Code::kTooManyRequests:
    case Code::kUnavailable:
    case Code::kUnauthorized:
    case Code::kForbidden:
    case Code::kNotFound: return false;
    default: return true;
  }
}

WatchStep failed(WatchState state, const Failed& failure, MonoTime now) {
  const bool initial = state.phase == Phase::kOpeningInitial || state.phase == Phase::kInitial;
  if (initial) {
    // 422: the feature gate is off (Kubernetes 1.31 and 1.33). Nothing is wrong, so nothing needs to wait.
    if (state.phase == Phase::kOpeningInitial && failure.error.is(Code::kInvalid)) {
      state.watch_list_supported = false;
      return begin(std::move(state));
    }
    if (speaks_against_watch_list(failure.error.code)) state.list_next = true;
  }
  if (needs_new_list(state, failure)) state.resource_version.clear();
  return back_off(std::move(state), failure.error, now);
}

WatchStep page_arrived(WatchState state, const PageArrived& page) {
  WatchStep next;
  next.objects = Disposition::kStage;
  if (!page.continue_token.empty()) {
    next.next = ListPage{page.continue_token};
  } else {
    next.commit = page.resource_version;
    state.list_next = false;
    state.resource_version = page.resource_version;
    state.phase = Phase::kOpening;
    next.next = OpenWatch{{.resource_version = state.resource_version}};
  }
  next.state = std::move(state);
  return next;
}

WatchStep opened(WatchState state, MonoTime now) {
  const bool initial = state.phase == Phase::kOpeningInitial;
  state.phase = initial ? Phase::kInitial : Phase::kWatching;
  state.opened_at = state.progress_at = now;
  state.seen_event = false;
  WatchStep next;
  next.next = Read{initial ? kInitialPatience : kDeadPeer};
  next.state = std::move(state);
  return next;
}

WatchStep initial_event(WatchState state, const EventArrived& event, MonoTime now) {
  WatchStep next;
  next.next = Read{kInitialPatience};
  if (event.type == EventArrived::Type::kBookmark) {
    if (event.initial_events_end) {
      next.commit = event.resource_version;
      state.resource_version = event.resource_version;
      state.phase = Phase::kWatching;
      next.next = Read{kDeadPeer};
    } else {
      const Duration left = kInitialPatience - (now - state.progress_at);
      Error late(Code::kTimeout, "the server does not end its initial events");
      if (left <= Duration(0)) return failed(std::move(state), {std::move(late)}, now);
      next.next = Read{left};
    }
  } else {
    next.objects = event.type == EventArrived::Type::kDeleted ? Disposition::kUnstage : Disposition::kStage;
    state.progress_at = now;
  }
  next.state = std::move(state);
  return next;
}

WatchStep live_event(WatchState state, const EventArrived& event) {
  WatchStep next;
  switch (event.type) {
    case EventArrived::Type::kAdded:
    case EventArrived::Type::kModified: next.objects = Disposition::kApply; break;
    case EventArrived::Type::kDeleted: next.objects = Disposition::kRemove; break;
    case EventArrived::Type::kBookmark: break;
  }
  // A repeated old event must not move the place to go on from backwards.
  if (!event.resource_version.empty() && !is_older(event.resource_version, state.resource_version)) {
    state.resource_version = event.resource_version;
    next.advance = event.resource_version;
  }
  next.next = Read{kDeadPeer};
  next.state = std::move(state);
  return next;
}

WatchStep event_arrived(WatchState state, const EventArrived& event, MonoTime now) {
  state.seen_event = true;
  return state.phase == Phase::kInitial ? initial_event(std::move(state), event, now)
                                        : live_event(std::move(state), event);
}

WatchStep ended(WatchState state, MonoTime now) {
  if (state.phase == Phase::kInitial) {
    Error cut(Code::kUnknownOutcome, "the watch ended before its initial events did");
    return failed(std::move(state), {std::move(cut)}, now);
  }
  if (!state.seen_event && now - state.opened_at < kVeryShortWatch) {
    Error brief(Code::kUnavailable, "the watch ended within a second, without an event");
    return back_off(std::move(state), std::move(brief), now);
  }
  return begin(std::move(state));
}

WatchStep silent(WatchState state, MonoTime now) {
  if (state.phase == Phase::kInitial) {
    Error late(Code::kTimeout, "the server does not end its initial events");
    return failed(std::move(state), {std::move(late)}, now);
  }
  // The wait itself was long enough: connect again at once.
  WatchStep next = begin(std::move(state));
  next.report = Error(Code::kTimeout, "not a byte for 150 s: the connection is taken for dead");
  return next;
}

WatchStep refused(WatchState state, MonoTime now) {
  Error older(Code::kConflict, "the server lists an older state than it has shown before");
  state.resource_version.clear();
  return back_off(std::move(state), std::move(older), now);
}

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

}  // namespace

WatchStep step(WatchState state, const WatchInput& input, MonoTime now) {
  return std::visit(
      Overloaded{
          [&](const Begin&) { return begin(std::move(state)); },
          [&](const PageArrived& page) { return page_arrived(std::move(state), page); },
          [&](const Opened&) { return opened(std::move(state), now); },
          [&](const EventArrived& event) { return event_arrived(std::move(state), event, now); },
          [&](const Failed& failure) { return failed(std::move(state), failure, now); },
          [&](const Ended&) { return ended(std::move(state), now); },
          [&](const Silent&) { return silent(std::move(state), now); },
          [&](const Refused&) { return refused(std::move(state), now); },
      },
      input
  );
}

}  // namespace snapstash::runtime
