{{- /*
The operator's rights, each with what needs it. It may neither create VolumeSnapshots nor read Secrets, and it may hand on
exactly the four roles below, which it need not hold itself.
*/ -}}
{{- define "snapstash.rules.namespaced" -}}
- apiGroups: [stash.appscode.com]
  resources: [backupconfigurations, backupbatches, restoresessions, restorebatches]
  verbs: [get, list, watch, patch] # patch: take Stash's finalizer off a deleted object, which would wait for Stash for ever
- apiGroups: [stash.appscode.com]
  resources: [backupconfigurations]
  verbs: [create, delete] # those that come of blueprints
- apiGroups: [stash.appscode.com]
  resources: [backupsessions]
  verbs: [get, list, watch, create, delete] # retries; history limit
- apiGroups: [stash.appscode.com]
  resources: [backupconfigurations/status, backupbatches/status, backupsessions/status, restoresessions/status, restorebatches/status]
  verbs: [patch]
- apiGroups: [stash.appscode.com]
  resources: [backupconfigurations/finalizers, backupbatches/finalizers, backupsessions/finalizers, restoresessions/finalizers, restorebatches/finalizers]
  verbs: [update] # to be named as an owner that blocks deletion
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [get, list, watch, create, patch]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, delete]
- apiGroups: [""]
  resources: [pods, persistentvolumeclaims]
  verbs: [get, list, watch]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshots]
  verbs: [get, list, watch, delete] # retention
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [get, list, watch, create, patch] # one per configuration, for its Jobs
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  resourceNames:
    - {{ include "snapstash.fullname" . }}-trigger
    - {{ include "snapstash.fullname" . }}-snapshotter
    - {{ include "snapstash.fullname" . }}-restorer
    - {{ include "snapstash.fullname" . }}-hook-runner
  verbs: [bind]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
- apiGroups: [""]
  resources: [events]
  verbs: [list] # why a Job has no pod: only the Job controller's events tell
{{- end }}

{{- define "snapstash.rules.cluster" -}}
- apiGroups: [stash.appscode.com]
  resources: [backupblueprints]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [persistentvolumes]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [nodes] # a Job whose node is lost
  verbs: [get]
- apiGroups: [storage.k8s.io]
  resources: [storageclasses]
  verbs: [get, list, watch]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshotclasses]
  verbs: [get, list, watch]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshotcontents]
  verbs: [get]
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  verbs: [get]
{{- end }}

{{- define "snapstash.rules.trigger" -}}
- apiGroups: [stash.appscode.com]
  resources: [backupsessions]
  verbs: [create, get]
{{- end }}

{{- define "snapstash.rules.snapshotter" -}}
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshots]
  verbs: [create, get, list, watch]
{{- end }}

{{- define "snapstash.rules.restorer" -}}
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [create, get, list, watch]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshots]
  verbs: [get]
{{- end }}

{{- define "snapstash.rules.hook-runner" -}}
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list]
- apiGroups: [""]
  resources: [pods/exec]
  verbs: [get, create] # a WebSocket is a GET
{{- end }}
