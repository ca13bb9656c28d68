#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/operation.hpp"
#include "tests/conformance/server.hpp"

namespace snapstash::conformance {

/// What a server made of a sequence: for each step its answer, and in the end the events that each watch has seen.
struct Transcript {
  std::vector<std::pair<std::string, json::Value>> entries;
};

/// Plays operations on one server, in a namespace that exists and is empty.
class Sequence {
 public:
  Sequence(Server& server, std::string namespace_) : server_(server), namespace_(std::move(namespace_)) {}

  /// Errors: what kept a request from being answered, or an event from coming.
  Result<Transcript> play(const std::vector<Operation>& operations);

 private:
  struct Seen {
    std::string uid, version, first_version;
    json::Value object;
  };

  Result<void> step(const Operation& operation);
  wire::Request request_for(const Operation& operation);
  wire::Request write(const Operation& operation, std::string method, std::string media_type, json::Value body) const;
  wire::Request apply(const Operation& operation) const;
  wire::Request replace(const Operation& operation, bool stale);
  wire::Request remove(const Operation& operation);
  wire::Request list(const Operation& operation) const;
  json::Object object_of(const Operation& operation) const;
  std::string path(const Operation& operation) const;
  Result<void> open_watch(const Operation& operation);
  Result<void> end_watches();
  Result<void> collect(const std::string& name, Watching& watching);
  void remember(const Operation& operation, const json::Value& answer);

  Server& server_;
  std::string namespace_, start_;  ///< The version all watches begin at.
  std::map<std::string, Seen> seen_;
  std::vector<std::pair<std::string, std::unique_ptr<Watching>>> watches_;
  Transcript transcript_;
};

}  // namespace snapstash::conformance
