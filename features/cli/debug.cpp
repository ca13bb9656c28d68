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

/// Adds those paragraphs (a line, and what is indented below it) that are not there yet: much of what is seen around
/// the members of a batch is the same.
void add_new(std::string& to, std::string_view more) {
  while (!more.empty()) {
    std::size_t end = more.find('\n');
    while (end != std::string_view::npos && more.substr(end + 1).starts_with(' ')) end = more.find('\n', end + 1);
    const std::string_view paragraph = more.substr(0, end == std::string_view::npos ? end : end + 1);
    if (!to.contains(paragraph)) to += paragraph;
    more.remove_prefix(paragraph.size());
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

/// Returns the object of that name. Errors: kNotFound, with `remedy` behind it; those of the request.
template <class T>
Task<Result<T>> get_or_tell(const Ports& ports, std::string name, std::string remedy) {
  auto found = co_await ports.client.get<T>({ports.namespace_, name}).as_result();
  if (found || !found.error().is(Code::kNotFound)) co_return found;
  co_return fail(
      Code::kNotFound, fmt::format("{} {}/{} does not exist{}", T::kResource.kind, ports.namespace_, name, remedy)
  );
}

/// A session, and what it is a run of; of a batch, its members besides.
struct Backup {
  diagnosis::BackupSubject subject;
  std::vector<std::shared_ptr<const api::BackupConfiguration>> members;

  void take(Invoker invoker) {
    subject.configuration = std::move(invoker.whole);
    members = std::move(invoker.members);
  }
};

Task<Result<Backup>> of_invoker(const Ports& ports, std::string name, bool batch) {
  Backup backup{{.namespace_ = ports.namespace_, .name = name}, {}};
  backup.take(co_await find_invoker(ports, name, batch));
  kube::Selection here{.namespace_ = ports.namespace_, .label_selector = "", .field_selector = ""};
  const json::Array listed = co_await list_all(ports.client, api::BackupSession::kResource, std::move(here));
  auto sessions = decode_all<api::BackupSession>(ports, listed);
  std::erase_if(sessions, [&](const api::BackupSession& each) {
    return each.spec.invoker.name != name || cluster::is_batch(each) != batch;
  });
  if (const auto* session = diagnosis::most_telling(sessions)) backup.subject.session = *session;
  co_return backup;
}

Task<Result<Backup>> of_session(const Ports& ports, std::string name) {
  auto session = co_await get_or_tell<api::BackupSession>(
      ports, std::move(name),
      fmt::format(", or not any more; kubectl stash get -n {} shows those there are.", ports.namespace_)
  );
  Backup backup{{.namespace_ = ports.namespace_, .name = session.spec.invoker.name}, {}};
  auto invoker = co_await get_invoker(ports, backup.subject.name, cluster::is_batch(session)).as_result();
  backup.subject.session = std::move(session);
  if (invoker) {
    backup.take(*std::move(invoker));
  } else if (!invoker.error().is(Code::kNotFound)) {
    co_return fail(std::move(invoker).error());
  }
  co_return backup;
}

/// A batch as a whole has no target: what is in the way of a member is found as of a configuration.
Task<Result<int>> debug_backup(Ports ports, Backup backup) {
  diagnosis::Reader reader(ports.client);
  const auto seen = co_await diagnosis::observe(reader, ports.clock.now(), backup.subject);
  Diagnosis diagnosis = diagnosis::diagnose(seen);
  for (const auto& each : backup.members) {
    diagnosis::BackupSubject member = backup.subject;
    member.configuration = *each;
    const auto seen_of_member = co_await diagnosis::observe(reader, ports.clock.now(), std::move(member));
    add_new(diagnosis.findings, diagnosis::diagnose(seen_of_member).findings);
  }
  co_return print(ports, diagnosis, diagnosis::evidence(seen));
}

Task<Result<int>> debug_restore(Ports ports, std::string name) {
  auto session = co_await get_or_tell<api::RestoreSession>(
      ports, std::move(name), fmt::format("; kubectl get restoresession -n {} shows those there are.", ports.namespace_)
  );
  diagnosis::Reader reader(ports.client);
  const auto seen = co_await diagnosis::observe(reader, ports.clock.now(), std::move(session));
  co_return print(ports, diagnosis::diagnose(seen), diagnosis::evidence(seen));
}

/// Each member is looked at as a RestoreSession of its own.
Task<Result<int>> debug_restore_batch(Ports ports, std::string name) {
  const auto batch = co_await get_or_tell<api::RestoreBatch>(
      ports, std::move(name), fmt::format("; kubectl get restorebatch -n {} shows those there are.", ports.namespace_)
  );
  diagnosis::Reader reader(ports.client);
  const WallTime now = ports.clock.now();
  Diagnosis all{.findings = diagnosis::diagnose(batch), .well = {}};
  std::string evidence;
  for (std::size_t i = 0; i < batch.spec.members.size(); ++i) {
    const auto part = restore_batch::part_of(batch, i, now);
    const auto seen = co_await diagnosis::observe(reader, now, *part);
    Diagnosis of_member = diagnosis::diagnose(seen);
    // What would become of the members of a batch that is Invalid is not asked.
    if (batch.status.phase != api::RestoreBatch::Phase::kInvalid) add_new(all.findings, std::move(of_member.findings));
    all.well += (all.well.empty() ? "" : "\n") + of_member.well;
    add_new(evidence, diagnosis::evidence(seen));
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
      Backup backup = co_await of_invoker(ports, wanted.name, batch);
      co_return co_await debug_backup(ports, std::move(backup)).as_result();
    }
    case Debug::Subject::kSession: {
      Backup backup = co_await of_session(ports, wanted.name);
      co_return co_await debug_backup(ports, std::move(backup)).as_result();
    }
    case Debug::Subject::kRestore: co_return co_await debug_restore(ports, wanted.name).as_result();
    case Debug::Subject::kRestoreBatch: co_return co_await debug_restore_batch(ports, wanted.name).as_result();
    case Debug::Subject::kOperator: break;
  }
  co_return co_await debug_operator(ports).as_result();
}

}  // namespace snapstash::cli
