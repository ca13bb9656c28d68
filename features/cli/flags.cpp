#include "features/cli/flags.hpp"

#include <fmt/format.h>

#include "api/sentences.hpp"
#include "kernel/base/time.hpp"

namespace snapstash::cli {
namespace {

using Read = std::variant<CommandLine, Ending>;

Ending misuse(const std::string& message) {
  return {kUsage, "", message + "\nRun with --help for more information.\n"};
}

/// `30s`, or whole seconds as kubectl allows.
std::optional<Duration> duration_in(const std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  const auto parsed = parse_duration(digits ? text + "s" : text);
  return parsed && *parsed > Duration(0) ? parsed : std::nullopt;
}

Read line_of(Flags& flags, Verb verb) {
  flags.line.verb = std::move(verb);
  return std::move(flags.line);
}

Read read_trigger(Flags& flags) {
  if (!flags.backup_batch.empty()) {
    if (!flags.trigger.configuration.empty()) return misuse("name a BackupConfiguration or a --backupbatch, not both");
    flags.trigger.configuration = flags.backup_batch;
    flags.trigger.batch = true;
  }
  if (flags.trigger.configuration.empty()) {
    return misuse("name what to back up: kubectl stash trigger BACKUPCONFIGURATION, or --backupbatch=NAME");
  }
  if (!flags.timeout.empty()) {
    flags.trigger.timeout = duration_in(flags.timeout);
    if (!flags.trigger.timeout) {
      return misuse(fmt::format("--timeout is \"{}\": give a duration as 30s or 1h30m", flags.timeout));
    }
    if (!flags.trigger.wait) return misuse("--timeout means nothing without --wait");
  }
  return line_of(flags, flags.trigger);
}

/// `pause web`, or as Stash has it: `pause backup --backupconfig=web`.
Read read_pause(Flags& flags, const std::string& verb) {
  std::vector<std::string> names = flags.names;
  const bool by_flag = !flags.backup_config.empty() || !flags.backup_batch.empty();
  if (by_flag && !names.empty() && names.front() == "backup") names.erase(names.begin());
  for (const std::string& name : {flags.backup_config, flags.backup_batch}) {
    if (!name.empty()) names.push_back(name);
  }
  if (names.size() != 1) {
    return misuse(
        fmt::format("name one BackupConfiguration: kubectl stash {0} NAME; or one batch: {0} --backupbatch=NAME", verb)
    );
  }
  return line_of(flags, Pause{names.front(), verb == "pause", !flags.backup_batch.empty()});
}

std::vector<std::string> given(const Flags& flags) {
  std::vector<std::string> names;
  for (const auto& [name, values] : flags.restic) {
    if (!values.empty()) names.push_back(name);
  }
  return names;
}

Read read_create(Flags& flags, const std::string& verb) {
  if (!flags.driver.empty() && flags.driver != "VolumeSnapshotter") {
    return misuse(fmt::format("--driver={}: {}", flags.driver, api::kResticSentence));
  }
  flags.configuration.ignored = flags.restore.ignored = given(flags);
  return verb == "create backupconfig" ? line_of(flags, flags.configuration) : line_of(flags, flags.restore);
}

Read read_debug_backup(Flags& flags) {
  std::vector<Debug> wanted;
  const auto take = [&](Debug::Subject subject, const std::string& name) {
    if (!name.empty()) wanted.push_back({subject, name});
  };
  take(Debug::Subject::kConfiguration, flags.debug_configuration);
  take(Debug::Subject::kBatch, flags.backup_batch);
  take(Debug::Subject::kSession, flags.debug_session);
  if (wanted.size() != 1) {
    return misuse(
        "name one: kubectl stash debug backup --backupconfig=NAME, or --backupsession=NAME, or --backupbatch=NAME"
    );
  }
  return line_of(flags, wanted.front());
}

Read read_debug_restore(Flags& flags) {
  if (flags.debug_restore.empty() == flags.restore_batch.empty()) {
    return misuse("name one: kubectl stash debug restore --restoresession=NAME, or --restorebatch=NAME");
  }
  return flags.restore_batch.empty() ? line_of(flags, Debug{Debug::Subject::kRestore, flags.debug_restore})
                                     : line_of(flags, Debug{Debug::Subject::kRestoreBatch, flags.restore_batch});
}

}  // namespace

Read read(Flags flags, const std::string& verb) {
  if (verb == "trigger") return read_trigger(flags);
  if (verb == "pause" || verb == "resume") return read_pause(flags, verb);
  if (verb.starts_with("create ")) return read_create(flags, verb);
  if (verb == "cp volumesnapshot") return line_of(flags, flags.copy_snapshot);
  if (verb == "cp backupconfig") return line_of(flags, flags.copy_configuration);
  if (verb == "debug backup") return read_debug_backup(flags);
  if (verb == "debug restore") return read_debug_restore(flags);
  if (verb == "debug operator") return line_of(flags, Debug{});
  if (verb == "plan") return line_of(flags, flags.plan);
  if (verb == "adopt") return line_of(flags, flags.adopt);
  if (verb == "names") return line_of(flags, flags.listed);
  if (verb == "completion") return line_of(flags, flags.completion);
  if (verb == "version") return line_of(flags, flags.version);
  return line_of(flags, flags.get);
}

}  // namespace snapstash::cli
