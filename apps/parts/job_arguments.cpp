#include "apps/parts/job_arguments.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "features/backup/command.hpp"
#include "features/hooks/command.hpp"
#include "features/restore/command.hpp"
#include "features/schedule/trigger.hpp"

namespace snapstash {
namespace {

const std::map<std::string, Level> kLevels{
    {"debug", Level::kDebug}, {"info", Level::kInfo}, {"warning", Level::kWarning}, {"error", Level::kError}
};
const std::map<std::string, LogFormat> kFormats{{"text", LogFormat::kText}, {"json", LogFormat::kJson}};

using Chosen = std::function<void(JobProgram)>;

/// What the flags of one part are read into. Shared with the parser's callbacks, which outlive the function.
struct Flags {
  JobProgram program;
  schedule::TriggerErrand trigger;
  std::vector<std::string> trigger_labels;
  std::string session, session_uid, errand;
  std::vector<std::string> claims;
};

void add_program_flags(CLI::App& part, JobProgram& program) {
  program.name = part.get_name();
  part.add_option("--kubeconfig", program.kubeconfig, "default: $KUBECONFIG, then the pod's own account");
  part.add_option("--termination-log", program.termination_log, "where the termination message goes");
  add_log_flags(part, program.log_level, program.log_format);
}

schedule::TriggerErrand trigger_errand(const Flags& flags, const Environment& environment) {
  schedule::TriggerErrand errand = flags.trigger;
  for (const std::string& label : flags.trigger_labels) {
    const auto equals = label.find('=');
    if (equals == std::string::npos) throw CLI::ValidationError("--label: must be key=value");
    errand.labels[label.substr(0, equals)] = label.substr(equals + 1);
  }
  errand.job_name = environment("JOB_NAME");
  errand.job_uid = environment("JOB_UID");
  if (errand.job_uid.empty()) {
    throw CLI::ValidationError("the environment lacks JOB_UID (and JOB_NAME): run me as the CronJob does");
  }
  return errand;
}

void add_trigger(CLI::App& app, const Environment& environment, const Chosen& chosen) {
  CLI::App* part =
      app.add_subcommand("create-backupsession", "creates the BackupSession of a slot (the CronJob's pod)");
  const auto flags = std::make_shared<Flags>();
  schedule::TriggerErrand& to = flags->trigger;
  part->add_option("--invoker-name", to.invoker, "name of the BackupConfiguration or BackupBatch")->required();
  part->add_option("--invoker-kind", to.invoker_kind, "its kind")
      ->check(CLI::IsMember({"BackupConfiguration", "BackupBatch"}));
  part->add_option("--invoker-uid", to.invoker_uid, "its UID")->required();
  part->add_option("--cronjob", to.cron_job, "name of the CronJob")->required();
  part->add_option("--retry-left", to.retry_left, "how often the session may be tried again");
  part->add_option("--label", flags->trigger_labels, "key=value, a label of the session; repeatable");
  add_program_flags(*part, flags->program);
  part->callback([flags, environment, chosen] {
    flags->program.run = [errand = trigger_errand(*flags, environment)](jobs::Ports ports) {
      return schedule::create_session(std::move(ports), errand);
    };
    chosen(std::move(flags->program));
  });
}

void add_snapshotter(CLI::App& app, const Chosen& chosen) {
  CLI::App* part =
      app.add_subcommand("create-vs", "creates the VolumeSnapshots of one session (the snapshotter Job's pod)");
  const auto flags = std::make_shared<Flags>();
  part->add_option("--backupsession", flags->session, "name of the BackupSession")->required();
  part->add_option("--errand", flags->errand, "what to create, as JSON")->required();
  add_program_flags(*part, flags->program);
  part->callback([flags, chosen] {
    auto errand = backup::decode_errand(flags->errand);
    if (!errand) throw CLI::ValidationError(errand.error().message);
    flags->program.run = [errand = std::move(*errand)](jobs::Ports ports) {
      return backup::create_snapshots(std::move(ports), errand);
    };
    chosen(std::move(flags->program));
  });
}

void add_restorer(CLI::App& app, const Chosen& chosen) {
  CLI::App* part = app.add_subcommand("restore-vs", "creates the PVCs of one restore (the restore Job's pod)");
  const auto flags = std::make_shared<Flags>();
  part->add_option("--restoresession", flags->session, "name of the RestoreSession or RestoreBatch")->required();
  part->add_option("--restore-uid", flags->session_uid, "its UID")->required();
  part->add_option("--claim", flags->claims, "one PVC to create, as JSON; repeatable")->required();
  part->add_option("--hooks", flags->errand, "hooks to run first, as JSON");
  add_program_flags(*part, flags->program);
  part->callback([flags, chosen] {
    auto errand = restore::decode_errand(flags->session, flags->session_uid, flags->claims, flags->errand);
    if (!errand) throw CLI::ValidationError(errand.error().message);
    flags->program.run = [errand = std::move(*errand)](jobs::Ports ports) {
      return restore::create_claims(std::move(ports), errand);
    };
    chosen(std::move(flags->program));
  });
}

void add_hook_runner(CLI::App& app, const Chosen& chosen) {
  CLI::App* part = app.add_subcommand("run-hook", "runs the post hook of one session (a hook Job's pod)");
  const auto flags = std::make_shared<Flags>();
  part->add_option("--errand", flags->errand, "what to run and where, as JSON")->required();
  add_program_flags(*part, flags->program);
  part->callback([flags, chosen] {
    const auto value = json::parse(flags->errand);
    if (!value) throw CLI::ValidationError("--errand: " + value.error().message);
    auto errand = hooks::errand_from(*value);
    if (!errand) throw CLI::ValidationError("--errand: " + errand.error().message);
    if (!errand->post) throw CLI::ValidationError("--errand: post is required");
    flags->program.run = [errand = std::move(*errand)](jobs::Ports ports) {
      return hooks::run_post(std::move(ports), errand);
    };
    chosen(std::move(flags->program));
  });
}

}  // namespace

void add_log_flags(CLI::App& app, Level& level, LogFormat& format) {
  app.add_option("--log-level", level, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(kLevels, CLI::ignore_case));
  app.add_option("--log-format", format, "text or json")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case));
}

void add_job_parts(CLI::App& app, Environment environment, std::function<void(JobProgram)> chosen) {
  add_trigger(app, environment, chosen);
  add_snapshotter(app, chosen);
  add_restorer(app, chosen);
  add_hook_runner(app, chosen);
}

Result<JobProgram> parse_job_arguments(std::vector<std::string> arguments, Environment environment) {
  CLI::App app;
  app.require_subcommand(1);
  JobProgram program;
  add_job_parts(app, std::move(environment), [&](JobProgram chosen) { program = std::move(chosen); });
  std::ranges::reverse(arguments);  // CLI11 takes them from the end
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return fail(Code::kInvalid, error.what());
  }
  return program;
}

}  // namespace snapstash
