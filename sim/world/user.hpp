#pragma once
#include <string>
#include <string_view>

#include "sim/actors/cluster.hpp"

namespace snapstash::sim {

/// Somebody with kubectl and every right.
class User {
 public:
  explicit User(Cluster cluster) : cluster_(cluster) {}

  /// Returns the answer's status.
  int create(const json::Value& object);
  /// JSON text. Aborts when it is none, or when the server refuses it.
  void must_create_text(std::string_view object);
  void must_create(const json::Value& object);
  /// Merge patch.
  int patch(const kube::Resource& resource, const kube::Place& place, std::string_view patch);
  /// Deletes in the background, whatever has that name.
  int remove(const kube::Resource& resource, const kube::Place& place);
  int send(const kube::Call& call);
  /// The text of the last refusal.
  const std::string& refusal() const { return refusal_; }

 private:
  Cluster cluster_;
  std::string refusal_;
};

}  // namespace snapstash::sim
