#include "kernel/kube/in_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/kube/cluster_access.hpp"
#include "kernel/kube/memory_files.hpp"

namespace snapstash::kube {
namespace {

using testing::HasSubstr;

const std::string kDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";
const Environment kPod{{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}};

MemoryFiles mounted() {
  return {{kDirectory + "/token", "t\n"}, {kDirectory + "/ca.crt", "ca"}, {kDirectory + "/namespace", "backups\n"}};
}

TEST(InCluster, GivesAccessToTheOwnCluster) {
  auto files = mounted();
  const auto config = read_in_cluster_config(files, kPod);
  ASSERT_TRUE(config);
  const auto access = make_cluster_access(*config, {});
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->endpoint.host, "10.96.0.1");
  EXPECT_EQ(access->endpoint.port, 443);
  EXPECT_EQ(access->name_space, "backups");
  EXPECT_EQ(access->tls.certificate_authority.file, kDirectory + "/ca.crt");
  EXPECT_EQ(access->credential, CredentialSource(TokenFile{kDirectory + "/token", ""}));
}

TEST(InCluster, AnIpv6HostIsBracketed) {
  auto files = mounted();
  auto pod = kPod;
  pod["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  EXPECT_EQ(read_in_cluster_config(files, pod)->clusters.at("in-cluster").server, "https://[fd00::1]:443");
}

TEST(InCluster, TheNamespace) {
  auto files = mounted();
  auto pod = kPod;
  pod["POD_NAMESPACE"] = "mine";
  EXPECT_EQ(read_in_cluster_config(files, pod)->contexts.at("in-cluster").name_space, "mine");
  files.contents.erase(kDirectory + "/namespace");
  EXPECT_EQ(read_in_cluster_config(files, kPod)->contexts.at("in-cluster").name_space, "");
}

TEST(InCluster, BothVariablesAreNeeded) {
  auto files = mounted();
  for (const char* missing : {"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"}) {
    auto pod = kPod;
    pod.erase(missing);
    const auto config = read_in_cluster_config(files, pod);
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, Code::kNotFound);
  }
}

TEST(InCluster, TokenAndCaAreNeeded) {
  for (const char* missing : {"/token", "/ca.crt"}) {
    auto files = mounted();
    files.contents.erase(kDirectory + missing);
    const auto config = read_in_cluster_config(files, kPod);
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, Code::kInvalid);
    EXPECT_THAT(config.error().message, HasSubstr("automountServiceAccountToken"));
    EXPECT_THAT(config.error().message, HasSubstr(missing));
  }
}

}  // namespace
}  // namespace snapstash::kube
