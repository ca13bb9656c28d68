#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/invariants/violation.hpp"
#include "sim/world/world.hpp"

namespace snapstash::sim {

/// One write, as the safety rules look at it: who asked for what, and what became different by it.
struct Deed {
  const ApiServer::Exchange& exchange;
  const std::vector<Change>& changes;
  bool by_us;  ///< By the operator or one of its Jobs' programs.
};

/// Watches a world from its start and notes every promise that is broken, when it is broken. What each rule says is in
/// docs/reliability.md.
class Safety {
 public:
  /// The world must outlive it.
  explicit Safety(World& world);
  Safety(const Safety&) = delete;
  Safety& operator=(const Safety&) = delete;

  /// Compares what the running operators believe with what was true at the version their stores say they have (S16).
  /// Done by itself at every eighth write.
  void compare_views();

  const std::vector<Violation>& violations() const { return violations_; }
  /// Our requests but watches and leases, so far.
  std::uint64_t our_requests() const { return our_requests_; }
  std::uint64_t our_writes() const { return our_writes_; }
  /// Changes of the storage by anybody but of leases, so far.
  std::uint64_t changes() const { return changes_; }

 private:
  void look_at(const ApiServer::Exchange& exchange);
  void note(std::string_view invariant, std::string what) { violations_.push_back({invariant, std::move(what)}); }

  // safety_requests.cpp: what may be asked for
  void check_request(const Deed& deed);
  void check_pace(const ApiServer::Exchange& exchange);
  // safety_objects.cpp: what may come, change and go
  void check_change(const Deed& deed, const Change& change);
  void check_created(const Change& change);
  void check_session(const Change& change);
  void check_members(const Change& change);
  void check_progress(const Change& change, int before, int after);
  void check_result(const StoredObject& session);
  void check_hold(const StoredObject& session, std::size_t target, const StoredObject& snapshot);
  void note_cut(const Change& change);
  void check_results_of_hosts(const StoredObject& session);
  void check_overlap(const StoredObject& session);
  void check_generation(const Change& change);
  // safety_deletions.cpp
  void check_deletion(const Change& change);
  void check_snapshot_deletion(const StoredObject& snapshot);

  World& world_;
  Storage::Subscription subscription_;
  std::vector<Change> pending_;
  std::vector<Violation> violations_;
  std::uint64_t our_requests_ = 0, our_writes_ = 0, changes_ = 0, seen_ = 0;
  std::set<std::string> created_sessions_;     // "configuration UID/name" of those that a trigger made
  std::set<std::string> held_;                 // UIDs of the snapshots that were cut while the application was held
  std::map<std::string, std::uint64_t> pace_;  // our requests in this virtual minute, by user
  std::int64_t minute_ = 0;
};

}  // namespace snapstash::sim
