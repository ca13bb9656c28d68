#pragma once
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "features/cli/command_line.hpp"

namespace snapstash::cli {

/// What the command line is read into before it is known whether it makes sense as a whole.
struct Flags {
  CommandLine line;
  Trigger trigger;
  Get get;
  Plan plan;
  Adopt adopt;
  Completion completion;
  Version version;
  CreateConfiguration configuration;
  CreateRestore restore;
  CopySnapshot copy_snapshot;
  CopyConfiguration copy_configuration;
  Names listed;
  std::string driver, debug_configuration, debug_session, debug_restore, restore_batch;
  std::map<std::string, std::vector<std::string>> restic;  ///< What was given of Restic's flags.
  std::vector<std::string> names;                          ///< Positional, of pause and resume.
  std::string backup_config, backup_batch, timeout;
  bool insecure = false;
  std::string ignored;  ///< What kubectl knows and means nothing here.
  bool ignored_flag = false;
};

/// Returns the line that was said with `verb` ("trigger", "create backupconfig"), or what is wrong with it. Pure.
std::variant<CommandLine, Ending> read(Flags flags, const std::string& verb);

}  // namespace snapstash::cli
