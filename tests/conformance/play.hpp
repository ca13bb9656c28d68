#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tests/conformance/server.hpp"
#include "tests/conformance/suite.hpp"
#include "tests/conformance/variables.hpp"

namespace snapstash::conformance {

/// Plays the steps of one case, in a namespace that exists already.
class Player {
 public:
  using Tell = std::function<void(std::string_view line)>;

  /// `variables` holds at least `ns`. `tell` hears of each exchange.
  Player(Server& server, Variables variables, Tell tell)
      : server_(server), variables_(std::move(variables)), tell_(std::move(tell)) {}

  /// Returns nothing when all expectations were met, or what was not: step, request, answer and expectation.
  std::optional<std::string> play(const Case& played);

 private:
  using Unmet = std::optional<std::string>;

  Unmet play_all(const json::Array& steps);
  Unmet play_step(const json::Value& step);
  Unmet request(const json::Value& step);
  Unmet eventually(const json::Value& step);
  Unmet watch(const json::Value& step);
  Unmet events(const json::Value& step);
  Unmet ended(const json::Value& step);
  Unmet close(const json::Value& step);
  Unmet for_each(const json::Value& step);

  Unmet judge(const json::Value& step, const wire::Response& response);
  void save(const json::Value& step, const json::Value& document);
  Result<json::Value> next_event(Watching& watching, bool bookmarks);
  std::string named(const json::Value& step, std::string_view key) const;
  Watching* find_watching(std::string_view name);
  Requester requester(const json::Value& step) const;
  Result<wire::Request> make_request(const json::Value& step, std::string_view line) const;

  Server& server_;
  Variables variables_;
  Tell tell_;
  std::map<std::string, std::unique_ptr<Watching>, std::less<>> watches_;
};

}  // namespace snapstash::conformance
