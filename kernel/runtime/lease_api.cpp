#include "kernel/runtime/lease_api.hpp"

#include <utility>

namespace snapstash::runtime {
namespace {

std::int64_t number_at(const json::Value& lease, std::string_view pointer) {
  const json::Value* found = json::find(lease, pointer);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

json::Value time_or_null(const std::optional<WallTime>& time) {
  return time ? json::Value(format_micro_time(*time)) : json::Value();
}

}  // namespace

LeaseRecord record_of(const json::Value& lease) {
  return {
      .holder = std::string(json::find_string(lease, "/spec/holderIdentity")),
      .duration_seconds = number_at(lease, "/spec/leaseDurationSeconds"),
      .acquired = parse_time(json::find_string(lease, "/spec/acquireTime")),
      .renewed = parse_time(json::find_string(lease, "/spec/renewTime")),
      .transitions = number_at(lease, "/spec/leaseTransitions"),
      .resource_version = std::string(json::find_string(lease, "/metadata/resourceVersion")),
  };
}

json::Value spec_of(const LeaseRecord& record) {
  return json::Object{
      {"holderIdentity", record.holder.empty() ? json::Value() : json::Value(record.holder)},
      {"leaseDurationSeconds", record.duration_seconds},
      {"acquireTime", time_or_null(record.acquired)},
      {"renewTime", time_or_null(record.renewed)},
      {"leaseTransitions", record.transitions},
  };
}

Task<Result<std::optional<LeaseRecord>>> ClientLease::read() {
  auto lease = co_await client_.get_json(kResource, place_).as_result();
  if (lease) co_return record_of(*lease);
  if (lease.error().is(Code::kNotFound)) co_return std::nullopt;
  co_return fail(std::move(lease).error());
}

Task<Result<LeaseRecord>> ClientLease::create(LeaseRecord record) {
  json::Value lease = json::Object{
      {"apiVersion", kResource.api_version()},
      {"kind", kResource.kind},
      {"metadata", json::Object{{"namespace", place_.namespace_}, {"name", place_.name}}},
      {"spec", spec_of(record)},
  };
  auto is_ours = [holder = record.holder](const json::Value& existing) {
    return json::find_string(existing, "/spec/holderIdentity") == holder;
  };
  const json::Value created = co_await client_.create(kResource, std::move(lease), std::move(is_ours));
  co_return record_of(created);
}

Task<Result<LeaseRecord>> ClientLease::update(LeaseRecord record) {
  json::Value patch = json::Object{
      {"metadata", json::Object{{"resourceVersion", record.resource_version}}},
      {"spec", spec_of(record)},
  };
  const json::Value updated = co_await client_.merge_patch(kResource, place_, std::move(patch));
  co_return record_of(updated);
}

}  // namespace snapstash::runtime
