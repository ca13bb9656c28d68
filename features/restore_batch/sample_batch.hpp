#pragma once
#include <string>
#include <vector>

#include "api/restore_batch.hpp"
#include "api/sample_objects.hpp"

namespace snapstash::restore_batch {

/// A batch for tests, with one member for each PVC; each is filled from a snapshot called `<PVC>-1700000000`.
inline api::RestoreBatch sample_batch(const std::vector<std::string>& claims, WallTime created) {
  api::RestoreBatch batch;
  batch.metadata.name = "back";
  batch.metadata.namespace_ = "demo";
  batch.metadata.uid = "b1";
  batch.metadata.creation_timestamp = created;
  batch.spec.driver = api::Driver::kVolumeSnapshotter;
  for (const std::string& claim : claims) {
    api::RestoreBatch::Member member;
    member.target.emplace().volume_claim_templates.push_back(api::sample_template(claim, claim + "-1700000000"));
    batch.spec.members.push_back(std::move(member));
  }
  return batch;
}

}  // namespace snapstash::restore_batch
