#pragma once
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "features/cluster/test_context.hpp"

/// For the tests of this module: a verb, an API server that answers what it is told, and what a person reads.
namespace snapstash::cli {

struct Verbs : testing::Test, cluster::TestContext {
  std::ostringstream out, err;

  Ports ports() { return {client, executor, executor.clock(), random, log, out, err, "demo"}; }

  /// Runs a verb; an error is written to `err` and gives kFailure.
  int run(Task<Result<int>> verb) {
    const auto code = executor.run_task(std::move(verb));
    if (!code) err << "error: " << code.error().message;
    return code ? *code : kFailure;
  }

  void answer_not_found() { refuse(404, "NotFound", "not found"); }
  void answer_list(json::Array items) { answer(json::Object{{"items", std::move(items)}}); }

  static json::Value configuration(const std::string& name, bool paused = false) {
    return json::Object{
        {"metadata", json::Object{{"name", name}, {"namespace", "demo"}, {"uid", "c1"}}},
        {"spec",
         json::Object{
             {"driver", "VolumeSnapshotter"},
             {"schedule", "@daily"},
             {"paused", paused},
             {"retentionPolicy", json::Object{{"name", "keep-last-5"}, {"prune", true}}},
             {"retryConfig", json::Object{{"maxRetry", 2}}},
             {"target", json::Object{{"ref", json::Object{{"kind", "Deployment"}, {"name", "web"}}}}}
         }},
        {"status", json::Object{{"phase", "Ready"}}}
    };
  }
  static json::Value batch(const std::string& name) {
    const auto member = [](std::string_view target) {
      return json::Object{
          {"target", json::Object{{"ref", json::Object{{"kind", "Deployment"}, {"name", json::make_string(target)}}}}}
      };
    };
    json::Value made = configuration(name);
    json::Object& spec = made.at("spec").as_object();
    spec.erase("target");
    spec["members"] = json::Array{member("web"), member("db")};
    return made;
  }
  json::Object session(const std::string& name, const std::string& phase) {
    json::Object made{
        {"apiVersion", "stash.appscode.com/v1beta1"},
        {"kind", "BackupSession"},
        {"metadata",
         json::Object{
             {"name", name},
             {"namespace", "demo"},
             {"uid", "uid-of-" + name},
             {"creationTimestamp", format_time(executor.clock().now())},
             {"resourceVersion", fmt::format("{}", ++version)}
         }},
        {"spec", json::Object{{"invoker", json::Object{{"kind", "BackupConfiguration"}, {"name", "web"}}}}}
    };
    if (!phase.empty()) made["status"] = json::Object{{"phase", phase}};
    return made;
  }
  static json::Object snapshot(const std::string& name, const std::string& session) {
    return {
        {"apiVersion", "snapshot.storage.k8s.io/v1"},
        {"kind", "VolumeSnapshot"},
        {"metadata",
         json::Object{{"name", name}, {"labels", json::Object{{"snapstash.dev/session-uid", "uid-of-" + session}}}}},
        {"spec", json::Object{{"source", json::Object{{"persistentVolumeClaimName", "data"}}}}},
        {"status", json::Object{{"readyToUse", true}}}
    };
  }
  static std::string line(const std::string& type, json::Object object) {
    return json::serialize(json::Object{{"type", type}, {"object", std::move(object)}}) + "\n";
  }
  std::string end_of_list() {
    return fmt::format(
        R"({{"type":"BOOKMARK","object":{{"kind":"BackupSession","apiVersion":"stash.appscode.com/v1beta1",)"
        R"("metadata":{{"resourceVersion":"{}","annotations":{{"k8s.io/initial-events-end":"true"}}}}}}}})"
        "\n",
        ++version
    );
  }
  json::Value body(std::size_t request) { return *json::parse(transport.requests.at(request).body); }
};

}  // namespace snapstash::cli
