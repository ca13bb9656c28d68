#include "apps/snapstash/command_line.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "api/generated_files.hpp"
#include "apps/parts/job_arguments.hpp"
#include "apps/snapstash/job_programs.hpp"
#include "apps/snapstash/operator.hpp"
#include "apps/snapstash/version.hpp"
#include "features/cli/run.hpp"
#include "features/metrics/push_plan.hpp"
#include "kernel/kube/environment.hpp"
#include "kernel/kube/files.hpp"

namespace snapstash {
namespace {

/// What the flags of all parts are read into; each part takes what is its own.
struct Flags {
  OperatorOptions operator_;
  std::string job_resources, job_labels, job_annotations;
  std::string pushgateway_url, pushgateway_ca_file;
  std::string lease_duration = "15s", renew_deadline = "10s", retry_period = "2s";
};

std::string usage(const std::string& flag, const std::string& what) { return fmt::format("--{}: {}", flag, what); }

/// Throws CLI::ValidationError, which CLI11 turns into the usage message.
json::Object object_flag(const std::string& flag, const std::string& text) {
  if (text.empty()) return {};
  const auto value = json::parse(text);
  if (!value) throw CLI::ValidationError(usage(flag, value.error().message));
  if (!value->is_object()) throw CLI::ValidationError(usage(flag, "must be a JSON object"));
  return value->get_object();
}

kube::Labels strings_flag(const std::string& flag, const std::string& text) {
  kube::Labels strings;
  for (const auto& item : object_flag(flag, text)) {
    if (!item.value().is_string()) throw CLI::ValidationError(usage(flag, "its values must be strings"));
    strings[std::string(item.key())] = std::string(json::as_view(item.value()));
  }
  return strings;
}

Duration duration_flag(const std::string& flag, const std::string& text) {
  const auto parsed = parse_duration(text);
  if (!parsed || *parsed <= Duration(0)) throw CLI::ValidationError(usage(flag, "must be a duration such as 15s"));
  return *parsed;
}

/// Where metrics are pushed to, nowhere without a URL. A CA file holds all that is trusted there.
std::optional<wire::Endpoint> pushgateway_flags(const std::string& url, const std::string& ca_file) {
  if (url.empty()) return std::nullopt;
  auto gateway = metrics::parse_pushgateway(url);
  if (!gateway) throw CLI::ValidationError(usage("pushgateway-url", gateway.error().message));
  if (!ca_file.empty()) {
    auto pem = kube::DiskFiles().read(ca_file);
    if (!pem) throw CLI::ValidationError(usage("pushgateway-ca-file", pem.error().message));
    gateway->tls.ca_pem = *std::move(pem);
  }
  return *std::move(gateway);
}

void add_operator(CLI::App& app, Flags& flags, int& exit_code) {
  OperatorOptions& options = flags.operator_;
  OperatorSettings& to = options.settings;
  CLI::App* part = app.add_subcommand("operator", "watches the objects users write and drives them to their goal");
  part->add_option("--kubeconfig", options.kubeconfig, "default: $KUBECONFIG, then the pod's own account");
  part->add_option("--watch-namespace", to.watch_namespace, "only this namespace (default: all)");
  part->add_option("--image", to.pods.image, "image of the pods of CronJobs and Jobs: this program's own")->required();
  part->add_option("--image-pull-policy", to.pods.image_pull_policy, "their imagePullPolicy");
  part->add_option("--image-pull-secrets", to.pods.image_pull_secrets, "their pull secrets, in their own namespaces")
      ->delimiter(',');
  part->add_option("--job-resources", flags.job_resources, "their default resources, as JSON");
  part->add_option("--job-labels", flags.job_labels, "further labels of theirs, as JSON");
  part->add_option("--job-annotations", flags.job_annotations, "further annotations of theirs, as JSON");
  part->add_option("--role-prefix", to.role_prefix, "ClusterRoles <prefix>-trigger, -snapshotter and -restorer");
  part->add_flag("--leader-elect,!--no-leader-elect", to.leader_elect, "take part in an election; needed for replicas");
  part->add_option("--leader-election-namespace", to.lease_namespace, "default: the pod's own");
  part->add_option("--lease-name", to.lease_name, "name of the Lease");
  part->add_option("--lease-duration", flags.lease_duration, "how long a silent leader is respected");
  part->add_option("--renew-deadline", flags.renew_deadline, "when a leader that cannot renew gives up");
  part->add_option("--retry-period", flags.retry_period, "pause between renewals");
  part->add_option("--metrics-bind-address", options.metrics_address, "host:port of /metrics; 0 = none");
  part->add_option("--health-probe-bind-address", options.probe_address, "host:port of /healthz and /readyz; 0 = none");
  part->add_option(
      "--pushgateway-url", flags.pushgateway_url, "where to push Stash's metrics to, too; default: nowhere"
  );
  part->add_option(
      "--pushgateway-ca-file", flags.pushgateway_ca_file, "PEM file of the CAs that its https is signed by"
  );
  part->add_option("--max-concurrent-reconciles", to.concurrency, "objects of one kind worked on at once")
      ->check(CLI::Range(1, 64));
  add_log_flags(*part, options.log_level, options.log_format);
  part->callback([&flags, &options, &to, &exit_code] {
    to.pods.resources = object_flag("job-resources", flags.job_resources);
    to.pods.labels = strings_flag("job-labels", flags.job_labels);
    to.pods.annotations = strings_flag("job-annotations", flags.job_annotations);
    to.lease = std::chrono::duration_cast<std::chrono::seconds>(duration_flag("lease-duration", flags.lease_duration));
    to.renew_deadline = duration_flag("renew-deadline", flags.renew_deadline);
    to.retry_period = duration_flag("retry-period", flags.retry_period);
    to.pushgateway = pushgateway_flags(flags.pushgateway_url, flags.pushgateway_ca_file);
    exit_code = run_operator(options);
  });
}

std::string environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::string() : std::string(value);
}

/// The YAML and Markdown that the field tables imply, one file after the other.
void add_generator(CLI::App& app, int& exit_code) {
  CLI::App* part = app.add_subcommand("crds", "prints the CustomResourceDefinitions and the admission policy");
  part->callback([&exit_code] {
    for (const api::GeneratedFile& file : api::generated_files()) {
      if (!file.path.ends_with(".yaml")) continue;
      fmt::print("---\n# {}\n{}", file.path, file.content);
    }
    exit_code = std::fflush(stdout) == 0 ? 0 : 1;
  });
}

int run_parts(int argc, char** argv) {
  CLI::App app{"Snapstash: backs up and restores Kubernetes volumes with CSI VolumeSnapshots"};
  app.name("snapstash");
  app.require_subcommand(1);
  app.set_version_flag("--version", fmt::format("snapstash {} (commit {})", kVersion, kCommit));
  Flags flags;
  int exit_code = 0;
  add_operator(app, flags, exit_code);
  add_job_parts(app, environment, [&exit_code](const JobProgram& program) { exit_code = run_job_program(program); });
  add_generator(app, exit_code);
  app.add_subcommand("cli", "the kubectl plugin: kubectl stash …")->prefix_command();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : jobs::kUsage;
  }
  return exit_code;
}

int run_plugin(std::vector<std::string> arguments) {
  cli::Io io{
      .out = std::cout,
      .err = std::cerr,
      .environment = kube::system_environment(),
      .version = fmt::format("{} (commit {})", kVersion, kCommit),
      .stdin_is_terminal = ::isatty(STDIN_FILENO) == 1
  };
  return cli::run(std::move(arguments), std::move(io));
}

}  // namespace

int run_command_line(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string name = std::filesystem::path(argv[0]).filename().string();
  const bool named_cli = !arguments.empty() && arguments.front() == "cli";
  if (named_cli) arguments.erase(arguments.begin());
  if (named_cli || name == "kubectl-stash") return run_plugin(std::move(arguments));
  return run_parts(argc, argv);
}

}  // namespace snapstash
