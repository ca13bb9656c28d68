#include "sim/matrices/mutants.hpp"

#include <array>

#include "kernel/base/mutant.hpp"

namespace snapstash::sim {
namespace {

constexpr std::array kMutants{
    Mutant{"delete-by-name", "deletes carry no UID: whatever has the name by then is deleted"},
    Mutant{"trust-already-exists", "somebody else's object of that name is taken for ours"},
    Mutant{"swallow-errors", "a pass that failed is not tried again"},
    Mutant{"lose-requeue", "nothing happens when only time has passed"},
    Mutant{"status-first", "the end is written before what it says has been done"},
    Mutant{"status-without-version", "a stale leader may overwrite a result"},
    Mutant{"write-unchanged", "an unchanged status is written again at every look"},
    Mutant{"observe-ahead", "observedGeneration says that a change was seen which nobody made"},
    Mutant{"ignore-overlap", "a session starts while another's snapshots are not cut"},
    Mutant{"forget-the-end", "a finished session is decided anew"},
    Mutant{"keep-the-uncut", "snapshots that were never cut stay, and block their PVC"},
    Mutant{"believe-the-unready", "a snapshot that exists counts as a backup"},
    Mutant{"forget-the-deadline", "a session waits for a snapshot for ever"},
    Mutant{"clean-up-later", "retention and history are left to nobody"},
    Mutant{"forget-holds", "retention deletes what is held"},
    Mutant{"delete-the-newest", "retention deletes the newest snapshot"},
    Mutant{"own-the-snapshots", "deleting a session deletes its snapshots"},
    Mutant{"weld-the-breaker", "a changed policy deletes most of the snapshots at once"},
    Mutant{"retry-for-ever", "a session that fails is tried again without end"},
    Mutant{"forget-to-thaw", "nobody runs the post hook of a Job that has died"},
    Mutant{"thaw-after-success-only", "the pod that holds the application lets go only if nothing has failed"},
    Mutant{"forget-the-hold", "a snapshot counts that was cut after the application was let go"},
    Mutant{"forget-paused", "a paused configuration goes on"},
};

}  // namespace

std::span<const Mutant> mutants() { return kMutants; }

#ifdef SNAPSTASH_MUTANTS
bool has_mutants() { return true; }

Catch hunt(const Mutant& mutant, std::span<const Case> cases, int processes) {
  Catch caught;
  const auto note = [&](const BrokenRun& broken) {
    if (!caught.how.empty()) return;
    caught = {broken.sentences.front(), replay_arguments(broken.what->plan)};
  };
  set_mutant(mutant.name);
  run_campaign(cases, processes, note, true);
  set_mutant("");
  return caught;
}
#else
bool has_mutants() { return false; }
Catch hunt(const Mutant&, std::span<const Case>, int) { return {}; }
#endif

}  // namespace snapstash::sim
