#include "sim/actors/service_account_controller.hpp"

namespace snapstash::sim {

void ServiceAccountController::pass() {
  for (const ObjectPtr& each : cluster_.list(kinds::kNamespace)) {
    if (is_deleting(*each) || cluster_.find(kinds::kServiceAccount, each->name(), "default")) continue;
    cluster_.create(
        name_, kinds::kServiceAccount,
        json::Object{
            {"apiVersion", "v1"},
            {"kind", "ServiceAccount"},
            {"metadata", json::Object{{"name", "default"}, {"namespace", json::make_string(each->name())}}}
        }
    );
  }
}

}  // namespace snapstash::sim
