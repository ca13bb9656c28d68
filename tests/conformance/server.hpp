#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/error.hpp"
#include "kernel/base/time.hpp"
#include "kernel/json/value.hpp"
#include "kernel/wire/transport.hpp"

/// The suite plays its cases on a server and does not know which one: the real kube-apiserver of the lab, or the
/// simulator's.
namespace snapstash::conformance {

/// Who sends a request. User "" = the administrator.
struct Requester {
  std::string user;
  std::vector<std::string> groups;
};

/// An open watch. Destroying it closes it.
class Watching {
 public:
  virtual ~Watching() = default;
  /// Returns the next frame, waiting up to `patience` (virtual time on the simulator's); nothing when none came or the
  /// watch has ended. Errors: kMalformed for bytes that are no frame, kUnknownOutcome when the connection broke.
  virtual Result<std::optional<json::Value>> next(Duration patience) = 0;
  /// Whether the server has ended it and all frames have been taken.
  virtual bool ended() const = 0;
};

/// The server under test, with the part of a cluster that stands behind it (garbage collector, namespace controller).
class Server {
 public:
  virtual ~Server() = default;
  /// Sends one request. Errors: as wire::Transport has them.
  virtual Result<wire::Response> answer(const wire::Request& request, const Requester& who) = 0;

  /// `refusal` is the answer when there is no watch.
  struct Opened {
    wire::Response refusal;
    std::unique_ptr<Watching> watching;
  };
  /// Opens a watch. Errors: as wire::Transport has them.
  virtual Result<Opened> open(const wire::Request& request, const Requester& who) = 0;

  /// Lets time pass, in which the rest of the cluster does its work.
  virtual void pass(Duration time) = 0;
  /// Whether the kinds of our CRDs have to be installed.
  virtual bool wants_crds() const = 0;
};

}  // namespace snapstash::conformance
