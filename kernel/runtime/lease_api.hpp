#pragma once
#include <optional>
#include <string>

#include "kernel/base/task.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/kube/resource.hpp"
#include "kernel/runtime/lease.hpp"

namespace snapstash::runtime {

/// Reads and writes the one Lease of an election. A port.
class LeaseApi {
 public:
  virtual ~LeaseApi() = default;
  /// Returns nothing when there is no such Lease.
  virtual Task<Result<std::optional<LeaseRecord>>> read() = 0;
  /// Both return the record as the server has it. Errors: kAlreadyExists, kConflict when somebody else was faster.
  virtual Task<Result<LeaseRecord>> create(LeaseRecord record) = 0;
  virtual Task<Result<LeaseRecord>> update(LeaseRecord record) = 0;
};

/// Returns what a Lease object says; absent members are as in a blank record. Pure.
LeaseRecord record_of(const json::Value& lease);
/// Returns a record as a Lease's `spec`; no holder is null, which a merge patch removes. Pure.
json::Value spec_of(const LeaseRecord& record);

/// The Lease behind a Client. Give it a client of its own: a server that asks the others to wait (429) must not make
/// the leader miss its renewals.
class ClientLease final : public LeaseApi {
 public:
  static constexpr kube::Resource kResource{"coordination.k8s.io", "v1", "Lease", "leases", true};

  ClientLease(kube::Client& client, std::string namespace_, std::string name)
      : client_(client), place_{std::move(namespace_), std::move(name)} {}

  Task<Result<std::optional<LeaseRecord>>> read() override;
  Task<Result<LeaseRecord>> create(LeaseRecord record) override;
  Task<Result<LeaseRecord>> update(LeaseRecord record) override;

 private:
  kube::Client& client_;
  kube::Place place_;
};

}  // namespace snapstash::runtime
