#include "features/cli/command_line.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "features/cli/flags.hpp"
#include "features/cli/help.hpp"

namespace snapstash::cli {
namespace {

const std::map<std::string, Output> kOutputs{
    {"table", Output::kTable}, {"json", Output::kJson}, {"yaml", Output::kYaml}
};

/// What is printed instead of being created.
const std::map<std::string, Output> kDocuments{{"json", Output::kJson}, {"yaml", Output::kYaml}};

const std::vector<std::pair<std::string, std::string>> kKeeps{
    {"Last", "how many of the newest snapshots are kept"},
    {"Hourly", "for how many hours the newest snapshot of each is kept"},
    {"Daily", "for how many days"},
    {"Weekly", "for how many weeks"},
    {"Monthly", "for how many months"},
    {"Yearly", "for how many years"}
};

class Help final : public CLI::Formatter {
 public:
  /// CLI11's own says "(0x)" of what may be given or not.
  std::string make_option_usage(const CLI::Option* option) const override {
    const std::string name = make_option_name(option, true);
    return option->get_required() ? name : fmt::format("[{}]", name);
  }
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

CLI::App* add_verb(
    CLI::App& app, const std::string& name, const std::string& what, std::string_view manual = std::string_view()
) {
  CLI::App* part = app.add_subcommand(name, what);
  part->fallthrough();  // kubectl takes connection flags anywhere
  part->footer(
      std::string(manual) + (manual.empty() ? "" : "\n") +
      "kubectl's connection flags (-n, --context, …) may be given, too: see kubectl stash --help."
  );
  return part;
}

/// A verb that says nothing without its noun: `create backupconfig`.
CLI::App* add_family(CLI::App& app, const std::string& name, const std::string& what) {
  CLI::App* part = add_verb(app, name, what);
  part->require_subcommand(1);
  return part;
}

void add_trigger(CLI::App& app, Flags& flags) {
  CLI::App* part = add_verb(app, "trigger", "take a backup now");
  part->add_option("BACKUPCONFIGURATION", flags.trigger.configuration, "what to back up");
  part->add_option("--backupbatch", flags.backup_batch, "back up that batch instead");
  part->add_flag("--wait", flags.trigger.wait, "until it has ended; the exit code then tells whether it succeeded");
  part->add_option("--timeout", flags.timeout, "how long to wait, as 30s or 1h30m; default: as long as it takes");
}

void add_pause(CLI::App& app, Flags& flags, const std::string& name, const std::string& what) {
  CLI::App* part = add_verb(app, name, what);
  part->add_option("BACKUPCONFIGURATION", flags.names, "whose schedule")->expected(0, 2);
  part->add_option(
      "--backupconfig", flags.backup_config, fmt::format("Stash's form: {} backup --backupconfig=…", name)
  );
  part->add_option("--backupbatch", flags.backup_batch, "that of a BackupBatch instead");
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

/// Flags of Stash's driver Restic: so that scripts go on, and are told.
void add_restic(CLI::App& part, Flags& flags, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    part.add_option(name, flags.restic[name], "accepted, ignored, with a warning")
        ->allow_extra_args(false)
        ->group("Of Stash's driver Restic");
  }
}

void add_print(CLI::App& part, Output& output) {
  part.add_option("-o,--output", output, "json or yaml: print the object, and create nothing")
      ->transform(CLI::CheckedTransformer(kDocuments, CLI::ignore_case).description("json|yaml"));
}

void add_driver(CLI::App& part, Flags& flags) {
  part.add_option("--driver", flags.driver, "VolumeSnapshotter, which is the default here");
}

void add_create_configuration(CLI::App& family, Flags& flags) {
  CreateConfiguration& to = flags.configuration;
  CLI::App* part = add_verb(
      family, "backupconfig", "create a BackupConfiguration, or change one that exists", help::kCreateConfiguration
  );
  part->alias("backupconfiguration")->alias("bc");
  part->add_option("NAME", to.name, "of the BackupConfiguration")->required();
  part->add_option("--schedule", to.schedule, "when, as \"0 2 * * *\" or @daily");
  part->add_option("--target-kind", to.target_kind, "Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim");
  part->add_option("--target-name", to.target_name, "name of what is backed up");
  part->add_option("--target-apiversion", to.target_api_version, "of the kind; default: apps/v1 or v1, as it needs");
  part->add_option("--replica", to.replicas, "of a StatefulSet: how many ordinals; default: all");
  part->add_option(
      "--volumesnapshotclass,--volumesnpashotclass", to.snapshot_class,
      "VolumeSnapshotClass; default: that of the volume's driver (Stash's spelling is understood)"
  );
  for (const auto& [unit, what] : kKeeps) {
    std::string flag = "--keep-" + unit;
    std::ranges::transform(flag, flag.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    part->add_option_function<std::int64_t>(
        flag, [&to, field = "keep" + unit](const std::int64_t& number) { to.keep[field] = number; }, what
    );
  }
  const auto add_switch = [part](const std::string& name, std::optional<bool>& value, const std::string& what) {
    part->add_flag_function(name, [&value](std::int64_t count) { value = count > 0; }, what);
  };
  add_switch("--prune", to.prune, "retentionPolicy.prune; Restic's, kept");
  add_switch("--dry-run", to.dry_run, "retentionPolicy.dryRun: say what would be deleted, and delete nothing");
  add_driver(*part, flags);
  add_print(*part, to.output);
  add_restic(*part, flags, {"--repo-name", "--repo-namespace", "--task", "--paths", "--volume-mounts"});
}

void add_create_restore(CLI::App& family, Flags& flags) {
  CreateRestore& to = flags.restore;
  CLI::App* part =
      add_verb(family, "restoresession", "restore a PersistentVolumeClaim from a VolumeSnapshot", help::kCreateRestore);
  part->alias("restore");
  part->add_option("NAME", to.name, "of the RestoreSession")->required();
  part->add_option("--claim.name", to.claim, "PersistentVolumeClaim to make")->required();
  part->add_option("--claim.datasource", to.snapshot, "VolumeSnapshot to fill it from")->required();
  part->add_option("--claim.access-modes", to.access_modes, "default: ReadWriteOnce; several with commas")
      ->delimiter(',')
      ->allow_extra_args(false);
  part->add_option("--claim.storageclass", to.storage_class, "StorageClass; default: the cluster's");
  part->add_option("--claim.size", to.size, "as 10Gi; default: what the snapshot needs");
  part->add_option("--replica", to.replicas, "how often, for ${POD_ORDINAL} from 0");
  add_driver(*part, flags);
  add_print(*part, to.output);
  add_restic(
      *part, flags,
      {"--alias", "--host", "--paths", "--snapshots", "--target-apiversion", "--target-kind", "--target-name", "--task",
       "--repo-name", "--repo-namespace", "--repository", "--volume-mounts"}
  );
}

void add_create(CLI::App& app, Flags& flags) {
  CLI::App* family = add_family(app, "create", "create a BackupConfiguration or a RestoreSession from flags");
  add_create_configuration(*family, flags);
  add_create_restore(*family, flags);
}

void add_copy(CLI::App& app, Flags& flags) {
  CLI::App* family = add_family(app, "cp", "copy a VolumeSnapshot or a BackupConfiguration to another namespace");
  const auto add = [&](CLI::App* part, std::string& name, std::string& to) {
    part->add_option("NAME", name, "what to copy, of the namespace of -n")->required();
    part->add_option("--to-namespace", to, "where to")->required();
  };
  add(add_verb(*family, "volumesnapshot", "make a snapshot known there", help::kCopySnapshot)->alias("vs"),
      flags.copy_snapshot.name, flags.copy_snapshot.to);
  add(add_verb(*family, "backupconfig", "make the same BackupConfiguration there", help::kCopyConfiguration)
          ->alias("backupconfiguration"),
      flags.copy_configuration.name, flags.copy_configuration.to);
}

void add_debug(CLI::App& app, Flags& flags) {
  CLI::App* family = add_family(app, "debug", "say why a backup, a restore or the operator does not work");
  CLI::App* backup = add_verb(*family, "backup", "why a backup failed or is stuck", help::kDebugBackup);
  backup->add_option("--backupconfig", flags.debug_configuration, "whose newest session");
  backup->add_option("--backupsession", flags.debug_session, "which session");
  backup->add_option("--backupbatch", flags.backup_batch, "the newest session of that batch");
  CLI::App* restore = add_verb(*family, "restore", "why a restore failed or is stuck", help::kDebugRestore);
  restore->add_option("--restoresession", flags.debug_restore, "which RestoreSession");
  restore->add_option("--restorebatch", flags.restore_batch, "which RestoreBatch");
  add_verb(*family, "operator", "whether the operator works", help::kDebugOperator);
}

void add_version(CLI::App& app, Flags& flags) {
  CLI::App* part = add_verb(app, "version", "show the versions of this program and of the operator");
  part->add_flag("--client", flags.version.client_only, "of this program only");
  part->add_flag("--short", flags.version.brief, "the versions alone");
  add_output(*part, flags.version.output);
}

void add_completion(CLI::App& app, Flags& flags) {
  CLI::App* part = app.add_subcommand("completion", "print the script that lets a shell complete kubectl-stash");
  part->add_option("SHELL", flags.completion.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  add_verb(app, "names", "print the names of all objects of a kind")->group("")->add_option("KIND", flags.listed.kind);
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
  add_create(app, flags);
  add_copy(app, flags);
  add_debug(app, flags);
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

/// The verb that was said, with its noun if it has one.
std::string said(const CLI::App& app) {
  std::string verb;
  for (const CLI::App* part = &app; !part->get_subcommands().empty();) {
    part = part->get_subcommands().front();
    verb += (verb.empty() ? "" : " ") + part->get_name();
  }
  return verb;
}

}  // namespace

Grammar describe_command_line() {
  CLI::App app;
  Flags flags;
  add_all(app, flags);
  const Grammar::Part anywhere = part_of(app);
  Grammar grammar{.flags = anywhere.flags, .valued = anywhere.valued, .verbs = {}};
  for (const CLI::App* verb : app.get_subcommands({})) {
    if (verb->get_group().empty()) continue;  // hidden
    Grammar::Part part = part_of(*verb);
    for (const CLI::App* noun : verb->get_subcommands({})) {
      part.nouns.push_back(noun->get_name());
      grammar.verbs.emplace(verb->get_name() + " " + noun->get_name(), part_of(*noun));
    }
    grammar.verbs.emplace(verb->get_name(), std::move(part));
  }
  return grammar;
}

std::variant<CommandLine, Ending> parse(std::vector<std::string> arguments) {
  CLI::App app{"Snapstash from your terminal: backups and restores of volumes with CSI VolumeSnapshots"};
  app.formatter(std::make_shared<Help>());
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
  if (app.get_option("--insecure-skip-tls-verify")->count() > 0) {
    flags.line.connection.insecure_skip_tls_verify = flags.insecure;
  }
  const std::string verb = said(app);
  return read(std::move(flags), verb);
}

}  // namespace snapstash::cli
