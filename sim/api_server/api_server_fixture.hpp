#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "sim/api_server/api_server.hpp"

/// One API server with a namespace `demo`, for tests: requests as text, answers as documents.
namespace snapstash::sim {

struct Reply {
  int status = 0;
  json::Value body;
  std::string_view text(std::string_view pointer) const { return json::find_string(body, pointer); }
};

struct ApiServerTest : testing::Test {
  ApiServerTest() { create("/api/v1/namespaces", R"({"metadata":{"name":"demo"}})"); }

  Reply send(
      std::string method, std::string target, std::string body = "", std::string type = "application/json",
      const Identity& who = administrator()
  ) {
    wire::Request request{.method = std::move(method), .target = std::move(target), .body = std::move(body)};
    request.headers.add("User-Agent", "test/1");
    if (!request.body.empty()) request.headers.add("Content-Type", std::move(type));
    wire::Response response = server.handle(request, who);
    auto value = json::parse(response.body);
    return {response.status, value ? std::move(*value) : json::Value()};
  }
  Reply get(std::string target) { return send("GET", std::move(target)); }
  Reply create(std::string target, std::string body) { return send("POST", std::move(target), std::move(body)); }
  Reply merge(std::string target, std::string body) {
    Reply reply = send("PATCH", std::move(target), std::move(body), "application/merge-patch+json");
    EXPECT_NE(reply.status, 422) << json::serialize(reply.body);
    return reply;
  }
  Reply apply(std::string target, std::string body) {
    return send("PATCH", target + "?fieldManager=me&force=true", std::move(body), "application/apply-patch+yaml");
  }
  Reply remove(std::string target, std::string body = "") { return send("DELETE", std::move(target), std::move(body)); }

  ApiServer::Opened watch(std::string target, const Identity& who = administrator()) {
    return server.open({.target = std::move(target)}, who);
  }
  /// Returns what the watch has to say now, as "ADDED a", "BOOKMARK", "ERROR 410".
  static std::vector<std::string> events(Watch& watch) {
    std::vector<std::string> all;
    while (auto frame = watch.next()) {
      EXPECT_TRUE(frame->ends_with("\n"));
      const json::Value event = json::parse(*frame).value();
      const std::string type(json::find_string(event, "/type"));
      if (type == "ERROR") {
        all.push_back(type + " " + json::serialize(*json::find(event, "/object/code")));
      } else if (type == "BOOKMARK") {
        const bool end = json::find(event, "/object/metadata/annotations/k8s.io~1initial-events-end") != nullptr;
        all.push_back(end ? "BOOKMARK end" : type);
      } else {
        all.push_back(type + " " + std::string(json::find_string(event, "/object/metadata/name")));
      }
    }
    return all;
  }

  /// A ConfigMap of that name with labels, in demo.
  Reply config_map(const std::string& name, const std::string& labels = "{}") {
    return create(kMaps, R"({"metadata":{"name":")" + name + R"(","labels":)" + labels + "}}");
  }

  static constexpr const char* kMaps = "/api/v1/namespaces/demo/configmaps";
  ManualExecutor executor;
  SeededRandom random{7};
  Storage storage;
  ApiServer server{storage, executor, executor.clock(), random};
};

}  // namespace snapstash::sim
