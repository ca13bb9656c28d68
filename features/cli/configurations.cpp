#include "features/cli/configurations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "features/cli/list_all.hpp"

namespace snapstash::cli {

std::string suggest(const std::string& namespace_, const std::vector<std::string>& names) {
  if (names.empty()) {
    return fmt::format(
        "There is no BackupConfiguration in namespace {}; name another one with -n, or look at all with kubectl get "
        "backupconfigurations -A.",
        namespace_
    );
  }
  return fmt::format("The BackupConfigurations in namespace {} are: {}.", namespace_, fmt::join(names, ", "));
}

Task<Result<std::vector<std::string>>> configuration_names(const Ports& ports) {
  kube::Selection here{.namespace_ = ports.namespace_, .label_selector = "", .field_selector = ""};
  const json::Array all = co_await list_all(ports.client, api::BackupConfiguration::kResource, std::move(here));
  std::vector<std::string> names;
  for (const json::Value& each : all) names.emplace_back(json::find_string(each, "/metadata/name"));
  co_return names;
}

Task<Result<api::BackupConfiguration>> find_configuration(const Ports& ports, std::string name) {
  auto found = co_await ports.client.get<api::BackupConfiguration>({ports.namespace_, name}).as_result();
  if (found || !found.error().is(Code::kNotFound)) co_return found;
  // An error of that list says more: that the kind is not known at all.
  const std::vector<std::string> names = co_await configuration_names(ports);
  co_return fail(
      Code::kNotFound,
      fmt::format(
          "BackupConfiguration {}/{} does not exist. {}", ports.namespace_, name, suggest(ports.namespace_, names)
      )
  );
}

}  // namespace snapstash::cli
