#include "sim/network/watch_stream.hpp"

#include <utility>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

constexpr std::string_view kExpired =
    R"-({"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)-"
    R"-("message":"too old resource version: 1 (2)","reason":"Expired","code":410}})-"
    "\n";

Task<Result<std::string>> read_from(std::shared_ptr<Feed> feed) {
  for (;;) {
    if (!feed->buffer.empty()) co_return std::exchange(feed->buffer, {});
    if (feed->broken) co_return fail(*feed->broken);
    if (feed->ended) co_return std::string();
    feed->more.reset();
    co_await feed->more.wait();
  }
}

}  // namespace

Task<Result<std::string>> WatchStream::read() { return read_from(feed_); }

Feed::Feed(NodeNetwork& owner, std::unique_ptr<Watch> opened, std::string request_target, std::uint64_t watch_number)
    : network(&owner),
      watch(std::move(opened)),
      target(std::move(request_target)),
      number(watch_number),
      more(owner.node_.executor) {}

void Feed::look_after(Duration delay) {
  if (looking_ || network == nullptr) return;
  looking_ = true;
  ticket_ = network->wiring_.executor.after(delay, [this] {
    // What is told may let go of the stream, and of this with it.
    const auto self = shared_from_this();
    looking_ = false;
    look();
  });
}

void Feed::stop(std::optional<Error> error) {
  if (network == nullptr) return;
  network = nullptr;
  watch.reset();
  ticket_.cancel();
  held_.clear();
  if (error && !ended) {
    broken = std::move(error);
    more.set();
  }
}

void Feed::on_up() {
  if (network != nullptr) look_after(network->latency());
}

void Feed::end() {
  ended = true;
  watch.reset();
  held_.clear();
  more.set();
}

void Feed::look() {
  if (!network->is_up()) return;  // asked again when it is
  while (watch) {
    auto frame = watch->next();
    if (!frame) break;
    held_.push_back(std::move(*frame));
  }
  const bool over = watch && watch->ended();
  while (!held_.empty() && !ended && !broken) {
    if (!pass(held_.front())) return;
    held_.pop_front();
    asked_.reset();
  }
  if (over && !ended && !broken) end();
}

FramePoint Feed::point_of(const std::string& frame) {
  NodeCounters& counters = network->node_.counters;
  const bool bookmark = frame.starts_with(R"({"type":"BOOKMARK")");
  return {
      .node = network->node_.name,
      .target = target,
      .watch = number,
      .frame = bookmark ? ++counters.bookmarks : ++counters.frames,
      .bookmark = bookmark,
      .initial_events_end = bookmark && frame.contains("k8s.io/initial-events-end"),
      .text = frame
  };
}

bool Feed::pass(const std::string& frame) {
  if (!asked_) asked_ = point_of(frame);
  asked_->text = frame;
  const FrameVerdict verdict = network->wiring_.faults.on_frame(*asked_);
  if (verdict.kind != FrameVerdict::Kind::kPass && verdict.kind != FrameVerdict::Kind::kHold) {
    network->wiring_.executor.note(static_cast<std::uint64_t>(verdict.kind));
    network->wiring_.story.tell(network->node_.name, [&] {
      return fmt::format(
          "FAULT {} at {} {} of {}: {}", name_of(verdict.kind), asked_->bookmark ? "bookmark" : "frame", asked_->frame,
          target, std::string_view(frame).substr(0, 160)
      );
    });
  }
  return carry_out(verdict, frame);
}

bool Feed::carry_out(const FrameVerdict& verdict, const std::string& frame) {
  switch (verdict.kind) {
    case FrameVerdict::Kind::kHold: look_after(verdict.delay); return false;
    case FrameVerdict::Kind::kBreak: stop(Error(Code::kUnknownOutcome, "connection reset by peer")); return false;
    case FrameVerdict::Kind::kEnd: end(); return false;
    case FrameVerdict::Kind::kCutInside:
      buffer.append(frame, 0, frame.size() / 2);
      end();
      return false;
    case FrameVerdict::Kind::kExpire:
      buffer += kExpired;
      end();
      return false;
    case FrameVerdict::Kind::kDrop: return true;
    case FrameVerdict::Kind::kReplace: buffer += verdict.text; break;
    case FrameVerdict::Kind::kInsert: buffer.append(verdict.text).append(frame); break;
    case FrameVerdict::Kind::kDuplicate: buffer.append(frame).append(frame); break;
    case FrameVerdict::Kind::kPass: buffer += frame; break;
  }
  more.set();
  return true;
}

}  // namespace snapstash::sim
