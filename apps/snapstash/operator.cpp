#include "apps/snapstash/operator.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include "apps/snapstash/connection.hpp"
#include "apps/snapstash/version.hpp"
#include "apps/snapstash/watches.hpp"
#include "features/backup/controller.hpp"
#include "features/metrics/collect.hpp"
#include "features/neighbours/check.hpp"
#include "features/restore/controller.hpp"
#include "features/schedule/controller.hpp"
#include "kernel/runtime/elector.hpp"
#include "kernel/runtime/event_recorder.hpp"
#include "kernel/runtime/probes.hpp"
#include "kernel/runtime/process_metrics.hpp"
#include "kernel/runtime/shutdown.hpp"
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

/// Everything the operator is made of, in the order it is built; destroyed the other way round.
class Operator {
 public:
  Operator(const OperatorOptions& options, Log& log) : options_(options), log_(log), shutdown_(loop_, log) {}

  int run();

 private:
  Result<void> build();
  Result<void> listen();
  void add_stages();
  Task<void> lead();
  Task<void> conduct();
  Task<void> give_lease_back();
  wire::ServerResponse answer_probe(const wire::ServerRequest& request) const;

  const OperatorOptions& options_;
  Log& log_;
  wire::EventLoop loop_;
  SystemClock clock_;
  SystemRandom random_;
  runtime::Registry registry_;
  runtime::Shutdown shutdown_;
  std::unique_ptr<ServerConnection> connection_;
  cluster::Stores stores_;
  std::unique_ptr<Watches> watches_;
  std::unique_ptr<runtime::EventRecorder> events_;
  std::unique_ptr<schedule::Controller> schedule_;
  std::unique_ptr<backup::Controller> backup_;
  std::unique_ptr<restore::Controller> restore_;
  std::unique_ptr<kube::Client> lease_client_;
  std::unique_ptr<runtime::ClientLease> lease_;
  std::unique_ptr<runtime::Elector> elector_;
  std::vector<runtime::Subscription> exports_;
  runtime::Probes probes_;
  std::unique_ptr<wire::HttpServer> metrics_server_, probe_server_;
  std::unique_ptr<TaskGroup> background_;   // watches and events: to the end
  std::unique_ptr<TaskGroup> controllers_;  // drained first
  int exit_code_ = 0;
};

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
  kube::Client& client = connection_->client();
  watches_ = std::make_unique<Watches>(
      client, stores_, runtime::Watcher::Ports{loop_, random_, log_}, registry_, options_.watch_namespace
  );
  events_ = std::make_unique<runtime::EventRecorder>(
      runtime::Reporter{"snapstash.dev/operator", environment("POD_NAME", host_name())},
      runtime::EventRecorder::Ports{client, loop_, clock_, random_, log_, registry_}
  );
  const cluster::Context context{stores_, client, clock_, log_, *events_};
  const runtime::Controller::Ports ports{loop_, log_, registry_};
  schedule_ = std::make_unique<schedule::Controller>(
      context, schedule::Settings{options_.pods, options_.role_prefix}, ports, options_.concurrency
  );
  backup_ =
      std::make_unique<backup::Controller>(context, backup::JobSettings{options_.pods}, ports, options_.concurrency);
  restore_ = std::make_unique<restore::Controller>(
      context, restore::Settings{options_.pods, options_.role_prefix}, ports, options_.concurrency
  );
  if (options_.leader_elect) {
    lease_client_ = connection_->another_client(
        {.user_agent = user_agent("operator"), .field_manager = "snapstash", .retry = {.attempts = 1}, .observe = {}}
    );
    const std::string own = environment("POD_NAMESPACE", connection_->namespace_());
    lease_ = std::make_unique<runtime::ClientLease>(
        *lease_client_, options_.leader_election_namespace.empty() ? own : options_.leader_election_namespace,
        options_.lease_name
    );
    const runtime::ElectionSettings settings{
        .identity = host_name() + "_" + random_.uuid(),
        .lease = options_.lease,
        .renew_deadline = options_.renew_deadline,
        .retry = options_.retry_period
    };
    if (auto valid = runtime::validate(settings); !valid) return valid;
    elector_ = std::make_unique<runtime::Elector>(
        *lease_, settings, options_.lease_name, runtime::Elector::Ports{loop_, clock_, random_, log_, registry_}
    );
  }
  exports_.push_back(runtime::export_process(registry_));
  exports_.push_back(metrics::export_backups(registry_, stores_, clock_));
  return {};
}

wire::ServerResponse Operator::answer_probe(const wire::ServerRequest& request) const {
  const auto answer = probes_.answer(request.path, request.query);
  return {.status = answer.status, .body = answer.body};
}

Result<void> Operator::listen() {
  probes_.add_readiness("watches", [this] { return watches_->synced(); });
  if (elector_) probes_.add_liveness("lease", [this] { return elector_->health(); });
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

/// Leads as long as the lease is ours. Losing it ends the process at once: whoever has it now acts already.
Task<void> Operator::lead() {
  if (elector_) {
    co_await elector_->acquire();
    log_.info("leading", {{"lease", options_.lease_name}});
  }
  if (shutdown_.requested().is_set()) co_return;
  controllers_->spawn(schedule_->run(shutdown_.requested()));
  controllers_->spawn(backup_->run(shutdown_.requested()));
  controllers_->spawn(restore_->run(shutdown_.requested()));
  if (!elector_) co_return;
  co_await elector_->hold();
  if (shutdown_.requested().is_set()) co_return;
  log_.error("leadership is lost; ending at once, the next leader acts already");
  std::_Exit(1);
}

void Operator::add_stages() {
  shutdown_.then("controllers", [this] { return controllers_->join(); });
  if (!elector_) return;
  shutdown_.then("lease", [this] { return give_lease_back(); });
}

Task<void> Operator::give_lease_back() {
  if (!elector_->is_leader()) co_return;
  auto released = co_await elector_->release();
  if (!released) log_.warning("the lease runs out by itself", {{"error", released.error().message}});
}

Task<void> Operator::conduct() {
  exit_code_ = co_await shutdown_.run();
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
  background_ = std::make_unique<TaskGroup>(loop_);
  controllers_ = std::make_unique<TaskGroup>(loop_);
  TaskGroup conducting(loop_);
  for (const int number : {SIGTERM, SIGINT}) loop_.on_signal(number, [this] { shutdown_.signal(); });
  add_stages();
  watches_->start(*background_);
  background_->spawn(events_->run());
  background_->spawn(neighbours::check(connection_->client(), stores_, loop_, log_));
  background_->spawn(lead());
  conducting.spawn(conduct());
  log_.info("snapstash operator", {{"version", kVersion}, {"commit", kCommit}, {"image", options_.pods.image}});
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
