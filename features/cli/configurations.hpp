#pragma once
#include <memory>
#include <string>
#include <vector>

#include "api/backup_configuration.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::cli {

/// Returns the BackupConfiguration of that name in the namespace. Errors: kNotFound, listing those there are; those of
/// the requests.
Task<Result<api::BackupConfiguration>> find_configuration(const Ports& ports, std::string name);

/// A configuration; or a BackupBatch as a whole (`cluster::whole_of`), and its members.
struct Invoker {
  api::BackupConfiguration whole;
  std::vector<std::shared_ptr<const api::BackupConfiguration>> members;  ///< Of a batch.
};

/// Returns the configuration or batch of that name in the namespace. Errors: those of the request.
Task<Result<Invoker>> get_invoker(const Ports& ports, std::string name, bool batch);

/// The same. Errors: kNotFound, listing those there are; those of the requests.
Task<Result<Invoker>> find_invoker(const Ports& ports, std::string name, bool batch);

/// Returns the remedy for a name that does not exist: which ones do. Pure.
std::string suggest(
    const std::string& namespace_, const std::vector<std::string>& names,
    const kube::Resource& kind = api::BackupConfiguration::kResource
);

/// Returns the names of all BackupConfigurations of the namespace. Errors: those of the request.
Task<Result<std::vector<std::string>>> configuration_names(const Ports& ports);

/// Returns the names of all objects of a kind, given as a path has it ("volumesnapshots"), in the namespace if the kind
/// is in one. Errors: kInvalid for a kind that completion does not know; those of the request.
Task<Result<std::vector<std::string>>> names_of(const Ports& ports, std::string kind);

}  // namespace snapstash::cli
