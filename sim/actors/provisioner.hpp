#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "sim/actors/actor.hpp"

namespace snapstash::sim {

/// How a volume comes to a claim.
struct ProvisionBehaviour {
  Duration takes = std::chrono::milliseconds(800);
  bool never = false;         ///< The claim stays Pending, and nothing says why.
  std::string error;          ///< Provisioning fails with this message …
  Duration error_lasts = {};  ///< … for so long; zero = for ever.
};

/// external-provisioner and the PV controller: claims get a volume, if their source can be restored (its rules, as of
/// external-provisioner v6.3), and volumes of deleted claims go. Claims of classes that wait for the first consumer
/// stay Pending until they carry the annotation of a selected node.
class Provisioner final : public Actor {
 public:
  using Behaviour = std::function<ProvisionBehaviour(const StoredObject& claim)>;

  explicit Provisioner(
      Cluster cluster, Behaviour behaviour, Pace pace = {std::chrono::milliseconds(5), std::chrono::milliseconds(200)}
  )
      : Actor(cluster, "provisioner", pace, {kinds::kClaim, kinds::kVolume, kinds::kStorageClass, kinds::kSnapshot}),
        behaviour_(std::move(behaviour)) {}

 private:
  struct Attempt {
    MonoTime begun{}, next{};
    unsigned failures = 0;
  };

  void pass() override;
  void sync(const StoredObject& claim);
  void fail(const StoredObject& claim, Attempt& attempt, const std::string& message);
  void provision(const StoredObject& claim, const StoredObject& storage_class);
  void bind(const StoredObject& claim, const std::string& volume);
  void collect_volumes();
  ObjectPtr class_of(const StoredObject& claim) const;
  std::string obstacle(const StoredObject& claim, const StoredObject& storage_class) const;

  Behaviour behaviour_;
  std::map<std::string, Attempt> attempts_;  // by the claim's UID
};

}  // namespace snapstash::sim
