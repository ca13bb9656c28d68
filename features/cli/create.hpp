#pragma once
#include <string>

#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"
#include "kernel/json/value.hpp"

/// `kubectl stash create`: objects from flags, Stash's flags.
namespace snapstash::cli {

/// Returns the BackupConfiguration that the flags describe. `namespace_` "" = it says none. The retention policy is
/// named as Stash names it: `keep-<unit>-<n>`. Pure.
json::Value configuration_of(const CreateConfiguration& wanted, const std::string& namespace_);

/// Returns the merge patch that changes, of one that exists, what the flags say and nothing else. Pure.
json::Value patch_for(const CreateConfiguration& wanted, const json::Value& existing);

/// Returns the RestoreSession that the flags describe: one claim template, ReadWriteOnce unless said otherwise. A
/// storage class or size that was not said is left out, for the default class and the snapshot's size. Pure.
json::Value restore_of(const CreateRestore& wanted, const std::string& namespace_);

/// Returns the sentence about flags that do nothing here, with a line break; "" if there were none. Pure.
std::string warn_of_ignored(const std::vector<std::string>& flags);

/// Creates it, or patches the one that exists. Errors: kInvalid for one of the driver Restic; what the API server says.
Task<Result<int>> create(Ports ports, CreateConfiguration wanted);

/// Creates it. One that exists and is the same is left alone. Errors: kInvalid for one that is not, since it cannot be
/// changed; what the API server says.
Task<Result<int>> create(Ports ports, CreateRestore wanted);

/// Returns what `-o yaml` prints instead of creating. Asks no cluster. Errors: kInvalid, with what would be wrong with
/// the object.
Result<std::string> document_of(const CreateConfiguration& wanted, const std::string& namespace_);
Result<std::string> document_of(const CreateRestore& wanted, const std::string& namespace_);

}  // namespace snapstash::cli
