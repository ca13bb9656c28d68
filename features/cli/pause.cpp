#include "features/cli/pause.hpp"

#include <ostream>

#include <fmt/format.h>

#include "features/cli/configurations.hpp"
#include "features/cluster/batch.hpp"

namespace snapstash::cli {

Task<Result<int>> pause(Ports ports, Pause wanted) {
  const Invoker invoker = co_await find_invoker(ports, wanted.configuration, wanted.batch);
  const api::BackupConfiguration& configuration = invoker.whole;
  const std::string who =
      fmt::format("{} {}/{}", cluster::kind_of(configuration), ports.namespace_, wanted.configuration);
  if (configuration.spec.paused == wanted.paused) {
    ports.out << fmt::format("{} is {} already.\n", who, wanted.paused ? "paused" : "running");
    co_return kOk;
  }
  co_await ports.client.merge_patch(
      wanted.batch ? api::BackupBatch::kResource : api::BackupConfiguration::kResource,
      {ports.namespace_, wanted.configuration}, json::Object{{"spec", json::Object{{"paused", wanted.paused}}}}
  );
  if (wanted.paused) {
    ports.out << fmt::format("{} is paused. Backups by hand (kubectl stash trigger) still run.\n", who);
  } else {
    ports.out << fmt::format("{} is resumed.\n", who);
  }
  co_return kOk;
}

}  // namespace snapstash::cli
