#include "tests/conformance/fake_server.hpp"

#include "kernel/base/manual_executor.hpp"
#include "sim/api_server/api_server.hpp"
#include "sim/api_server/garbage_collector.hpp"
#include "sim/api_server/namespace_controller.hpp"
#include "sim/api_server/quota_controller.hpp"
#include "sim/api_server/volume_protection.hpp"

namespace snapstash::conformance {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPace = 100ms;

// The simulator's cluster, as far as the suite needs one.
struct Cluster {
  // What the controllers have to do they do now, and then time passes.
  void pass(Duration time) {
    while (collector.step() || namespaces.step() || quotas.step() || protection.step()) {
    }
    executor.advance(time);
  }

  ManualExecutor executor;
  SeededRandom random{1};
  sim::Storage storage;
  sim::ApiServer server{storage, executor, executor.clock(), random};
  sim::GarbageCollector collector{server};
  sim::NamespaceController namespaces{server};
  sim::QuotaController quotas{server};
  sim::VolumeProtection protection{server};
};

class FakeWatching final : public Watching {
 public:
  FakeWatching(Cluster& cluster, std::unique_ptr<sim::Watch> watch) : cluster_(cluster), watch_(std::move(watch)) {}

  Result<std::optional<json::Value>> next(Duration patience) override {
    for (Duration waited{};; waited += kPace) {
      if (const auto frame = watch_->next()) {
        auto value = json::parse(*frame);
        if (!value) return fail(std::move(value).error());
        return std::move(*value);
      }
      if (watch_->ended() || waited >= patience) return std::nullopt;
      cluster_.pass(kPace);
    }
  }
  bool ended() const override { return watch_->ended(); }

 private:
  Cluster& cluster_;
  std::unique_ptr<sim::Watch> watch_;
};

class FakeServer final : public Server {
 public:
  // A moment is let pass after each request, as it does between two requests to the real one.
  Result<wire::Response> answer(const wire::Request& request, const Requester& who) override {
    auto response = cluster_.server.handle(request, identity(who));
    cluster_.executor.advance(1ms);
    return response;
  }

  Result<Opened> open(const wire::Request& request, const Requester& who) override {
    auto opened = cluster_.server.open(request, identity(who));
    if (opened.watch == nullptr) {
      return Opened{
          .refusal = {.status = opened.status, .headers = opened.headers, .body = opened.body}, .watching = nullptr
      };
    }
    return Opened{.refusal = {}, .watching = std::make_unique<FakeWatching>(cluster_, std::move(opened.watch))};
  }

  void pass(Duration time) override { cluster_.pass(time); }
  bool wants_crds() const override { return false; }

 private:
  static sim::Identity identity(const Requester& who) {
    return who.user.empty() ? sim::administrator() : sim::Identity{who.user, who.groups};
  }

  Cluster cluster_;
};

}  // namespace

std::unique_ptr<Server> make_fake_server() { return std::make_unique<FakeServer>(); }

}  // namespace snapstash::conformance
