#include "sim/faults/strike_plan.hpp"

#include <optional>

namespace snapstash::sim {
namespace {

using enum Effect;

/// What happens before the server has seen the request, or nothing.
std::optional<RequestVerdict> request_verdict(Effect effect) {
  using Kind = RequestVerdict::Kind;
  const auto answer = [](int status, std::string reason = "", std::optional<std::chrono::seconds> retry_after = {}) {
    return RequestVerdict{
        .kind = Kind::kAnswer,
        .answer = {.status = status, .reason = std::move(reason), .message = "", .retry_after = retry_after}
    };
  };
  switch (effect) {
    case kCrashBefore: return RequestVerdict{.kind = Kind::kCrash};
    case kConflict: return answer(409, "Conflict");
    case kAlreadyExists: return answer(409, "AlreadyExists");
    case kNotFound: return answer(404);
    case kForbidden: return answer(403);
    case kUnauthorized: return answer(401);
    case kInvalid: return answer(422);
    case kTooManyBriefly: return answer(429, "", std::chrono::seconds(1));
    case kTooManyLong: return answer(429, "", std::chrono::seconds(32));
    case kInternal: return answer(500);
    case kUnavailable: return answer(503);
    case kTimeout: return answer(504);
    case kReset: return RequestVerdict{.kind = Kind::kReset};
    default: return std::nullopt;
  }
}

/// What happens once it has carried it out, or nothing.
std::optional<ResponseVerdict> response_verdict(Effect effect) {
  using Kind = ResponseVerdict::Kind;
  switch (effect) {
    case kCrashUnanswered: return ResponseVerdict{.kind = Kind::kCrash};
    case kCrashAfter: return ResponseVerdict{.kind = Kind::kCrashAfter};
    case kResetCommitted: return ResponseVerdict{.kind = Kind::kReset};
    case kTimeoutCommitted: return ResponseVerdict{.kind = Kind::kAnswer, .answer = {.status = 504}};
    default: return std::nullopt;
  }
}

bool is_of_world(Effect effect) { return effect >= kPause; }
bool is_after(Effect effect) { return response_verdict(effect).has_value(); }

/// What no API server says: that an object is gone, or has become another one, which is still there. Who asked for its
/// deletion must believe it.
bool is_lie(Effect effect, const wire::Request& request) {
  return request.method == "DELETE" && (effect == kNotFound || effect == kConflict);
}

/// Watches that begin from a version, rather than from the present state.
bool resumes(const wire::Request& request) { return !request.target.contains("sendInitialEvents=true"); }

}  // namespace

const Strike* StrikePlan::take(std::string_view node, Aim aim, std::uint64_t number, bool before) {
  if (ceased_) return nullptr;
  for (std::size_t i = 0; i < strikes_.size(); ++i) {
    const Strike& strike = strikes_[i];
    if (done_[i] || strike.aim != aim || strike.number != number || strike.node != node) continue;
    if (is_after(strike.effect) == before) continue;
    done_[i] = true;
    ++struck_;
    return &strike;
  }
  return nullptr;
}

RequestVerdict StrikePlan::on_request(const RequestPoint& point) {
  const std::string node(point.node);
  if (point.purpose == Purpose::kWatch) {
    if (!ceased_ && resumes(point.what) && expire_.erase(node) > 0) {
      return {.kind = RequestVerdict::Kind::kAnswer, .answer = {.status = 410, .reason = "Expired"}};
    }
    return {};
  }
  Traffic& traffic = traffic_[node];
  const std::uint64_t call = ++traffic.calls;
  calls_[{node, point.request}] = call;
  const Strike* strike = take(point.node, Aim::kCall, call, true);
  if (point.purpose == Purpose::kWrite) {
    ++traffic.writes;
    if (strike == nullptr) strike = take(point.node, Aim::kWrite, point.number, true);
  }
  if (strike == nullptr || is_lie(strike->effect, point.what)) return {};
  if (is_of_world(strike->effect)) {
    if (on_world) on_world(*strike);
    return {};
  }
  return request_verdict(strike->effect).value_or(RequestVerdict{});
}

ResponseVerdict StrikePlan::on_response(const RequestPoint& point, const wire::Response&) {
  if (point.purpose == Purpose::kWatch) return {};
  const auto call = calls_.find({std::string(point.node), point.request});
  const Strike* strike = nullptr;
  if (call != calls_.end()) {
    strike = take(point.node, Aim::kCall, call->second, false);
    calls_.erase(call);
  }
  if (strike == nullptr && point.purpose == Purpose::kWrite) {
    strike = take(point.node, Aim::kWrite, point.number, false);
  }
  return strike == nullptr ? ResponseVerdict{} : response_verdict(strike->effect).value_or(ResponseVerdict{});
}

FrameVerdict StrikePlan::on_frame(const FramePoint& point) {
  const std::string node(point.node);
  if (point.bookmark) {
    if (ceased_) return {};
    if (point.initial_events_end) {
      return no_end_.erase(node) > 0 ? FrameVerdict{.kind = FrameVerdict::Kind::kDrop} : FrameVerdict{};
    }
    return no_bookmarks_.contains(node) ? FrameVerdict{.kind = FrameVerdict::Kind::kDrop} : FrameVerdict{};
  }
  Traffic& traffic = traffic_[node];
  traffic.frames = std::max(traffic.frames, point.frame);
  const Strike* strike = take(point.node, Aim::kFrame, point.frame, true);
  const FrameVerdict verdict = strike == nullptr ? FrameVerdict{} : frame_verdict(*strike, point);
  last_frame_[{node, point.watch}] = point.text;
  return verdict;
}

FrameVerdict StrikePlan::frame_verdict(const Strike& strike, const FramePoint& point) {
  using Kind = FrameVerdict::Kind;
  switch (strike.effect) {
    case kBreak: return {.kind = Kind::kBreak};
    case kDuplicate: return {.kind = Kind::kDuplicate};
    case kDelay: return {.kind = Kind::kHold, .delay = std::chrono::milliseconds(700)};
    case kLongDelay: return {.kind = Kind::kHold, .delay = std::chrono::seconds(8)};
    case kExpire: return {.kind = Kind::kExpire};
    case kExpireOnResume: expire_.insert(strike.node); return {.kind = Kind::kBreak};
    case kNoBookmarks: no_bookmarks_.insert(strike.node); return {};
    // The next WatchList of this node lacks its end; the break makes it need one.
    case kNoInitialEnd: no_end_.insert(strike.node); return {.kind = Kind::kExpire};
    case kReplay: {
      const auto last = last_frame_.find({strike.node, point.watch});
      if (last == last_frame_.end()) return {};
      return {.kind = Kind::kInsert, .text = last->second};
    }
    case kCutInside: return {.kind = Kind::kCutInside};
    default: break;
  }
  if (is_of_world(strike.effect) && on_world) on_world(strike);
  return {};
}

}  // namespace snapstash::sim
