#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

/// One step of a random sequence, as a plain value: what it means for a server depends on what happened before.
namespace snapstash::conformance {

enum class Action {
  kCreate,
  kMergeLabels,
  kMergeFinalizers,
  kRemoveFirstFinalizer,
  kApply,
  kApplyForced,
  kApplyStatus,
  kMergeStatus,
  kReplace,
  kReplaceStale,
  kDelete,
  kDeleteByUid,
  kDeleteByOtherUid,
  kDeleteByVersion,
  kGet,
  kList,
  kListByLabel,
  kListPage,
  kWatch,
};

struct Operation {
  Action action = Action::kGet;
  bool custom = false;       ///< A BackupSession, or else a Lease.
  std::uint8_t name = 0;     ///< Which of three.
  std::uint8_t labels = 0;   ///< Bits: which labels, with which values.
  std::uint8_t holds = 0;    ///< Bits: which finalizers.
  std::uint8_t manager = 0;  ///< Which of two field managers.
};

std::ostream& operator<<(std::ostream& out, const Operation& operation);

}  // namespace snapstash::conformance
