#include "features/cli/debug.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "features/cli/configurations.hpp"
#include "features/cli/decode_all.hpp"
#include "features/cli/list_all.hpp"
#include "features/cluster/batch.hpp"
#include "features/diagnosis/diagnose.hpp"
#include "features/diagnosis/evidence.hpp"
#include "features/diagnosis/observe.hpp"
#include "features/restore_batch/part.hpp"

namespace snapstash::cli {
namespace {

using diagnosis::Diagnosis;
using diagnosis::Finding;

std::string line(std::string_view head, const std::string& text) { return fmt::format("{:<8}{}\n", head, text); }

void add_new(std::vector<Finding>& to, std::vector<Finding> more) {
  for (Finding& each : more) {
    const bool known = std::ranges::any_of(to, [&](const Finding& said) { return said.cause == each.cause; });
    if (!known) to.push_back(std::move(each));
  }
}

int print(const Ports& ports, const Diagnosis& diagnosis, const std::string& evidence) {
  if (diagnosis.findings.empty()) ports.out << diagnosis.well << "\n";
  bool first = true;
  for (const Finding& each : diagnosis.findings) {
    ports.out << line(first ? "CAUSE" : "ALSO", each.cause);
    if (!each.remedy.empty()) ports.out << line(first ? "REMEDY" : "", each.remedy);
    first = false;
  }
  if (!evidence.empty()) ports.out << "\nWHAT WAS SEEN\n" << evidence;
  return diagnosis.findings.empty() ? kOk : kFailure;
}

Task<Result<diagnosis::BackupSubject>> of_invoker(const Ports& ports, std::string name, bool batch) {
  diagnosis::BackupSubject subject{.namespace_ = ports.namespace_, .name = name};
  subject.configuration = co_await find_invoker(ports, name, batch);
  kube::Selection here{.namespace_ = ports.namespace_, .label_selector = "", .field_selector = ""};
  const json::Array listed = co_await list_all(ports.client, api::BackupSession::kResource, std::move(here));
  auto sessions = decode_all<api::BackupSession>(ports, listed);
  std::erase_if(sessions, [&](const api::BackupSession& each) {
    return each.spec.invoker.name != name || cluster::is_batch(each) != batch;
  });
  if (const auto* session = diagnosis::most_telling(sessions)) subject.session = *session;
  co_return subject;
}

Task<Result<diagnosis::BackupSubject>> of_session(const Ports& ports, std::string name) {
  auto session = co_await ports.client.get<api::BackupSession>({ports.namespace_, name}).as_result();
  if (!session && session.error().is(Code::kNotFound)) {
    co_return fail(
        Code::kNotFound, fmt::format(
                             "BackupSession {0}/{1} does not exist, or not any more; kubectl stash get -n {0} shows "
                             "those there are.",
                             ports.namespace_, name
                         )
    );
  }
  if (!session) co_return fail(std::move(session).error());
  diagnosis::BackupSubject subject{.namespace_ = ports.namespace_, .name = session->spec.invoker.name};
  subject.session = *std::move(session);
  auto invoker = co_await find_invoker(ports, subject.name, cluster::is_batch(*subject.session)).as_result();
  if (invoker) {
    subject.configuration = *std::move(invoker);
  } else if (!invoker.error().is(Code::kNotFound)) {
    co_return fail(std::move(invoker).error());
  }
  co_return subject;
}

Task<Result<int>> debug_backup(Ports ports, diagnosis::BackupSubject subject) {
  diagnosis::Reader reader(ports.client);
  const auto seen = co_await diagnosis::observe(reader, ports.clock.now(), subject);
  Diagnosis diagnosis = diagnosis::diagnose(seen);
  std::string evidence = diagnosis::evidence(seen);
  if (subject.configuration && subject.configuration->batch) {
    // The whole has no target; what is in the way of a member is found as of a configuration.
    const auto batch = co_await ports.client.get<api::BackupBatch>({ports.namespace_, subject.name});
    for (std::size_t i = 0; i < batch.spec.members.size(); ++i) {
      diagnosis::BackupSubject member = subject;
      member.configuration = *cluster::member_of(batch, i);
      const auto seen_of_member = co_await diagnosis::observe(reader, ports.clock.now(), std::move(member));
      add_new(diagnosis.findings, diagnosis::diagnose(seen_of_member).findings);
    }
  }
  co_return print(ports, diagnosis, evidence);
}

Task<Result<int>> debug_restore(Ports ports, std::string name) {
  auto session = co_await ports.client.get<api::RestoreSession>({ports.namespace_, name}).as_result();
  if (!session && session.error().is(Code::kNotFound)) {
    co_return fail(
        Code::kNotFound,
        fmt::format(
            "RestoreSession {0}/{1} does not exist; kubectl get restoresession -n {0} shows those there are.",
            ports.namespace_, name
        )
    );
  }
  if (!session) co_return fail(std::move(session).error());
  diagnosis::Reader reader(ports.client);
  const auto seen = co_await diagnosis::observe(reader, ports.clock.now(), *std::move(session));
  co_return print(ports, diagnosis::diagnose(seen), diagnosis::evidence(seen));
}

/// Each member is looked at as a RestoreSession of its own.
Task<Result<int>> debug_restore_batch(Ports ports, std::string name) {
  auto batch = co_await ports.client.get<api::RestoreBatch>({ports.namespace_, name}).as_result();
  if (!batch && batch.error().is(Code::kNotFound)) {
    co_return fail(
        Code::kNotFound,
        fmt::format(
            "RestoreBatch {0}/{1} does not exist; kubectl get restorebatch -n {0} shows those there are.",
            ports.namespace_, name
        )
    );
  }
  if (!batch) co_return fail(std::move(batch).error());
  diagnosis::Reader reader(ports.client);
  Diagnosis all;
  std::string evidence;
  for (std::size_t i = 0; i < batch->spec.members.size(); ++i) {
    const auto part = restore_batch::part_of(*batch, i, ports.clock.now());
    const auto seen = co_await diagnosis::observe(reader, ports.clock.now(), *part);
    Diagnosis of_member = diagnosis::diagnose(seen);
    add_new(all.findings, std::move(of_member.findings));
    all.well += (all.well.empty() ? "" : "\n") + of_member.well;
    evidence += diagnosis::evidence(seen);
  }
  co_return print(ports, all, evidence);
}

Task<Result<int>> debug_operator(Ports ports) {
  diagnosis::Reader reader(ports.client);
  const auto seen = co_await diagnosis::observe_operator(reader);
  const WallTime now = ports.clock.now();
  std::string evidence = diagnosis::evidence(seen, now);
  for (const std::string& each : reader.unseen()) evidence += fmt::format("Not seen: {}\n", each);
  co_return print(ports, diagnosis::diagnose(seen, now), evidence);
}

}  // namespace

Task<Result<int>> debug(Ports ports, Debug wanted) {
  switch (wanted.subject) {
    case Debug::Subject::kConfiguration:
    case Debug::Subject::kBatch: {
      const bool batch = wanted.subject == Debug::Subject::kBatch;
      diagnosis::BackupSubject subject = co_await of_invoker(ports, wanted.name, batch);
      co_return co_await debug_backup(ports, std::move(subject)).as_result();
    }
    case Debug::Subject::kSession: {
      diagnosis::BackupSubject subject = co_await of_session(ports, wanted.name);
      co_return co_await debug_backup(ports, std::move(subject)).as_result();
    }
    case Debug::Subject::kRestore: co_return co_await debug_restore(ports, wanted.name).as_result();
    case Debug::Subject::kRestoreBatch: co_return co_await debug_restore_batch(ports, wanted.name).as_result();
    case Debug::Subject::kOperator: break;
  }
  co_return co_await debug_operator(ports).as_result();
}

}  // namespace snapstash::cli
