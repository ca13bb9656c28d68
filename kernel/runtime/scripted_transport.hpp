#pragma once
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "kernel/base/event.hpp"
#include "kernel/wire/transport.hpp"

/// A server for tests that says what it was told to say, in that order, and notes what it was asked.
namespace snapstash::runtime {

/// What happens next on a stream, some time after what happened before.
struct Piece {
  Duration after{};
  std::variant<std::string, Error> what;  ///< Bytes; "" = the orderly end.
};

/// Plays its pieces, then is silent for ever.
class ScriptedStream final : public wire::Stream {
 public:
  ScriptedStream(Executor& executor, std::vector<Piece> pieces, int& open)
      : executor_(executor), pieces_(pieces.begin(), pieces.end()), open_(open) {
    ++open_;
  }
  ~ScriptedStream() override { --open_; }

  Task<Result<std::string>> read() override {
    while (pieces_.empty()) co_await sleep_for(executor_, std::chrono::hours(24 * 365));
    // Taken only when it happens: a read that is abandoned loses nothing.
    const Duration after = pieces_.front().after;
    co_await sleep_for(executor_, after);
    Piece piece = std::move(pieces_.front());
    pieces_.pop_front();
    if (auto* error = std::get_if<Error>(&piece.what)) co_return fail(std::move(*error));
    co_return std::get<std::string>(std::move(piece.what));
  }

 private:
  Executor& executor_;
  std::deque<Piece> pieces_;
  int& open_;
};

class ScriptedTransport final : public wire::Transport {
 public:
  struct Answer {
    int status = 200;
    std::string body;
    std::optional<Error> error = {};
  };
  struct Opening {
    int status = 200;
    std::vector<Piece> pieces;
    std::optional<Error> error = {};
  };

  explicit ScriptedTransport(Executor& executor) : executor_(executor) {}

  std::deque<Answer> answers;           ///< For `call`.
  std::deque<Opening> openings;         ///< For `open`; when there are none left, a silent stream.
  std::vector<wire::Request> requests;  ///< All that were made.
  int open_streams = 0;
  Duration latency = std::chrono::milliseconds(10);

  std::vector<std::string> targets() const {
    std::vector<std::string> all;
    for (const wire::Request& request : requests) all.push_back(request.target);
    return all;
  }

  Task<Result<wire::Response>> call(wire::Request request) override {
    requests.push_back(std::move(request));
    if (answers.empty()) std::abort();  // the test did not expect this call
    Answer answer = std::move(answers.front());
    answers.pop_front();
    co_await sleep_for(executor_, latency);
    if (answer.error) co_return fail(std::move(*answer.error));
    co_return wire::Response{.status = answer.status, .headers = {}, .body = std::move(answer.body)};
  }

  Task<Result<wire::StreamResponse>> open(wire::Request request) override {
    requests.push_back(std::move(request));
    Opening opening;
    if (!openings.empty()) {
      opening = std::move(openings.front());
      openings.pop_front();
    }
    co_await sleep_for(executor_, latency);
    if (opening.error) co_return fail(std::move(*opening.error));
    co_return wire::StreamResponse{
        .status = opening.status,
        .headers = {},
        .body = std::make_unique<ScriptedStream>(executor_, std::move(opening.pieces), open_streams)
    };
  }

  Task<Result<std::unique_ptr<wire::WebSocket>>> upgrade(wire::Request, std::vector<std::string>) override {
    std::abort();
    co_return fail(Code::kInternal, "no WebSocket in this test");
  }

 private:
  Executor& executor_;
};

}  // namespace snapstash::runtime
