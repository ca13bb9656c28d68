#include "tests/conformance/real_server.hpp"

#include "kernel/base/race.hpp"
#include "kernel/kube/connect.hpp"
#include "kernel/kube/environment.hpp"
#include "kernel/kube/files.hpp"
#include "kernel/kube/find_cluster_access.hpp"
#include "kernel/kube/impersonation.hpp"
#include "kernel/runtime/frame_splitter.hpp"
#include "kernel/wire/event_loop.hpp"
#include "kernel/wire/http_transport.hpp"

namespace snapstash::conformance {
namespace {

class RealWatching final : public Watching {
 public:
  RealWatching(wire::EventLoop& loop, std::unique_ptr<wire::Stream> stream) : loop_(loop), stream_(std::move(stream)) {}

  Result<std::optional<json::Value>> next(Duration patience) override {
    const MonoTime deadline = loop_.now() + std::chrono::duration_cast<MonoTime::duration>(patience);
    for (;;) {
      auto frame = frames_.next();
      if (!frame) return fail(std::move(frame).error());
      if (*frame) return parsed(**frame);
      if (ended_ || loop_.now() >= deadline) return std::nullopt;
      auto bytes = loop_.run_task(with_deadline(loop_, deadline, stream_->read()));
      if (!bytes && bytes.error().is(Code::kTimeout)) return std::nullopt;
      if (!bytes) return fail(std::move(bytes).error());
      ended_ = bytes->empty();
      frames_.feed(*bytes);
    }
  }
  bool ended() const override { return ended_ && frames_.pending() == 0; }

 private:
  static Result<std::optional<json::Value>> parsed(std::string_view frame) {
    auto value = json::parse(frame);
    if (!value) return fail(std::move(value).error());
    return std::move(*value);
  }

  wire::EventLoop& loop_;
  std::unique_ptr<wire::Stream> stream_;
  runtime::FrameSplitter frames_;
  bool ended_ = false;
};

class RealServer final : public Server {
 public:
  Result<void> connect() {
    const auto access = kube::find_cluster_access(files_, kube::system_environment(), "", {});
    if (!access) return fail(access.error());
    auto connection =
        kube::connect(*access, {.files = files_, .executor = loop_, .clock = clock_, .log = log_, .runner = nullptr});
    if (!connection) return fail(std::move(connection).error());
    connection_ = std::move(*connection);
    auto transport = wire::HttpTransport::make(loop_, connection_.endpoint);
    if (!transport) return fail(std::move(transport).error());
    transport_ = std::move(*transport);
    return {};
  }

  Result<wire::Response> answer(const wire::Request& request, const Requester& who) override {
    auto ready = authorized(request, who);
    if (!ready) return fail(std::move(ready).error());
    return loop_.run_task(transport_->call(std::move(*ready)));
  }

  Result<Opened> open(const wire::Request& request, const Requester& who) override {
    auto ready = authorized(request, who);
    if (!ready) return fail(std::move(ready).error());
    auto opened = loop_.run_task(transport_->open(std::move(*ready)));
    if (!opened) return fail(std::move(opened).error());
    if (opened->status == 200) {
      return Opened{.refusal = {}, .watching = std::make_unique<RealWatching>(loop_, std::move(opened->body))};
    }
    wire::Response refusal{.status = opened->status, .headers = opened->headers, .body = ""};
    for (;;) {
      auto bytes = loop_.run_task(opened->body->read());
      if (!bytes) return fail(std::move(bytes).error());
      if (bytes->empty()) return Opened{.refusal = std::move(refusal), .watching = nullptr};
      refusal.body += *bytes;
    }
  }

  void pass(Duration time) override { loop_.run_task(until(loop_, loop_.now() + time)); }
  bool wants_crds() const override { return true; }

 private:
  Result<wire::Request> authorized(wire::Request request, const Requester& who) {
    auto headers = loop_.run_task(connection_.credentials->headers());
    if (!headers) return fail(std::move(headers).error());
    for (const auto& [name, value] : *headers) request.headers.add(name, value);
    if (who.user.empty()) return request;
    const auto impersonated = kube::impersonation_headers({.user = who.user, .groups = who.groups});
    if (!impersonated) return fail(impersonated.error());
    for (const auto& [name, value] : *impersonated) request.headers.add(name, value);
    return request;
  }

  SystemClock clock_;
  NullLog log_;
  kube::DiskFiles files_;
  wire::EventLoop loop_;
  std::unique_ptr<wire::HttpTransport> transport_;
  kube::Connection connection_;
};

}  // namespace

Result<std::unique_ptr<Server>> connect_real_server() {
  auto server = std::make_unique<RealServer>();
  if (auto connected = server->connect(); !connected) return fail(std::move(connected).error());
  return server;
}

}  // namespace snapstash::conformance
