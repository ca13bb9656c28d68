#include "tests/conformance/play.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "tests/conformance/expectation.hpp"

namespace snapstash::conformance {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 15s;    // for one event, or the end of a watch
constexpr Duration kEventually = 60s;  // for what controllers do
constexpr Duration kPace = 250ms;

std::string media_type(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kTypes = {{
      {"apply", "application/apply-patch+yaml"},
      {"merge", "application/merge-patch+json"},
      {"json-patch", "application/json-patch+json"},
      {"strategic", "application/strategic-merge-patch+json"},
      {"", "application/json"},
  }};
  for (const auto& [name, full] : kTypes) {
    if (name == type) return std::string(full);
  }
  return std::string(type);
}

json::Value document_of(const std::string& body) {
  auto parsed = json::parse(body);
  return parsed ? std::move(*parsed) : json::make_string(body);
}

std::string shortened(std::string text) {
  constexpr std::size_t kLongest = 3000;
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + " ...";
}

std::int64_t number(const json::Value& step, std::string_view key, std::int64_t otherwise) {
  const json::Value* found = json::find_key(step, key);
  return found != nullptr && found->is_int64() ? found->as_int64() : otherwise;
}

}  // namespace

std::optional<std::string> Player::play(const Case& played) {
  for (const auto& [name, value] : played.let) variables_.set(std::string(std::string_view(name)), value);
  return play_all(played.steps);
}

Player::Unmet Player::play_all(const json::Array& steps) {
  std::size_t count = 0;
  for (const json::Value& step : steps) {
    ++count;
    if (auto why = play_step(step)) return fmt::format("step {}: {}", count, *why);
  }
  return std::nullopt;
}

Player::Unmet Player::play_step(const json::Value& step) {
  using Step = Unmet (Player::*)(const json::Value&);
  static constexpr std::array<std::pair<std::string_view, Step>, 7> kSteps = {{
      {"request", &Player::request},
      {"eventually", &Player::eventually},
      {"watch", &Player::watch},
      {"events", &Player::events},
      {"ended", &Player::ended},
      {"close", &Player::close},
      {"for", &Player::for_each},
  }};
  for (const auto& [key, play] : kSteps) {
    if (json::find_key(step, key) != nullptr) return (this->*play)(step);
  }
  if (const std::int64_t seconds = number(step, "pass", 0); seconds > 0) {
    server_.pass(std::chrono::seconds(seconds));
    return std::nullopt;
  }
  return "no such step: " + json::serialize(step);
}

Requester Player::requester(const json::Value& step) const {
  Requester who;
  const json::Value* as = json::find_key(step, "as");
  if (as == nullptr) return who;
  const json::Value filled = variables_.fill(*as);
  if (filled.is_string()) return {.user = std::string(json::as_view(filled)), .groups = {"system:authenticated"}};
  who.user = json::find_string(filled, "/user");
  if (const json::Array* groups = json::find_array(filled, "/groups")) {
    for (const json::Value& group : *groups) who.groups.emplace_back(json::as_view(group));
  }
  return who;
}

Result<wire::Request> Player::make_request(const json::Value& step, std::string_view line) const {
  const std::string filled = variables_.fill(line);
  const std::size_t space = filled.find(' ');
  wire::Request request{
      .method = space == std::string::npos ? "GET" : filled.substr(0, space),
      .target = filled.substr(space == std::string::npos ? 0 : space + 1),
      .headers = {{"Accept", "application/json"}, {"User-Agent", "conformance/1"}},
  };
  if (const json::Value* body = json::find_key(step, "body")) request.body = json::serialize(variables_.fill(*body));
  if (const json::Value* text = json::find_key(step, "text")) request.body = variables_.fill(json::as_view(*text));
  if (!request.body.empty()) request.headers.add("Content-Type", media_type(json::find_string(step, "/type")));
  if (const json::Object* headers = json::find_object(step, "/headers")) {
    for (const auto& [name, value] : *headers) {
      request.headers.add(std::string(std::string_view(name)), variables_.fill(json::as_view(value)));
    }
  }
  return request;
}

Player::Unmet Player::request(const json::Value& step) {
  const auto request = make_request(step, json::find_string(step, "/request"));
  const auto response = server_.answer(*request, requester(step));
  const std::string sent = fmt::format("{} {} {}", request->method, request->target, shortened(request->body));
  if (!response) return fmt::format("{}\n    no answer: {}", sent, response.error().message);
  const std::string got = fmt::format("{} {}", response->status, shortened(response->body));
  tell_(fmt::format("{}\n      -> {}", sent, got));
  if (auto why = judge(step, *response)) return fmt::format("{}\n    answer:   {}\n    but:      {}", sent, got, *why);
  return std::nullopt;
}

Player::Unmet Player::judge(const json::Value& step, const wire::Response& response) {
  const json::Value* status = json::find_key(step, "status");
  const json::Value found = response.status;
  if (status != nullptr) {
    if (auto why = unmet(variables_.fill(*status), &found)) return "status: " + *why;
  } else if (response.status >= 300) {
    return "status: expected success";
  }
  const json::Value document = document_of(response.body);
  if (const json::Object* expected = json::find_object(step, "/expect")) {
    const json::Value filled = variables_.fill(json::Value(*expected));
    if (auto why = unmet_pointers(filled.as_object(), document)) return why;
  }
  save(step, document);
  return std::nullopt;
}

void Player::save(const json::Value& step, const json::Value& document) {
  const json::Object* saved = json::find_object(step, "/save");
  if (saved == nullptr) return;
  for (const auto& [name, pointer] : *saved) {
    const json::Value* found = json::find(document, json::as_view(pointer));
    variables_.set(std::string(std::string_view(name)), found == nullptr ? json::Value() : *found);
  }
}

Player::Unmet Player::eventually(const json::Value& step) {
  json::Object once = step.as_object();
  const json::Value line = once.at("eventually");
  once["request"] = line;
  const json::Value repeated = std::move(once);
  Unmet why;
  for (Duration waited{}; waited < kEventually; waited += kPace) {
    why = request(repeated);
    if (!why) return std::nullopt;
    server_.pass(kPace);
  }
  return "not within a minute: " + *why;
}

Player::Unmet Player::watch(const json::Value& step) {
  const auto request = make_request(step, json::find_string(step, "/from"));
  auto opened = server_.open(*request, requester(step));
  if (!opened) return fmt::format("watch {}: {}", request->target, opened.error().message);
  if (opened->watching == nullptr) {
    tell_(fmt::format("{}\n      -> {} {}", request->target, opened->refusal.status, opened->refusal.body));
    if (auto why = judge(step, opened->refusal)) {
      return fmt::format("watch {}\n    answer:   {}\n    but:      {}", request->target, opened->refusal.body, *why);
    }
    return std::nullopt;
  }
  tell_(fmt::format("watch {}", request->target));
  const json::Value found = 200;
  if (const json::Value* status = json::find_key(step, "status"); status != nullptr && unmet(*status, &found)) {
    return fmt::format("watch {}: was opened, expected {}", request->target, json::serialize(*status));
  }
  watches_[std::string(json::find_string(step, "/watch"))] = std::move(opened->watching);
  return std::nullopt;
}

std::string Player::named(const json::Value& step, std::string_view key) const {
  return variables_.fill(json::as_view(*json::find_key(step, key)));
}

Watching* Player::find_watching(std::string_view name) {
  const auto found = watches_.find(name);
  return found == watches_.end() ? nullptr : found->second.get();
}

Result<json::Value> Player::next_event(Watching& watching, bool bookmarks) {
  for (;;) {
    auto frame = watching.next(kPatience);
    if (!frame) return fail(std::move(frame).error());
    if (!*frame) return fail(Code::kTimeout, watching.ended() ? "the watch has ended" : "no event came");
    tell_("event " + shortened(json::serialize(**frame)));
    if (bookmarks || json::find_string(**frame, "/type") != "BOOKMARK") return std::move(**frame);
  }
}

Player::Unmet Player::events(const json::Value& step) {
  Watching* watching = find_watching(named(step, "events"));
  const json::Array* list = json::find_array(step, "/expect");
  if (watching == nullptr || list == nullptr) return "no such watch, or no expect: " + json::serialize(step);
  const bool any_order = json::find_key(step, "any-order") != nullptr;
  json::Array found;
  for (const json::Value& entry : *list) {
    const json::Value expected = variables_.fill(entry);
    const json::Value* type = json::find_key(expected, "/type");
    auto event = next_event(*watching, type != nullptr && *type == "BOOKMARK");
    if (!event) return fmt::format("expected {}, but {}", json::serialize(expected), event.error().message);
    if (any_order) {
      found.push_back(*event);
      continue;
    }
    json::Object pointers = expected.as_object();
    pointers.erase("save");
    if (auto why = unmet_pointers(pointers, *event)) {
      return fmt::format("event {}\n    but:      {}", shortened(json::serialize(*event)), *why);
    }
    save(entry, *event);
  }
  if (!any_order) return std::nullopt;
  json::Array left = found;
  for (const json::Value& entry : *list) {
    const json::Value expected = variables_.fill(entry);
    const auto* met = std::ranges::find_if(left, [&](const json::Value& event) {
      return !unmet_pointers(expected.as_object(), event);
    });
    if (met == left.end())
      return fmt::format("no event meets {} in {}", json::serialize(expected), json::serialize(found));
    left.erase(met);
  }
  return std::nullopt;
}

Player::Unmet Player::ended(const json::Value& step) {
  Watching* watching = find_watching(named(step, "ended"));
  if (watching == nullptr) return "no such watch: " + json::serialize(step);
  auto event = next_event(*watching, false);
  if (event) return "expected the end of the watch, found " + json::serialize(*event);
  if (!watching->ended()) return "expected the end of the watch: " + event.error().message;
  return std::nullopt;
}

Player::Unmet Player::close(const json::Value& step) {
  watches_.erase(named(step, "close"));
  return std::nullopt;
}

Player::Unmet Player::for_each(const json::Value& step) {
  const json::Value items = variables_.fill(step.as_object().at("for"));
  const json::Array* steps = json::find_array(step, "/steps");
  if (!items.is_array() || steps == nullptr) return "needs a list and steps: " + json::serialize(step);
  for (const json::Value& item : items.as_array()) {
    variables_.set("item", item);
    if (auto why = play_all(*steps)) return fmt::format("with {}: {}", json::serialize(item), *why);
  }
  return std::nullopt;
}

}  // namespace snapstash::conformance
