#include "features/cli/command_line.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace snapstash::cli {
namespace {

const std::map<std::string, Output> kOutputs{
    {"table", Output::kTable}, {"json", Output::kJson}, {"yaml", Output::kYaml}
};

/// What the flags are read into before it is known whether they make sense together.
struct Flags {
  CommandLine line;
  Trigger trigger;
  Get get;
  Plan plan;
  Adopt adopt;
  Completion completion;
  Version version;
  std::vector<std::string> names;  ///< Positional, of pause and resume.
  std::string backup_config, backup_batch, timeout;
  bool insecure = false;
  std::string ignored;
  bool ignored_flag = false;
};

void add_connection(CLI::App& app, Flags& flags) {
  kube::Overrides& to = flags.line.connection;
  const std::string group = "Connection (as kubectl)";
  const auto add = [&](const std::string& name, std::string& value, const std::string& what) {
    app.add_option(name, value, what)->group(group);
  };
  add("-n,--namespace", to.name_space, "namespace; default: that of the context");
  add("--kubeconfig", flags.line.kubeconfig, "kubeconfig file; default: $KUBECONFIG, then ~/.kube/config");
  add("--context", to.context, "context of the kubeconfig");
  add("--cluster", to.cluster, "cluster of the kubeconfig");
  add("--user", to.user, "user of the kubeconfig");
  add("--as", to.as.user, "user to impersonate");
  add("--as-uid", to.as.uid, "UID to impersonate");
  app.add_option("--as-group", to.as.groups, "group to impersonate; repeatable")->allow_extra_args(false)->group(group);
  add("--token", to.token, "bearer token");
  add("-s,--server", to.server, "address of the API server");
  add("--request-timeout", to.request_timeout, "of one request, as 30s; 0 = none");
  add("--certificate-authority", to.certificate_authority, "file with the CA's certificates");
  add("--client-certificate", to.client_certificate, "file with the client certificate");
  add("--client-key", to.client_key, "file with its key");
  add("--tls-server-name", to.tls_server_name, "name to expect in the server's certificate");
  app.add_flag("--insecure-skip-tls-verify", flags.insecure, "do not verify the server's certificate")->group(group);
  // kubectl's, which mean nothing here.
  add("--cache-dir", flags.ignored, "accepted, not used");
  app.add_flag("--match-server-version", flags.ignored_flag, "accepted, not used")->group(group);
}

void add_output(CLI::App& part, Output& output) {
  part.add_option("-o,--output", output, "table, json or yaml")
      ->transform(CLI::CheckedTransformer(kOutputs, CLI::ignore_case).description("table|json|yaml"));
}

CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& what) {
  CLI::App* part = app.add_subcommand(name, what);
  part->fallthrough();  // kubectl takes connection flags anywhere
  part->footer("kubectl's connection flags (-n, --context, …) may be given, too: see kubectl stash --help.");
  return part;
}

void add_trigger(CLI::App& app, Flags& flags) {
  CLI::App* part = add_verb(app, "trigger", "take a backup now");
  part->add_option("BACKUPCONFIGURATION", flags.trigger.configuration, "what to back up")->required();
  part->add_flag("--wait", flags.trigger.wait, "until it has ended; the exit code then tells whether it succeeded");
  part->add_option("--timeout", flags.timeout, "how long to wait, as 30s or 1h30m; default: as long as it takes");
}

void add_pause(CLI::App& app, Flags& flags, const std::string& name, const std::string& what) {
  CLI::App* part = add_verb(app, name, what);
  part->add_option("BACKUPCONFIGURATION", flags.names, "whose schedule")->expected(0, 2);
  part->add_option(
      "--backupconfig", flags.backup_config, fmt::format("Stash's form: {} backup --backupconfig=…", name)
  );
  part->add_option("--backupbatch", flags.backup_batch, "Stash's; there are no batches here");
}

void add_get(CLI::App& app, Flags& flags) {
  CLI::App* part = add_verb(app, "get", "show sessions with their snapshots");
  part->add_option("NAME", flags.get.name, "a BackupConfiguration or a BackupSession; default: all");
  part->add_flag("-A,--all-namespaces", flags.get.all_namespaces, "of all namespaces");
  add_output(*part, flags.get.output);
}

void add_plan(CLI::App& app, Flags& flags) {
  CLI::App* part = add_verb(app, "plan", "show which snapshots retention keeps and which it deletes, and why");
  part->add_option("BACKUPCONFIGURATION", flags.plan.configuration, "whose snapshots")->required();
  part->add_option(
      "--policy", flags.plan.policy_file,
      "file with another retentionPolicy (or a BackupConfiguration with it), to see what that would change"
  );
  add_output(*part, flags.plan.output);
}

void add_adopt(CLI::App& app, Flags& flags) {
  CLI::App* part = add_verb(app, "adopt", "let retention count the snapshots that Stash took; shows what it would do");
  part->add_option("BACKUPCONFIGURATION", flags.adopt.configuration, "whose they become")->required();
  part->add_flag("--all", flags.adopt.all, "also snapshots whose name is not PVC-UnixSeconds");
  part->add_flag("-y,--yes", flags.adopt.yes, "do it");
}

void add_version(CLI::App& app, Flags& flags) {
  CLI::App* part = add_verb(app, "version", "show the versions of this program and of the operator");
  part->add_flag("--client", flags.version.client_only, "of this program only");
  add_output(*part, flags.version.output);
}

void add_completion(CLI::App& app, Flags& flags) {
  CLI::App* part = app.add_subcommand("completion", "print the script that lets a shell complete kubectl-stash");
  part->add_option("SHELL", flags.completion.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  add_verb(app, "names", "print the names of the BackupConfigurations")->group("");  // hidden
  part->footer(
      "kubectl itself completes `kubectl stash` when kubectl_complete-stash is on the PATH, as the .deb has it."
  );
}

void add_all(CLI::App& app, Flags& flags) {
  app.name("kubectl stash");
  app.require_subcommand(1);
  add_connection(app, flags);
  add_trigger(app, flags);
  add_pause(app, flags, "pause", "suspend a schedule; backups by hand still run");
  add_pause(app, flags, "resume", "resume a schedule");
  add_get(app, flags);
  add_plan(app, flags);
  add_adopt(app, flags);
  add_version(app, flags);
  add_completion(app, flags);
}

Grammar::Part part_of(const CLI::App& app) {
  Grammar::Part part;
  for (const CLI::Option* option : app.get_options()) {
    std::vector<std::string> names;
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    part.flags.insert(part.flags.end(), names.begin(), names.end());
    if (option->get_expected_max() > 0) part.valued.insert(part.valued.end(), names.begin(), names.end());
  }
  return part;
}

Ending misuse(const std::string& message) {
  return {kUsage, "", message + "\nRun with --help for more information.\n"};
}

/// `30s`, or whole seconds as kubectl allows.
std::optional<Duration> duration_in(const std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  const auto parsed = parse_duration(digits ? text + "s" : text);
  return parsed && *parsed > Duration(0) ? parsed : std::nullopt;
}

std::variant<CommandLine, Ending> read_trigger(Flags& flags) {
  if (!flags.timeout.empty()) {
    flags.trigger.timeout = duration_in(flags.timeout);
    if (!flags.trigger.timeout) {
      return misuse(fmt::format("--timeout is \"{}\": give a duration as 30s or 1h30m", flags.timeout));
    }
    if (!flags.trigger.wait) return misuse("--timeout means nothing without --wait");
  }
  flags.line.verb = flags.trigger;
  return flags.line;
}

/// `pause web`, or as Stash has it: `pause backup --backupconfig=web`.
std::variant<CommandLine, Ending> read_pause(Flags& flags, const std::string& verb, bool paused) {
  if (!flags.backup_batch.empty()) {
    return misuse("--backupbatch: Snapstash has no BackupBatches; name a BackupConfiguration");
  }
  std::vector<std::string> names = flags.names;
  if (!flags.backup_config.empty()) {
    if (!names.empty() && names.front() == "backup") names.erase(names.begin());
    names.push_back(flags.backup_config);
  }
  if (names.size() != 1) {
    return misuse(fmt::format("name one BackupConfiguration: kubectl stash {} NAME", verb));
  }
  flags.line.verb = Pause{names.front(), paused};
  return flags.line;
}

std::variant<CommandLine, Ending> read(const CLI::App& app, Flags& flags) {
  if (app.get_option("--insecure-skip-tls-verify")->count() > 0) {
    flags.line.connection.insecure_skip_tls_verify = flags.insecure;
  }
  if (app.got_subcommand("trigger")) return read_trigger(flags);
  if (app.got_subcommand("pause")) return read_pause(flags, "pause", true);
  if (app.got_subcommand("resume")) return read_pause(flags, "resume", false);
  if (app.got_subcommand("plan")) {
    flags.line.verb = flags.plan;
  } else if (app.got_subcommand("adopt")) {
    flags.line.verb = flags.adopt;
  } else if (app.got_subcommand("names")) {
    flags.line.verb = Names{};
  } else if (app.got_subcommand("completion")) {
    flags.line.verb = flags.completion;
  } else if (app.got_subcommand("version")) {
    flags.line.verb = flags.version;
  } else {
    flags.line.verb = flags.get;
  }
  return flags.line;
}

}  // namespace

Grammar describe_command_line() {
  CLI::App app;
  Flags flags;
  add_all(app, flags);
  const Grammar::Part anywhere = part_of(app);
  Grammar grammar{.flags = anywhere.flags, .valued = anywhere.valued, .verbs = {}};
  for (const CLI::App* verb : app.get_subcommands({})) {
    const bool hidden = verb->get_group().empty();
    if (!hidden) grammar.verbs.emplace(verb->get_name(), part_of(*verb));
  }
  return grammar;
}

std::variant<CommandLine, Ending> parse(std::vector<std::string> arguments) {
  CLI::App app{"Snapstash from your terminal: backups and restores of volumes with CSI VolumeSnapshots"};
  Flags flags;
  add_all(app, flags);
  if (arguments.empty()) return Ending{kOk, app.help(), ""};
  std::ranges::reverse(arguments);  // CLI11 takes them off the end
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(error, out, err);
    return Ending{code == 0 ? kOk : kUsage, out.str(), err.str()};
  }
  return read(app, flags);
}

}  // namespace snapstash::cli
