#include "sim/faults/strike.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

using enum Effect;

constexpr std::array<std::pair<Effect, std::string_view>, 34> kNames{{
    {kCrashBefore, "crash-before"},
    {kCrashUnanswered, "crash-unanswered"},
    {kCrashAfter, "crash-after"},
    {kConflict, "409-conflict"},
    {kAlreadyExists, "409-already-exists"},
    {kNotFound, "404"},
    {kForbidden, "403"},
    {kUnauthorized, "401"},
    {kInvalid, "422"},
    {kTooManyBriefly, "429-1s"},
    {kTooManyLong, "429-32s"},
    {kInternal, "500"},
    {kUnavailable, "503"},
    {kTimeout, "504"},
    {kTimeoutCommitted, "504-committed"},
    {kReset, "reset"},
    {kResetCommitted, "reset-committed"},
    {kBreak, "break"},
    {kDuplicate, "duplicate"},
    {kDelay, "delay"},
    {kLongDelay, "long-delay"},
    {kExpire, "410"},
    {kExpireOnResume, "410-on-resume"},
    {kNoBookmarks, "no-bookmarks"},
    {kNoInitialEnd, "no-initial-end"},
    {kReplay, "replay"},
    {kCutInside, "cut-inside"},
    {kPause, "pause"},
    {kIsolate, "isolate"},
    {kServerDown, "server-down"},
    {kStale1, "stale-1"},
    {kStale5, "stale-5"},
    {kStaleAll, "stale-all"},
    {kUnseen, "unseen"},
}};

constexpr auto kEffects = [] {
  std::array<Effect, kNames.size()> effects{};
  std::ranges::transform(kNames, effects.begin(), [](const auto& each) { return each.first; });
  return effects;
}();

constexpr std::array<std::pair<Aim, std::string_view>, 3> kAims{
    {{Aim::kWrite, "write"}, {Aim::kCall, "call"}, {Aim::kFrame, "frame"}}
};

template <class Table>
auto find_named(const Table& table, std::string_view name) {
  const auto found = std::ranges::find(table, name, [](const auto& each) { return each.second; });
  return found == table.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace

std::string_view name_of(Effect effect) {
  return std::ranges::find(kNames, effect, [](const auto& each) { return each.first; })->second;
}

std::span<const Effect> all_effects() { return kEffects; }

std::string to_text(const Strike& strike) {
  const auto aim = std::ranges::find(kAims, strike.aim, [](const auto& each) { return each.first; });
  return fmt::format("{}:{}:{}:{}", strike.node, aim->second, strike.number, name_of(strike.effect));
}

Result<Strike> parse_strike(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::string_view rest = text;;) {
    const std::size_t colon = rest.find(':');
    parts.push_back(rest.substr(0, colon));
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  if (parts.size() != 4) {
    return fail(Code::kInvalid, fmt::format("\"{}\": a fault is NODE:AIM:NUMBER:EFFECT", text));
  }
  Strike strike{.node = std::string(parts[0])};
  const auto aim = find_named(kAims, parts[1]);
  const auto effect = find_named(kNames, parts[3]);
  const auto [end, error] = std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), strike.number);
  if (!aim) return fail(Code::kInvalid, fmt::format("\"{}\": aim must be write, call or frame", parts[1]));
  if (error != std::errc() || end != parts[2].data() + parts[2].size() || strike.number == 0) {
    return fail(Code::kInvalid, fmt::format("\"{}\": must be a number from 1", parts[2]));
  }
  if (!effect) return fail(Code::kInvalid, fmt::format("\"{}\": there is no such effect", parts[3]));
  strike.aim = *aim;
  strike.effect = *effect;
  return strike;
}

}  // namespace snapstash::sim
