#pragma once
#include <memory>
#include <string>

#include <fmt/format.h>

#include "features/cluster/context.hpp"
#include "kernel/base/manual_executor.hpp"
#include "kernel/runtime/scripted_transport.hpp"

/// For tests: stores that are filled by hand, and an API server that answers what it was told to.
namespace snapstash::cluster {

struct TestContext {
  ManualExecutor executor;
  runtime::ScriptedTransport transport{executor};
  std::unique_ptr<kube::Credentials> credentials = kube::make_fixed_credentials({});
  SeededRandom random{1};
  NullLog log;
  runtime::Registry registry;
  kube::Client client{transport, *credentials, executor, random, {}};
  runtime::EventRecorder events{{"snapstash", "test"}, {client, executor, executor.clock(), random, log, registry}};
  Stores stores;
  int version = 100;

  Context context() { return {stores, client, executor.clock(), log, events, registry}; }

  /// Puts an object into its store, as its watch would.
  template <class T>
  void put(runtime::Store<T>& store, json::Value object) {
    object.at("metadata").as_object()["resourceVersion"] = fmt::format("{}", ++version);
    store.apply(object);
  }
  void answer(const json::Value& body, int status = 200) {
    transport.answers.push_back({.status = status, .body = json::serialize(body)});
  }
  void refuse(int code, const std::string& reason, const std::string& message) {
    answer(
        json::Object{
            {"kind", "Status"}, {"status", "Failure"}, {"code", code}, {"reason", reason}, {"message", message}
        },
        code
    );
  }
};

}  // namespace snapstash::cluster
