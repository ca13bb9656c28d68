#include "features/schedule/foreign.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "features/naming/labels.hpp"

namespace snapstash::schedule {
namespace {

bool is_of(const json::Value& object, const std::string& configuration_uid) {
  const json::Array* owners = json::find_array(object, "/metadata/ownerReferences");
  if (owners != nullptr && !owners->empty()) {
    return std::ranges::any_of(*owners, [&](const json::Value& owner) {
      return json::find_string(owner, "/uid") == configuration_uid;
    });
  }
  // Somebody took the owner away from what Stash or we have made.
  const json::Value* labels = json::find(object, "/metadata/labels");
  const json::Value* manager = labels == nullptr ? nullptr : json::find_key(*labels, naming::kManagedBy);
  return manager != nullptr && manager->is_string() && json::as_view(*manager) == naming::kStashManager;
}

}  // namespace

Task<Result<void>> refuse_foreign(
    const cluster::Context& context, const Manifest& wanted, std::string configuration_uid
) {
  const kube::Place place{
      std::string(json::find_string(wanted.object, "/metadata/namespace")),
      std::string(json::find_string(wanted.object, "/metadata/name"))
  };
  const auto found = co_await context.client.get_json(wanted.resource, place).as_result();
  if (!found && found.error().is(Code::kNotFound)) co_return {};
  if (!found) co_return fail(found.error());
  if (is_of(*found, configuration_uid)) co_return {};
  co_return fail(
      Code::kInvalid,
      fmt::format(
          "{} {}/{} exists and belongs to something else. Its name is made of this object's, which had to be cut, or "
          "is "
          "that of another one, too (a BackupConfiguration and a BackupBatch): give it a shorter one, or another.",
          wanted.resource.kind, place.namespace_, place.name
      )
  );
}

}  // namespace snapstash::schedule
