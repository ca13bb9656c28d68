#pragma once
#include <optional>
#include <string>

#include "kernel/base/executor.hpp"
#include "kernel/base/log.hpp"
#include "kernel/kube/credentials.hpp"
#include "kernel/kube/files.hpp"

namespace snapstash::kube {

/// A bearer token from a file that others renew, such as a pod's projected token. As client-go's
/// transport/token_source.go: re-read when what we have is 50 s old (a minute less 10 s of leeway) or was rejected;
/// surrounding space is cut off. While the file cannot be read, is empty or no token, the old token stays in use and
/// the file is tried each time.
class TokenFileCredentials final : public Credentials {
 public:
  /// `initial_token` ("" = none) is used as long as the file has never given one. All references must outlive this.
  TokenFileCredentials(Files& files, Executor& executor, Log& log, std::string path, std::string initial_token);

  /// Errors: kUnauthorized when there is no token at all, or the one there was has been rejected and no other is there.
  Task<Result<wire::Headers>> headers() override;
  void rejected(MonoTime sent) override;

 private:
  struct Read {
    wire::Headers headers;
    MonoTime when;
  };
  Result<wire::Headers> read() const;

  Files& files_;
  Executor& executor_;
  Log& log_;
  std::string path_;
  std::string initial_token_;
  std::optional<Read> cached_;
  bool failing_ = false;  // said so in the log already
};

}  // namespace snapstash::kube
