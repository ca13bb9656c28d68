#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "features/cli/documents.hpp"
#include "kernel/base/time.hpp"
#include "kernel/kube/cluster_access.hpp"

/// What can be said to `kubectl stash`, as values.
namespace snapstash::cli {

/// Takes a backup now.
struct Trigger {
  std::string configuration;
  bool wait = false;
  std::optional<Duration> timeout;  ///< Nothing = however long it takes.
  bool batch = false;               ///< It is a BackupBatch.
  friend bool operator==(const Trigger&, const Trigger&) = default;
};

/// Suspends or resumes a schedule.
struct Pause {
  std::string configuration;
  bool paused = true;
  bool batch = false;  ///< It is a BackupBatch.
  friend bool operator==(const Pause&, const Pause&) = default;
};

/// Shows sessions and their snapshots.
struct Get {
  std::string name;  ///< Of a BackupConfiguration or a BackupSession; "" = all.
  bool all_namespaces = false;
  Output output = Output::kTable;
  friend bool operator==(const Get&, const Get&) = default;
};

/// Shows what retention keeps and deletes.
struct Plan {
  std::string configuration;
  std::string policy_file;  ///< Another policy to compare with; "" = none.
  Output output = Output::kTable;
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// Makes snapshots that Stash took a configuration's own.
struct Adopt {
  std::string configuration;
  bool all = false;  ///< Whatever they are called.
  bool yes = false;  ///< Does it; otherwise only shows.
  friend bool operator==(const Adopt&, const Adopt&) = default;
};

/// Creates a BackupConfiguration, or changes of one that exists what is said here. "" and nothing: not said.
struct CreateConfiguration {
  std::string name;
  std::string schedule, target_api_version, target_kind, target_name, snapshot_class;
  std::optional<std::int32_t> replicas;
  std::map<std::string, std::int64_t> keep;  ///< Of the retentionPolicy, by the field's name: keepLast, …
  std::optional<bool> prune, dry_run;        ///< Of the retentionPolicy.
  std::vector<std::string> ignored;          ///< Flags that were given and that only Restic reads.
  Output output = Output::kTable;            ///< Otherwise it is printed, and nothing is created.
  friend bool operator==(const CreateConfiguration&, const CreateConfiguration&) = default;
};

/// Creates a RestoreSession of one claim template.
struct CreateRestore {
  std::string name;
  std::optional<std::int32_t> replicas;
  std::string claim, size, snapshot;
  std::vector<std::string> access_modes;
  std::optional<std::string> storage_class;
  std::vector<std::string> ignored;
  Output output = Output::kTable;
  friend bool operator==(const CreateRestore&, const CreateRestore&) = default;
};

/// Makes a snapshot known in another namespace, too.
struct CopySnapshot {
  std::string name, to;
  friend bool operator==(const CopySnapshot&, const CopySnapshot&) = default;
};

struct CopyConfiguration {
  std::string name, to;
  friend bool operator==(const CopyConfiguration&, const CopyConfiguration&) = default;
};

/// Says why something failed or is stuck.
struct Debug {
  enum class Subject { kConfiguration, kBatch, kSession, kRestore, kRestoreBatch, kOperator };
  Subject subject = Subject::kOperator;
  std::string name;  ///< "" of the operator.
  friend bool operator==(const Debug&, const Debug&) = default;
};

struct Version {
  bool client_only = false;
  bool brief = false;  ///< The numbers, and nothing around them.
  Output output = Output::kTable;
  friend bool operator==(const Version&, const Version&) = default;
};

/// Prints the names of all objects of a kind, a line each; for completion.
struct Names {
  std::string kind;  ///< As in a path: "backupconfigurations".
  friend bool operator==(const Names&, const Names&) = default;
};

/// Prints the script for a shell's completion.
struct Completion {
  std::string shell;
  friend bool operator==(const Completion&, const Completion&) = default;
};

using Verb = std::variant<
    Trigger, Pause, Get, Plan, Adopt, CreateConfiguration, CreateRestore, CopySnapshot, CopyConfiguration, Debug,
    Version, Completion, Names>;

struct CommandLine {
  std::string kubeconfig;      ///< --kubeconfig; "" = as kubectl finds it.
  kube::Overrides connection;  ///< kubectl's other connection flags.
  Verb verb;
};

/// There is nothing to do but to say this: help that was asked for, or what is wrong.
struct Ending {
  int code = 0;
  std::string out, err;
};

inline constexpr int kOk = 0;
inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;

/// All that can be said: verbs, and flags as they are written ("-n", "--namespace").
struct Grammar {
  struct Part {
    std::vector<std::string> flags;
    std::vector<std::string> valued;  ///< Those of them that a value follows.
    std::vector<std::string> nouns;   ///< What may follow the verb: `create` has backupconfig.
  };
  std::vector<std::string> flags, valued;  ///< Of the connection; anywhere.
  std::map<std::string, Part> verbs;       ///< "trigger"; of a verb with nouns also "create backupconfig".
};
Grammar describe_command_line();

/// Reads the arguments, without the program's name. Never throws. Stash's ways of saying it (`pause backup
/// --backupconfig=x`) are understood.
std::variant<CommandLine, Ending> parse(std::vector<std::string> arguments);

}  // namespace snapstash::cli
