#include "apps/snapstash/operator.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include "apps/snapstash/connection.hpp"
#include "apps/snapstash/resident_memory.hpp"
#include "apps/snapstash/version.hpp"
#include "kernel/runtime/process_metrics.hpp"
#include "kernel/runtime/watch_metrics.hpp"
#include "kernel/wire/http_server.hpp"

namespace snapstash {
namespace {

std::string environment(const char* name, std::string fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::string(value) : std::move(fallback);
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("unknown");
}

/// The process around the operator: network, signals, listeners.
class Operator {
 public:
  Operator(const OperatorOptions& options, Log& log) : options_(options), log_(log) {}

  int run();

 private:
  Result<void> build();
  Result<void> listen();
  OperatorSettings settings();
  Task<void> conduct();
  wire::ServerResponse answer_probe(const wire::ServerRequest& request) const;

  const OperatorOptions& options_;
  Log& log_;
  wire::EventLoop loop_;
  SystemClock clock_;
  SystemRandom random_;
  runtime::Registry registry_;
  std::unique_ptr<ServerConnection> connection_;
  std::unique_ptr<kube::Client> lease_client_;
  std::unique_ptr<wire::Outbound> outbound_ = wire::make_outbound(loop_);
  std::unique_ptr<OperatorProgram> program_;
  runtime::Subscription process_metrics_;
  std::unique_ptr<wire::HttpServer> metrics_server_, probe_server_;
  int exit_code_ = 0;
};

OperatorSettings Operator::settings() {
  OperatorSettings settings = options_.settings;
  settings.pod_name = environment("POD_NAME", host_name());
  settings.identity = host_name() + "_" + random_.uuid();
  if (settings.lease_namespace.empty()) {
    settings.lease_namespace = environment("POD_NAMESPACE", connection_->namespace_());
  }
  return settings;
}

Result<void> Operator::build() {
  auto connection = ServerConnection::make(
      loop_, log_, random_,
      {.kubeconfig = options_.kubeconfig,
       .user_agent = user_agent("operator"),
       .retry = {},
       .observe = runtime::count_requests(registry_, "api")}
  );
  if (!connection) return fail(std::move(connection).error());
  connection_ = std::move(*connection);
  lease_client_ = connection_->another_client(
      {.user_agent = user_agent("operator"), .field_manager = "snapstash", .retry = {.attempts = 1}, .observe = {}}
  );
  auto program = OperatorProgram::make(
      settings(), {connection_->client(), *lease_client_, loop_, clock_, random_, log_, registry_, *outbound_,
                   [] { std::_Exit(1); }}
  );
  if (!program) return fail(std::move(program).error());
  program_ = std::move(*program);
  process_metrics_ = runtime::export_process(registry_);
  return {};
}

wire::ServerResponse Operator::answer_probe(const wire::ServerRequest& request) const {
  const auto answer = program_->probes().answer(request.path, request.query);
  return {.status = answer.status, .body = answer.body};
}

Result<void> Operator::listen() {
  if (options_.metrics_address != "0") {
    metrics_server_ = std::make_unique<wire::HttpServer>(loop_, [this](const wire::ServerRequest& request) {
      if (request.path != "/metrics") return wire::ServerResponse{.status = 404, .body = "see /metrics\n"};
      return wire::ServerResponse{.content_type = std::string(runtime::kExpositionType), .body = registry_.expose()};
    });
    if (auto bound = metrics_server_->listen(options_.metrics_address); !bound) return bound;
  }
  if (options_.probe_address != "0") {
    probe_server_ = std::make_unique<wire::HttpServer>(loop_, [this](const wire::ServerRequest& request) {
      return answer_probe(request);
    });
    if (auto bound = probe_server_->listen(options_.probe_address); !bound) return bound;
  }
  return {};
}

Task<void> Operator::conduct() {
  exit_code_ = co_await program_->run();
  loop_.stop();
}

int Operator::run() {
  if (auto built = build(); !built) {
    log_.error("cannot start", {{"error", built.error().message}});
    return 1;
  }
  if (auto listening = listen(); !listening) {
    log_.error("cannot serve metrics and probes", {{"error", listening.error().message}});
    return 1;
  }
  TaskGroup conducting(loop_);
  for (const int number : {SIGTERM, SIGINT}) loop_.on_signal(number, [this] { program_->signal(); });
  conducting.spawn(conduct());
  conducting.spawn(keep_resident_memory_small(loop_));
  log_.info(
      "snapstash operator", {{"version", kVersion}, {"commit", kCommit}, {"image", options_.settings.pods.image}}
  );
  loop_.run();
  return exit_code_;
}

}  // namespace

int run_operator(const OperatorOptions& options) {
  const auto log = make_stderr_log(options.log_format, options.log_level);
  Operator the_operator(options, *log);
  return the_operator.run();
}

}  // namespace snapstash
