#pragma once
#include <string>
#include <vector>

#include "api/claim_template.hpp"
#include "api/restore_session.hpp"
#include "features/hooks/errand.hpp"
#include "features/jobs/manifest.hpp"
#include "features/naming/labels.hpp"
#include "features/pods/pod_template.hpp"
#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"

/// The restore Job of a session, the account it runs as, and the errand its pod is sent on. Pure.
namespace snapstash::restore {

/// What the operator says about its restore Jobs.
struct Settings {
  pods::Defaults pods;
  std::string role_prefix = "snapstash";  ///< The Job's account is bound to <prefix>-restorer and -hook-runner.
};

/// What the pod is to create; passed whole in its arguments, so that it reads nothing else:
///
///     restore-vs --restoresession=<name> --restore-uid=<UID> --claim=<JSON of an Item> --claim=…
struct Errand {
  struct Item {
    json::Object claim;  ///< The PersistentVolumeClaim, as it is created.
    bool wait = true;    ///< Whether to wait until it is bound: a class may bind it only when a pod uses it.
    std::string name() const;
    std::string snapshot() const;  ///< The VolumeSnapshot it is filled from; "" = none.
    friend bool operator==(const Item&, const Item&) = default;
  };
  std::string session, session_uid;
  std::vector<Item> items;
  std::optional<hooks::Errand> hooks;  ///< Its `pre` is run first. As --hooks.
  friend bool operator==(const Errand&, const Errand&) = default;
};

/// Returns the item that creates a resolved template's claim: labelled with the session's UID, in its namespace,
/// otherwise as it is, without an owner of ours (a restored volume outlives its RestoreSession).
Errand::Item item_of(const api::RestoreSession& session, const api::ClaimTemplate& wanted, bool wait);

/// Returns the arguments, "restore-vs" first. None contains a `$`, which the kubelet would expand.
std::vector<std::string> encode_errand(const Errand& errand);
/// Reads what the flags above hold. Errors: kInvalid, naming what is missing.
Result<Errand> decode_errand(
    std::string session, std::string session_uid, const std::vector<std::string>& claims, const std::string& hooks
);

/// Which member of a batch a session is a part of, as labels say it; "" = it is a session of its own.
std::string member_of(const api::RestoreSession& session);

/// Whom a session's Jobs belong to: the RestoreSession, or the RestoreBatch that it is a part of.
jobs::Owner owner_of(const api::RestoreSession& session);

/// Names of the session's Jobs.
std::string job_name(const api::RestoreSession& session, int attempt);
std::string hook_job_name(const api::RestoreSession& session);

/// The account that a session's Job runs as: the user's, or one of its own.
std::string account_of(const api::RestoreSession& session);

/// The ServiceAccount of its own, and the RoleBinding of whichever account it is. Both are owned by the session.
json::Value account_manifest(const api::RestoreSession& session);
json::Value binding_manifest(const api::RestoreSession& session, const Settings& settings);

/// Lets that account's Jobs run hooks. Owned by the session.
json::Value hook_binding_manifest(const api::RestoreSession& session, const Settings& settings);

/// Labels of the session's Jobs and their pods.
naming::Labels job_labels(const api::RestoreSession& session);

/// Returns the Job. It survives disruptions (podFailurePolicy), and gives up after four failed pods; with a preRestore
/// hook after the first.
json::Value job_manifest(
    const api::RestoreSession& session, const Errand& errand, int attempt, const Settings& settings
);

}  // namespace snapstash::restore
