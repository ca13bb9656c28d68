#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/backup_configuration.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::cli {

/// Returns the BackupConfiguration of that name in the namespace. Errors: kNotFound, listing those there are; those of
/// the requests.
Task<Result<api::BackupConfiguration>> find_configuration(const Ports& ports, std::string name);

/// The same of a configuration, or of a BackupBatch as a whole (`cluster::whole_of`).
Task<Result<api::BackupConfiguration>> find_invoker(const Ports& ports, std::string name, bool batch);

/// Returns the remedy for a name that does not exist: which ones do. Pure.
std::string suggest(
    const std::string& namespace_, const std::vector<std::string>& names, std::string_view kind = "BackupConfiguration"
);

/// Returns the names of all BackupConfigurations of the namespace. Errors: those of the request.
Task<Result<std::vector<std::string>>> configuration_names(const Ports& ports);

/// Returns the names of all objects of a kind, given as a path has it ("volumesnapshots"), in the namespace if the kind
/// is in one. Errors: kInvalid for a kind that completion does not know; those of the request.
Task<Result<std::vector<std::string>>> names_of(const Ports& ports, std::string kind);

}  // namespace snapstash::cli
