#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/time.hpp"

/// Which old snapshots go. Pure.
namespace snapstash::retention {

/// How many to keep of each kind; 0 or less = none of that kind.
struct Policy {
  std::int64_t last = 0, hourly = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0;
  friend bool operator==(const Policy&, const Policy&) = default;
  /// A policy that keeps nothing is no policy: then nothing is deleted (Stash).
  bool keeps_everything() const {
    return last <= 0 && hourly <= 0 && daily <= 0 && weekly <= 0 && monthly <= 0 && yearly <= 0;
  }
};

/// One snapshot of the PVC that is looked at, made by the configuration that is looked at.
struct Snapshot {
  std::string name, uid;
  WallTime created;
  bool ready = false;
  bool held = false;       ///< snapstash.dev/hold: "true"
  bool abandoned = false;  ///< Not ready, and nobody waits for it any more: its session ended, its time is over.
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// Why a snapshot is kept: the buckets that keep it ("last", "daily", …), "hold", "newest", "not ready".
struct Choice {
  Snapshot snapshot;
  std::vector<std::string_view> kept_by;  ///< Empty = it goes.
  bool keep() const { return !kept_by.empty(); }
  friend bool operator==(const Choice&, const Choice&) = default;
};

/// Chooses among the snapshots of one PVC, newest first. Stash's six independent buckets (reference: its
/// volumesnapshot_cleanup_policy.go): walking from the newest, each bucket with something left keeps a snapshot whose
/// time key differs from the last it kept; a snapshot kept by any bucket stays. Keys are UTC; weeks are ISO 8601 weeks.
/// Different on purpose: only ready snapshots count, the newest ready one never goes, nor does a held one. One that is
/// not ready goes when it is abandoned and a newer one is ready.
std::vector<Choice> choose(const Policy& policy, std::vector<Snapshot> snapshots);

}  // namespace snapstash::retention
