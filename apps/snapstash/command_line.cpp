#include "apps/snapstash/command_line.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "api/generated_files.hpp"
#include "apps/snapstash/job_programs.hpp"
#include "apps/snapstash/operator.hpp"
#include "apps/snapstash/version.hpp"
#include "features/backup/command.hpp"
#include "features/cli/run.hpp"
#include "features/restore/command.hpp"
#include "features/schedule/trigger.hpp"
#include "kernel/kube/environment.hpp"

namespace snapstash {
namespace {

const std::map<std::string, Level> kLevels{
    {"debug", Level::kDebug}, {"info", Level::kInfo}, {"warning", Level::kWarning}, {"error", Level::kError}
};
const std::map<std::string, LogFormat> kFormats{{"text", LogFormat::kText}, {"json", LogFormat::kJson}};

/// What the flags of all parts are read into; each part takes what is its own.
struct Flags {
  OperatorOptions operator_;
  std::string job_resources, job_labels, job_annotations;
  std::string lease_duration = "15s", renew_deadline = "10s", retry_period = "2s";
  JobProgramOptions program;
  schedule::TriggerErrand trigger;
  std::vector<std::string> trigger_labels;
  std::string session, session_uid, errand;
  std::vector<std::string> claims;
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

std::map<std::string, std::string> strings_flag(const std::string& flag, const std::string& text) {
  std::map<std::string, std::string> strings;
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

void add_log_flags(CLI::App& app, Flags& flags) {
  app.add_option("--log-level", flags.operator_.log_level, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(kLevels, CLI::ignore_case));
  app.add_option("--log-format", flags.operator_.log_format, "text or json")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case));
}

void add_operator(CLI::App& app, Flags& flags, int& exit_code) {
  OperatorOptions& to = flags.operator_;
  CLI::App* part = app.add_subcommand("operator", "watches the objects users write and drives them to their goal");
  part->add_option("--kubeconfig", to.kubeconfig, "default: $KUBECONFIG, then the pod's own account");
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
  part->add_option("--leader-election-namespace", to.leader_election_namespace, "default: the pod's own");
  part->add_option("--lease-name", to.lease_name, "name of the Lease");
  part->add_option("--lease-duration", flags.lease_duration, "how long a silent leader is respected");
  part->add_option("--renew-deadline", flags.renew_deadline, "when a leader that cannot renew gives up");
  part->add_option("--retry-period", flags.retry_period, "pause between renewals");
  part->add_option("--metrics-bind-address", to.metrics_address, "host:port of /metrics; 0 = none");
  part->add_option("--health-probe-bind-address", to.probe_address, "host:port of /healthz and /readyz; 0 = none");
  part->add_option("--max-concurrent-reconciles", to.concurrency, "objects of one kind worked on at once")
      ->check(CLI::Range(1, 64));
  add_log_flags(*part, flags);
  part->callback([&flags, &to, &exit_code] {
    to.pods.resources = object_flag("job-resources", flags.job_resources);
    to.pods.labels = strings_flag("job-labels", flags.job_labels);
    to.pods.annotations = strings_flag("job-annotations", flags.job_annotations);
    to.lease = std::chrono::duration_cast<std::chrono::seconds>(duration_flag("lease-duration", flags.lease_duration));
    to.renew_deadline = duration_flag("renew-deadline", flags.renew_deadline);
    to.retry_period = duration_flag("retry-period", flags.retry_period);
    exit_code = run_operator(to);
  });
}

void add_program_flags(CLI::App& part, Flags& flags) {
  part.add_option("--kubeconfig", flags.program.kubeconfig, "default: $KUBECONFIG, then the pod's own account");
  part.add_option("--termination-log", flags.program.termination_log, "where the termination message goes");
  add_log_flags(part, flags);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

void add_trigger(CLI::App& app, Flags& flags, int& exit_code) {
  schedule::TriggerErrand& to = flags.trigger;
  CLI::App* part =
      app.add_subcommand("create-backupsession", "creates the BackupSession of a slot (the CronJob's pod)");
  part->add_option("--invoker-name", to.configuration, "name of the BackupConfiguration")->required();
  part->add_option("--invoker-kind", "BackupConfiguration")->check(CLI::IsMember({"BackupConfiguration"}));
  part->add_option("--invoker-uid", to.configuration_uid, "its UID")->required();
  part->add_option("--cronjob", to.cron_job, "name of the CronJob")->required();
  part->add_option("--retry-left", to.retry_left, "how often the session may be tried again");
  part->add_option("--label", flags.trigger_labels, "key=value, a label of the session; repeatable");
  add_program_flags(*part, flags);
  part->callback([&flags, &to, &exit_code] {
    for (const std::string& label : flags.trigger_labels) {
      const auto equals = label.find('=');
      if (equals == std::string::npos) throw CLI::ValidationError(usage("label", "must be key=value"));
      to.labels[label.substr(0, equals)] = label.substr(equals + 1);
    }
    to.job_name = environment("JOB_NAME");
    to.job_uid = environment("JOB_UID");
    if (to.job_uid.empty())
      throw CLI::ValidationError("the environment lacks JOB_UID (and JOB_NAME): run me as the CronJob does");
    flags.program.name = "create-backupsession";
    exit_code = run_job_program(flags.program, [&](jobs::Ports ports) {
      return schedule::create_session(std::move(ports), flags.trigger);
    });
  });
}

void add_snapshotter(CLI::App& app, Flags& flags, int& exit_code) {
  CLI::App* part =
      app.add_subcommand("create-vs", "creates the VolumeSnapshots of one session (the snapshotter Job's pod)");
  part->add_option("--backupsession", flags.session, "name of the BackupSession")->required();
  part->add_option("--errand", flags.errand, "what to create, as JSON")->required();
  add_program_flags(*part, flags);
  part->callback([&flags, &exit_code] {
    auto errand = backup::decode_errand(flags.errand);
    if (!errand) throw CLI::ValidationError(errand.error().message);
    flags.program.name = "create-vs";
    exit_code = run_job_program(flags.program, [&](jobs::Ports ports) {
      return backup::create_snapshots(std::move(ports), std::move(*errand));
    });
  });
}

void add_restorer(CLI::App& app, Flags& flags, int& exit_code) {
  CLI::App* part = app.add_subcommand("restore-vs", "creates the PVCs of one RestoreSession (the restore Job's pod)");
  part->add_option("--restoresession", flags.session, "name of the RestoreSession")->required();
  part->add_option("--restore-uid", flags.session_uid, "its UID")->required();
  part->add_option("--claim", flags.claims, "one PVC to create, as JSON; repeatable")->required();
  add_program_flags(*part, flags);
  part->callback([&flags, &exit_code] {
    auto errand = restore::decode_errand(flags.session, flags.session_uid, flags.claims);
    if (!errand) throw CLI::ValidationError(errand.error().message);
    flags.program.name = "restore-vs";
    exit_code = run_job_program(flags.program, [&](jobs::Ports ports) {
      return restore::create_claims(std::move(ports), std::move(*errand));
    });
  });
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
  add_trigger(app, flags, exit_code);
  add_snapshotter(app, flags, exit_code);
  add_restorer(app, flags, exit_code);
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
