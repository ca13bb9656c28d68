#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/diagnosis/diagnose.hpp"
#include "features/diagnosis/remedy.hpp"

namespace snapstash::diagnosis {
namespace {

using api::RestoreSession;
using kube::ConditionStatus;
using Findings = std::vector<Finding>;

/// It is never run again.
std::string anew(std::string_view kind) {
  return fmt::format("A {} runs once: create another one, with another name.", kind);
}
std::string anew(const RestoreSession& session, const std::string& remedy) {
  const kube::Resource& resource = session.part ? api::RestoreBatch::kResource : RestoreSession::kResource;
  return fmt::format("{}{}{}", remedy, remedy.empty() ? "" : " ", anew(resource.kind));
}

void judge_failed(const RestoreFacts& seen, Findings& findings) {
  const RestoreSession& session = seen.session;
  std::vector<std::string> failures;
  for (const api::HostRestoreStats& stats : session.status.stats) {
    if (stats.phase != api::HostRestoreStats::Phase::kFailed || stats.error.empty()) continue;
    const bool bystander = stats.error.starts_with("Not begun");
    const std::string failure = fmt::format("PVC {}: {}", stats.hostname, stats.error);
    failures.insert(bystander ? failures.end() : failures.begin(), failure);
  }
  const auto add = [&](std::string_view type, ConditionStatus status) {
    const std::string why = message_of(session.status.conditions, type, status);
    if (!why.empty()) failures.push_back(why);
  };
  // It says in one sentence what the PVCs have said.
  if (failures.empty()) add("RestoreExecutorEnsured", ConditionStatus::kFalse);
  for (const std::string_view type :
       {"PreRestoreHookExecutionSucceeded", "PostRestoreHookExecutionSucceeded", "RestoreTargetFound"}) {
    add(type, ConditionStatus::kFalse);
  }
  if (failures.empty()) add("DeadlineExceeded", ConditionStatus::kTrue);
  // A member whose turn never came has nothing to say; its batch has.
  if (failures.empty() && session.part) return;
  if (failures.empty()) failures.emplace_back();
  const std::string& first = failures.front();
  const std::string more = failures.size() == 1 ? "" : fmt::format(" ({} more below)", failures.size() - 1);
  findings.push_back(
      {fmt::format("{} failed{}: {}", name_of(session), more, first.empty() ? "it does not say why." : first),
       anew(session, remedy_of(first))}
  );
}

/// What provisioners say of a claim is only in events.
std::string words_about(const RestoreFacts& seen, const std::string& claim) {
  const auto event = std::ranges::find_if(seen.events, [&](const Event& each) {
    return each.kind == "PersistentVolumeClaim" && each.name == claim;
  });
  return event == seen.events.end() ? std::string() : event->message;
}

void judge_claims(const RestoreFacts& seen, Findings& findings) {
  for (const ClaimFacts& claim : seen.claims) {
    if (!claim.phase.empty() && claim.foreign) {
      findings.push_back(
          {fmt::format("PVC {} exists and is not this restore's: it is left alone.", claim.name),
           anew(seen.session, "Delete it, or restore under another name.")}
      );
    } else if (claim.phase.empty() && !claim.obstacle.empty()) {
      findings.push_back({fmt::format("PVC {} cannot be restored: {}", claim.name, claim.obstacle), ""});
    } else if (claim.phase == "Pending") {
      const std::string words = words_about(seen, claim.name);
      if (words.empty()) continue;
      findings.push_back({fmt::format("PVC {} is not bound yet: {}", claim.name, words), remedy_of(words)});
    }
  }
}

void judge_unfinished(const RestoreFacts& seen, Findings& findings) {
  const RestoreSession& session = seen.session;
  const std::size_t before = findings.size();
  const std::string target = message_of(session.status.conditions, "RestoreTargetFound", ConditionStatus::kFalse);
  if (!target.empty()) {
    const std::string field =
        session.part ? fmt::format("spec.members[{}].target.ref", session.part->member) : "spec.target.ref";
    findings.push_back(
        {target, fmt::format("The restore waits for it: create it, or leave {} out of another one.", field)}
    );
  }
  for (const jobs::JobView& job : seen.jobs) {
    if (job.trouble.empty()) continue;
    findings.push_back({fmt::format("Job {} cannot do its work: {}", job.name, job.trouble), remedy_of(job.trouble)});
  }
  judge_claims(seen, findings);
  const std::string stalled = message_of(session.status.conditions, "Stalled", ConditionStatus::kTrue);
  if (!stalled.empty() && findings.size() == before) {
    findings.push_back({fmt::format("{} is stuck: {}", name_of(session), stalled), remedy_of(stalled)});
  }
  const bool quiet = seen.now > session.metadata.creation_timestamp.value_or(seen.now) + kQuiet;
  if (findings.empty() && !session.status.phase && quiet) {
    findings.push_back(
        {fmt::format("{} has not been looked at by the operator.", name_of(session)), "kubectl stash debug operator"}
    );
  }
}

void judge_unknown(const RestoreFacts& seen, Findings& findings) {
  for (const api::HostRestoreStats& stats : seen.session.status.stats) {
    if (stats.phase != api::HostRestoreStats::Phase::kUnknown) continue;
    findings.push_back(
        {fmt::format("{} is Unknown: PVC {}: {}", name_of(seen.session), stats.hostname, stats.error),
         "Start the pods that use these PVCs; the session becomes Succeeded by itself."}
    );
    return;
  }
}

void judge_session(const RestoreFacts& seen, Findings& findings) {
  using enum RestoreSession::Phase;
  const auto phase = seen.session.status.phase;
  if (!api::is_ours(seen.session)) {
    findings.push_back({fmt::format("{}: {}.", name_of(seen.session), api::kResticSentence), ""});
  } else if (phase == kInvalid) {
    findings.push_back(
        {fmt::format(
             "{} is Invalid: {}", name_of(seen.session),
             message_of(seen.session.status.conditions, "ValidationPassed", ConditionStatus::kFalse)
         ),
         anew(seen.session, "")}
    );
  } else if (phase == kFailed) {
    judge_failed(seen, findings);
  } else if (phase == kUnknown) {
    judge_unknown(seen, findings);
  } else if (phase != kSucceeded) {
    judge_unfinished(seen, findings);
  }
}

}  // namespace

std::vector<Finding> diagnose(const api::RestoreBatch& batch) {
  const std::string name = fmt::format("RestoreBatch {}/{}", batch.metadata.namespace_, batch.metadata.name);
  const std::string again = anew(api::RestoreBatch::kResource.kind);
  const auto say = [&](std::string_view type) {
    return message_of(batch.status.conditions, type, ConditionStatus::kFalse);
  };
  Findings findings;
  if (const std::string why = say("ValidationPassed"); !why.empty()) {
    findings.push_back({fmt::format("{} is Invalid: {}", name, why), again});
  }
  for (const std::string_view hook : {"GlobalPreRestoreHookSucceeded", "GlobalPostRestoreHookSucceeded"}) {
    const std::string why = say(hook);
    if (!why.empty()) findings.push_back({fmt::format("{} failed: {}", name, why), again});
  }
  return findings;
}

Diagnosis diagnose(const RestoreFacts& seen) {
  Diagnosis made;
  const Findings operators = diagnose(seen.operator_, seen.now).findings;
  const bool ended = api::is_finished(seen.session.status.phase);
  if (!ended) made.findings = operators;
  judge_session(seen, made.findings);
  if (ended) made.findings.insert(made.findings.end(), operators.begin(), operators.end());
  const auto phase = seen.session.status.phase;
  made.well = fmt::format(
      "Nothing is known to be wrong. {} is {}.", name_of(seen.session),
      phase ? std::string(json::name_of(*phase)) : "new"
  );
  return made;
}

}  // namespace snapstash::diagnosis
