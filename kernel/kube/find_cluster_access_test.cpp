#include "kernel/kube/find_cluster_access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/kube/memory_files.hpp"

namespace snapstash::kube {
namespace {

using testing::HasSubstr;

std::string config_for(const std::string& server) {
  return "clusters: [{name: c, cluster: {server: " + server + "}}]\n" +
         "contexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n";
}

/// A machine where all four places have something.
struct Machine {
  MemoryFiles files{
      {"/explicit", config_for("https://explicit")},
      {"/listed", config_for("https://listed")},
      {"/home/jane/.kube/config", config_for("https://home")},
      {"/var/run/secrets/kubernetes.io/serviceaccount/token", "t"},
      {"/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "ca"},
  };
  Environment environment{
      {"KUBECONFIG", "/missing:/listed"},
      {"HOME", "/home/jane"},
      {"KUBERNETES_SERVICE_HOST", "pod"},
      {"KUBERNETES_SERVICE_PORT", "443"},
  };

  std::string host(const std::string& explicit_file = "", const Overrides& overrides = {}) {
    const auto access = find_cluster_access(files, environment, explicit_file, overrides);
    return access ? access->endpoint.host : access.error().message;
  }
};

TEST(FindClusterAccess, Order) {
  Machine machine;
  EXPECT_EQ(machine.host("/explicit"), "explicit");
  EXPECT_EQ(machine.host(), "listed");
  machine.environment["KUBECONFIG"] = "";
  EXPECT_EQ(machine.host(), "pod");
  machine.environment.erase("KUBERNETES_SERVICE_HOST");
  EXPECT_EQ(machine.host(), "home");
}

TEST(FindClusterAccess, WhatIsNamedMustExist) {
  Machine machine;
  EXPECT_THAT(machine.host("/nothing"), HasSubstr("/nothing"));
  machine.environment["KUBECONFIG"] = "/a:/b";
  EXPECT_EQ(machine.host(), "$KUBECONFIG: none of the kubeconfig files exists: /a, /b");
}

TEST(FindClusterAccess, NamingAnEntryMeansAKubeconfig) {
  Machine machine;
  machine.environment["KUBECONFIG"] = "";
  EXPECT_EQ(machine.host("", {.context = "x"}), "home");
  EXPECT_EQ(
      machine.host("", {.context = "y"}), "context \"y\" does not exist in /home/jane/.kube/config; contexts there: x"
  );
  machine.files.contents.erase("/home/jane/.kube/config");
  EXPECT_THAT(machine.host("", {.context = "x"}), HasSubstr("no cluster is configured"));
}

TEST(FindClusterAccess, OtherOverridesApplyInAPodToo) {
  Machine machine;
  machine.environment["KUBECONFIG"] = "";
  const auto access = find_cluster_access(machine.files, machine.environment, "", {.name_space = "n", .token = "u"});
  ASSERT_TRUE(access);
  EXPECT_EQ(access->endpoint.host, "pod");
  EXPECT_EQ(access->name_space, "n");
  EXPECT_EQ(access->credential, CredentialSource(StaticToken{"u"}));
}

TEST(FindClusterAccess, APodWithoutServiceAccountIsExplained) {
  Machine machine;
  machine.environment["KUBECONFIG"] = "";
  machine.files.contents.erase("/var/run/secrets/kubernetes.io/serviceaccount/token");
  EXPECT_EQ(machine.host(), "home");
  machine.files.contents.erase("/home/jane/.kube/config");
  EXPECT_THAT(machine.host(), HasSubstr("automountServiceAccountToken"));
}

TEST(FindClusterAccess, NothingAtAll) {
  MemoryFiles files;
  const auto access = find_cluster_access(files, {{"HOME", "/home/jane"}}, "", {});
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().code, Code::kNotFound);
  EXPECT_THAT(access.error().message, HasSubstr("create /home/jane/.kube/config (not in a pod: "));
  EXPECT_EQ(find_cluster_access(files, {}, "", {.server = "https://given"})->endpoint.host, "given");
}

TEST(FindClusterAccess, ABrokenFileAtHomeIsAnError) {
  MemoryFiles files{{"/home/jane/.kube/config", "clusters: 5"}};
  EXPECT_EQ(find_cluster_access(files, {{"HOME", "/home/jane"}}, "", {}).error().code, Code::kInvalid);
}

TEST(FindClusterAccess, TheEnvironmentsProxyIsUsedUnlessTheClusterNamesOne) {
  Machine machine;
  machine.environment["HTTPS_PROXY"] = "http://proxy:3128";
  EXPECT_EQ(find_cluster_access(machine.files, machine.environment, "", {})->endpoint.proxy->host, "proxy");
  EXPECT_EQ(
      find_cluster_access(machine.files, machine.environment, "", {.proxy_url = "http://own"})->endpoint.proxy->host,
      "own"
  );
  machine.environment["NO_PROXY"] = "listed";
  EXPECT_FALSE(find_cluster_access(machine.files, machine.environment, "", {})->endpoint.proxy);
  machine.environment["NO_PROXY"] = "";
  machine.environment["HTTPS_PROXY"] = "socks5://proxy";
  EXPECT_THAT(machine.host(), HasSubstr("the proxy that the environment names"));
}

}  // namespace
}  // namespace snapstash::kube
