#pragma once
#include <optional>
#include <string>

#include "kernel/base/random.hpp"
#include "kernel/base/time.hpp"
#include "sim/admission/access.hpp"
#include "sim/api_server/api_request.hpp"
#include "sim/api_server/failure.hpp"
#include "sim/api_server/identity.hpp"
#include "sim/api_server/storage.hpp"

namespace snapstash::sim {

/// What a write answers.
struct Written {
  int status = 200;
  std::string body;
};

/// Carries writes out: apiserver's generic registry (pkg/registry/generic/registry/store.go), with the handlers before
/// it. Authorization has happened.
class Writer {
 public:
  /// All must outlive it. `access` is nullptr when everybody may everything.
  Writer(Storage& storage, const Clock& clock, Random& random, const Access* access)
      : storage_(storage), clock_(clock), random_(random), access_(access) {}

  Answer<Written> create(const ApiRequest& request, const Identity& who);
  Answer<Written> update(const ApiRequest& request, const Identity& who);
  Answer<Written> patch(const ApiRequest& request, const Identity& who);
  Answer<Written> remove(const ApiRequest& request);
  Answer<Written> remove_collection(const ApiRequest& request);

 private:
  struct DeleteOptions {
    std::optional<std::int64_t> grace_period;
    std::string uid, resource_version;  ///< Preconditions; "" = any.
    std::string propagation;            ///< "" = the kind's default.
  };
  static Answer<DeleteOptions> read_options(const ApiRequest& request);

  // create.cpp
  Answer<Written> create_object(const ApiRequest& request, const Identity& who, json::Value object);
  // update.cpp
  Answer<Written> replace(const ApiRequest& request, const Identity& who, const ObjectPtr& live, json::Value object);
  // patch.cpp
  Answer<json::Value> patched(const ApiRequest& request, const json::Value& live);
  Answer<Written> apply(const ApiRequest& request, const Identity& who);
  // remove.cpp
  Answer<Written> remove_object(const ResourceType& type, const ObjectPtr& live, const DeleteOptions& options);
  Answer<Written> remove_namespace(const ObjectPtr& live, const DeleteOptions& options);
  Answer<Written> remove_gracefully(const ResourceType& type, const ObjectPtr& live, const DeleteOptions& options);
  Answer<Written> evict(const ApiRequest& request);

  /// Whether who writes what is not there may create it. Errors: 403.
  Answer<void> check_creation(const ApiRequest& request, const Identity& who) const;
  Answer<void> check_escalation(const ApiRequest& request, const Identity& who, const json::Value& object) const;

  Storage& storage_;
  const Clock& clock_;
  Random& random_;
  const Access* access_;
};

}  // namespace snapstash::sim
