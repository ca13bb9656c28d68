#include "tests/conformance/fake_server.hpp"

#include "kernel/base/manual_executor.hpp"
#include "sim/api_server/api_server.hpp"

namespace snapstash::conformance {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPace = 100ms;

class FakeWatching final : public Watching {
 public:
  FakeWatching(ManualExecutor& executor, std::unique_ptr<sim::Watch> watch)
      : executor_(executor), watch_(std::move(watch)) {}

  Result<std::optional<json::Value>> next(Duration patience) override {
    for (Duration waited{};; waited += kPace) {
      if (const auto frame = watch_->next()) {
        auto value = json::parse(*frame);
        if (!value) return fail(std::move(value).error());
        return std::move(*value);
      }
      if (watch_->ended() || waited >= patience) return std::nullopt;
      executor_.advance(kPace);
    }
  }
  bool ended() const override { return watch_->ended(); }

 private:
  ManualExecutor& executor_;
  std::unique_ptr<sim::Watch> watch_;
};

class FakeServer final : public Server {
 public:
  // A moment is let pass after each request, as it does between two requests to the real one.
  Result<wire::Response> answer(const wire::Request& request, const Requester& who) override {
    auto response = server_.handle(request, identity(who));
    executor_.advance(1ms);
    return response;
  }

  Result<Opened> open(const wire::Request& request, const Requester& who) override {
    auto opened = server_.open(request, identity(who));
    if (opened.watch == nullptr) {
      return Opened{
          .refusal = {.status = opened.status, .headers = opened.headers, .body = opened.body}, .watching = nullptr
      };
    }
    return Opened{.refusal = {}, .watching = std::make_unique<FakeWatching>(executor_, std::move(opened.watch))};
  }

  void pass(Duration time) override { executor_.advance(time); }
  bool wants_crds() const override { return false; }

 private:
  static sim::Identity identity(const Requester& who) {
    return who.user.empty() ? sim::administrator() : sim::Identity{who.user, who.groups};
  }

  ManualExecutor executor_;
  SeededRandom random_{1};
  sim::Storage storage_;
  sim::ApiServer server_{storage_, executor_, executor_.clock(), random_};
};

}  // namespace

std::unique_ptr<Server> make_fake_server() { return std::make_unique<FakeServer>(); }

}  // namespace snapstash::conformance
