#include "features/diagnosis/remedy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace snapstash::diagnosis {

const std::string_view kLookAtTheDriver =
    "See that the snapshot-controller and the driver's csi-snapshotter sidecar run, and read the sidecar's log: "
    "kubectl "
    "get pods -A | grep -E 'snapshot|csi'";

namespace {

using Rule = std::pair<std::string_view, std::string_view>;

constexpr std::string_view kImage =
    "The node cannot get Snapstash's image. Check the chart's image, and imagePullSecrets: the Secret has to be in "
    "this "
    "namespace, too. It goes on by itself once the image can be pulled.";
constexpr std::string_view kScheduling =
    "No node takes the pod. Make room, or mend nodeSelector, affinity and tolerations in spec.runtimeSettings.pod. It "
    "goes on by itself.";

/// The first that fits; the more telling words come first.
constexpr std::array<Rule, 21> kRules{{
    {"violates PodSecurity",
     "The namespace's PodSecurity level refuses the pod. Snapstash's own pods pass `restricted`: take out what "
     "spec.runtimeSettings adds to the security context."},
    {"exceeded quota",
     "A ResourceQuota of the namespace has no room: raise it, or ask for less in spec.runtimeSettings (kubectl "
     "describe "
     "resourcequota shows what is used)."},
    {"failed quota",
     "A ResourceQuota of the namespace wants every pod to say its requests and limits: set them in "
     "spec.runtimeSettings.container.resources, or for all in the chart's jobs.resources."},
    {"admission webhook", "Ask whoever runs that webhook to let Snapstash's objects pass."},
    {"ErrImageNeverPull", kImage},
    {"ImagePullBackOff", kImage},
    {"ErrImagePull", kImage},
    {"InvalidImageName", kImage},
    {"Unschedulable", kScheduling},
    {"FailedScheduling", kScheduling},
    {"OOMKilled", "The pod ran out of memory: raise its limit in spec.runtimeSettings.container.resources."},
    {"Evicted", "The node was short of something and threw the pod out: see kubectl describe node."},
    {"CreateContainerConfigError",
     "The container names a ConfigMap or Secret that is not there: mend spec.runtimeSettings.container."},
    {"cannot create resource",
     "The account of the Job lacks a right. The operator binds its roles anew when the configuration changes; helm "
     "upgrade brings the roles back."},
    {"was not taken in time",
     "If the storage is slow, give it time in spec.snapstash.cutDeadline. Otherwise the driver's log says more: "
     "kubectl "
     "get pods -A | grep csi"},
    {"is not ready in time",
     "The snapshot is kept and may still become ready. Give the storage time in spec.snapstash.readyDeadline, or "
     "spec.timeOut if that is set."},
    {"No sign of life from the CSI driver",
     "See that the snapshot-controller and the driver's csi-snapshotter sidecar run, and read the sidecar's log: "
     "kubectl "
     "get pods -A | grep -E 'snapshot|csi'"},
    {"ConcurrentSnapshotLimitExceeded", "The storage takes no more snapshots at once: spread the schedules."},
    {"ResourceExhausted", "The storage has no room for another snapshot: make room, or keep fewer."},
    {"waits for its first pod", "Start the pods that use these PVCs; the session becomes Succeeded by itself."},
    {"waiting for first consumer",
     "Start the pod that uses the PVC: its StorageClass binds volumes with the first pod (WaitForFirstConsumer)."},
}};

}  // namespace

std::string remedy_of(std::string_view complaint) {
  const auto found = std::ranges::find_if(kRules, [&](const Rule& rule) { return complaint.contains(rule.first); });
  return found == kRules.end() ? std::string() : std::string(found->second);
}

}  // namespace snapstash::diagnosis
