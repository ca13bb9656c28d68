#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "features/diagnosis/diagnose.hpp"
#include "features/diagnosis/remedy.hpp"

namespace snapstash::diagnosis {
namespace {

/// The clock here is not the cluster's.
constexpr std::chrono::seconds kClockDifference{60};

void judge_groups(const OperatorFacts& seen, std::vector<Finding>& findings) {
  for (const std::string& group : seen.missing_groups) {
    if (group == "stash.appscode.com") {
      findings.push_back(
          {"Snapstash's kinds are not installed: the cluster does not know the API group stash.appscode.com.",
           "Install Snapstash: helm install snapstash deploy/chart --namespace snapstash --create-namespace"}
      );
    } else {
      findings.push_back(
          {fmt::format("The cluster has no VolumeSnapshots: it does not know the API group {}.", group),
           "Install the external-snapshotter's CRDs and its snapshot-controller, and a CSI driver that can take "
           "snapshots."}
      );
    }
  }
  if (seen.schema_is_ours && !*seen.schema_is_ours) {
    findings.push_back(
        {"The installed CRDs are Stash's, not Snapstash's: no status can be written.",
         "Install ours: helm upgrade --set crds.takeOver=true --take-ownership (docs/migrating-from-stash.md, step 3)."}
    );
  }
}

std::string troubles_of(const OperatorFacts& seen) {
  std::string all;
  for (const PodState& pod : seen.pods) {
    if (pod.trouble.empty()) continue;
    all += fmt::format("{}pod {}/{}: {}", all.empty() ? "" : "; ", pod.namespace_, pod.name, pod.trouble);
  }
  return all;
}

void judge_programs(const OperatorFacts& seen, std::vector<Finding>& findings) {
  if (!seen.seen) return;
  if (seen.programs.empty()) {
    findings.push_back(
        {"No operator of Snapstash is in this cluster, so nothing makes progress.",
         "Install it: helm install snapstash deploy/chart --namespace snapstash --create-namespace"}
    );
    return;
  }
  const bool any = std::ranges::any_of(seen.programs, [](const Program& each) { return each.ready > 0; });
  if (any) return;
  const Program& first = seen.programs.front();
  if (first.wanted == 0) {
    findings.push_back(
        {fmt::format("The operator, Deployment {}/{}, is scaled to zero.", first.namespace_, first.name),
         fmt::format("kubectl scale deployment -n {} {} --replicas=1", first.namespace_, first.name)}
    );
    return;
  }
  const std::string trouble = troubles_of(seen);
  std::string remedy = remedy_of(trouble);
  if (remedy.empty()) {
    remedy = fmt::format(
        "kubectl logs -n {0} deployment/{1} --tail=100, and --previous if it restarts", first.namespace_, first.name
    );
  }
  findings.push_back(
      {fmt::format(
           "The operator, Deployment {}/{}, has no pod that is ready{}{}.", first.namespace_, first.name,
           trouble.empty() ? "" : ": ", trouble
       ),
       std::move(remedy)}
  );
}

void judge_leader(const OperatorFacts& seen, WallTime now, std::vector<Finding>& findings) {
  if (!seen.lease_seen || seen.programs.empty() || !seen.programs.front().elects || !findings.empty()) return;
  const Program& program = seen.programs.front();
  const std::string log = fmt::format(
      "kubectl logs -n {0} deployment/{1} --tail=100 says why it cannot hold the Lease; "
      "docs/runbooks/SnapstashNoLeader.md",
      program.namespace_, program.name
  );
  const std::string lease = fmt::format("Lease {}/{}", program.lease_namespace, program.lease);
  if (!seen.lease) {
    findings.push_back({fmt::format("No operator leads: {} does not exist.", lease), log});
    return;
  }
  if (seen.lease->holder.empty()) {
    findings.push_back({fmt::format("No operator leads: {} has no holder.", lease), log});
    return;
  }
  const std::chrono::seconds patience = 2 * std::chrono::seconds(seen.lease->duration_seconds) + kClockDifference;
  if (seen.lease->renewed && now > *seen.lease->renewed + patience) {
    findings.push_back(
        {fmt::format(
             "No operator leads: {} of {} was last renewed at {}.", lease, seen.lease->holder,
             format_time(*seen.lease->renewed)
         ),
         log}
    );
  }
}

}  // namespace

Diagnosis diagnose(const OperatorFacts& seen, WallTime now) {
  Diagnosis made;
  judge_groups(seen, made.findings);
  judge_programs(seen, made.findings);
  judge_leader(seen, now, made.findings);
  if (!seen.stash.empty()) {
    made.findings.push_back(
        {fmt::format(
             "Stash's own operator is in this cluster, too ({}): if it runs, every backup is taken twice.",
             fmt::join(seen.stash, ", ")
         ),
         "Scale it down: kubectl scale deployment --replicas=0 (docs/migrating-from-stash.md, step 2)."}
    );
  }
  made.well = "The operator works.";
  if (!seen.seen) made.well = "Nothing is known to be wrong with the operator, but it could not be looked at.";
  return made;
}

}  // namespace snapstash::diagnosis
