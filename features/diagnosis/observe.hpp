#pragma once
#include <optional>
#include <string>

#include "features/diagnosis/facts.hpp"
#include "features/diagnosis/reader.hpp"
#include "kernel/base/task.hpp"

/// Looks at everything that may say why something does not work. Reads only; what cannot be read is in the reader's
/// `unseen`, and in the facts'.
namespace snapstash::diagnosis {

/// What is to be explained: what of it exists.
struct BackupSubject {
  std::string namespace_, name;  ///< Of the configuration.
  std::optional<api::BackupConfiguration> configuration;
  std::optional<api::BackupSession> session;
};

Task<BackupFacts> observe(Reader& reader, WallTime now, BackupSubject subject);
Task<RestoreFacts> observe(Reader& reader, WallTime now, api::RestoreSession session);
Task<OperatorFacts> observe_operator(Reader& reader);

}  // namespace snapstash::diagnosis
