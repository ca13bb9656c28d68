#pragma once
#include "api/cluster/snapshots.hpp"
#include "features/backup/job.hpp"
#include "features/jobs/ports.hpp"
#include "features/jobs/report.hpp"
#include "kernel/runtime/store.hpp"

/// The time between the two hooks of a session, in the pod of its Job: preBackup, creating the snapshots, and, where
/// the application is held, waiting until they are cut, and postBackup.
namespace snapstash::backup {

/// The session's VolumeSnapshots as its pod's watch shows them, and the event that says that they have changed.
struct Watched {
  const runtime::Store<api::VolumeSnapshot>& store;
  Event& changed;
};

/// Returns the snapshot of one PVC, whoever's pod made it; nullptr when there is none. Pure.
std::shared_ptr<const api::VolumeSnapshot> find(
    const runtime::Store<api::VolumeSnapshot>& store, const std::string& pvc
);

/// Creates what is missing. Returns the report with what could not be created.
using Creation = std::function<Task<jobs::Report>()>;

/// Goes through the window with `create` in it. Returns what could not be done, and what became of the hooks. Not to be
/// cancelled: SIGTERM shortens it, and once preBackup has been begun, postBackup follows whatever happens. After each
/// hook the termination message tells of it, so that it survives this pod's being killed.
Task<jobs::Report> go_through_window(const jobs::Ports& ports, const Errand& errand, Watched watched, Creation create);

}  // namespace snapstash::backup
