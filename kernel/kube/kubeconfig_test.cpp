#include "kernel/kube/kubeconfig.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/kube/memory_files.hpp"

namespace snapstash::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Kubeconfig parsed(std::string_view text, const std::string& file = "/home/jane/.kube/config") {
  auto config = parse_kubeconfig(text, file);
  EXPECT_TRUE(config) << config.error().message;
  return config ? *config : Kubeconfig();
}

std::string refusal(std::string_view text) {
  const auto config = parse_kubeconfig(text, "/cfg");
  EXPECT_FALSE(config);
  if (config) return "accepted";
  EXPECT_EQ(config.error().code, Code::kInvalid);
  return config.error().message;
}

constexpr std::string_view kWhole = R"(
apiVersion: v1
kind: Config
preferences: {colors: true}
unknown: [1, 2]
current-context: dev
clusters:
- name: c
  cluster:
    server: https://10.0.0.1:6443/prefix
    tls-server-name: api.example.org
    insecure-skip-tls-verify: false
    certificate-authority: ca.pem
    certificate-authority-data: Y2E=
    proxy-url: http://proxy:3128
    disable-compression: true
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {audience: x, depth: [1, {two: true}]}
users:
- name: u
  user:
    client-certificate: /abs/cert.pem
    client-certificate-data: Y2VydA==
    client-key: ../key.pem
    client-key-data: a2V5
    token: secret
    tokenFile: sub/token
    as: other
    as-uid: "77"
    as-groups: [g1, g2]
    as-user-extra: {reason: [a, b]}
    username: jane
    password: pw
    exec:
      command: ./bin/plugin
      args: [get, token]
      env: [{name: A, value: b}]
      apiVersion: client.authentication.k8s.io/v1
      installHint: install it
      provideClusterInfo: true
      interactiveMode: Never
contexts:
- name: dev
  context: {cluster: c, user: u, namespace: backups}
)";

TEST(Kubeconfig, ReadsEveryFieldOfACluster) {
  const Cluster cluster = parsed(kWhole).clusters.at("c");
  EXPECT_EQ(cluster.server, "https://10.0.0.1:6443/prefix");
  EXPECT_EQ(cluster.tls_server_name, "api.example.org");
  EXPECT_FALSE(cluster.insecure_skip_tls_verify);
  EXPECT_EQ(cluster.certificate_authority_data, "Y2E=");
  EXPECT_EQ(cluster.proxy_url, "http://proxy:3128");
  EXPECT_TRUE(cluster.disable_compression);
  EXPECT_EQ(json::serialize(cluster.extensions.at(0).extension), R"({"audience":"x","depth":[1,{"two":true}]})");
}

TEST(Kubeconfig, ReadsEveryFieldOfAUserAndAContext) {
  const Kubeconfig config = parsed(kWhole);
  const User user = config.users.at("u");
  EXPECT_EQ(user.client_certificate_data, "Y2VydA==");
  EXPECT_EQ(user.client_key_data, "a2V5");
  EXPECT_EQ(user.token, "secret");
  EXPECT_EQ(user.as, "other");
  EXPECT_EQ(user.as_uid, "77");
  EXPECT_THAT(user.as_groups, ElementsAre("g1", "g2"));
  EXPECT_THAT(user.as_user_extra.at("reason"), ElementsAre("a", "b"));
  EXPECT_EQ(user.username, "jane");
  EXPECT_EQ(user.password, "pw");
  EXPECT_THAT(user.exec->args, ElementsAre("get", "token"));
  EXPECT_THAT(user.exec->env, ElementsAre(ExecVariable{"A", "b"}));
  EXPECT_EQ(user.exec->api_version, "client.authentication.k8s.io/v1");
  EXPECT_EQ(user.exec->install_hint, "install it");
  EXPECT_TRUE(user.exec->provide_cluster_info);
  EXPECT_EQ(user.exec->interactive_mode, "Never");
  EXPECT_EQ(config.current_context, "dev");
  EXPECT_EQ(config.contexts.at("dev").name_space, "backups");
}

TEST(Kubeconfig, PathsAreRelativeToTheFileThatHasThem) {
  const Kubeconfig config = parsed(kWhole);
  EXPECT_EQ(config.clusters.at("c").certificate_authority, "/home/jane/.kube/ca.pem");
  const User user = config.users.at("u");
  EXPECT_EQ(user.client_certificate, "/abs/cert.pem");
  EXPECT_EQ(user.client_key, "/home/jane/key.pem");
  EXPECT_EQ(user.token_file, "/home/jane/.kube/sub/token");
  EXPECT_EQ(user.exec->command, "/home/jane/.kube/bin/plugin");
}

TEST(Kubeconfig, ABareCommandIsLeftToThePath) {
  EXPECT_EQ(parsed("users: [{name: u, user: {exec: {command: aws}}}]").users.at("u").exec->command, "aws");
}

TEST(Kubeconfig, AFileNamedRelativelyStillGivesAbsolutePaths) {
  const auto config = parsed("users: [{name: u, user: {exec: {command: ./plugin}}}]", "conf");
  EXPECT_EQ(config.users.at("u").exec->command, (std::filesystem::current_path() / "plugin").string());
}

TEST(Kubeconfig, EmptyTextIsAnEmptyConfiguration) {
  EXPECT_EQ(parsed("", "/x"), Kubeconfig{.files = {"/x"}});
  EXPECT_EQ(parsed("# nothing\n", "/x"), Kubeconfig{.files = {"/x"}});
}

TEST(Kubeconfig, AcceptsJson) { EXPECT_EQ(parsed(R"({"kind":"Config","current-context":"a"})").current_context, "a"); }

TEST(Kubeconfig, AcceptsAliasesAndMergeKeys) {
  const auto config = parsed(R"(
x-common: &common {certificate-authority-data: Y2E=, server: https://one}
clusters:
- {name: one, cluster: *common}
- name: two
  cluster: {<<: *common, server: https://two}
)");
  EXPECT_EQ(config.clusters.at("one").server, "https://one");
  EXPECT_EQ(config.clusters.at("two").server, "https://two");
  EXPECT_EQ(config.clusters.at("two").certificate_authority_data, "Y2E=");
}

TEST(Kubeconfig, NullEntriesAreEmpty) {
  const auto config = parsed("clusters: null\nusers: [{name: u, user: null}]\ncontexts: []");
  EXPECT_EQ(config.users.at("u"), User{.file = "/home/jane/.kube/config"});
}

TEST(Kubeconfig, ErrorsNameFileAndField) {
  EXPECT_EQ(
      refusal("clusters: [{name: c, cluster: {server: [1]}}]"),
      "/cfg is not a valid kubeconfig: .clusters[0].cluster.server: expected a string, found an array"
  );
  EXPECT_THAT(refusal("clusters: [{cluster: {}}]"), HasSubstr(".clusters[0].name: required"));
  EXPECT_THAT(refusal("a: [1"), HasSubstr("/cfg is not a valid kubeconfig: not YAML: "));
  EXPECT_THAT(refusal("just text"), HasSubstr("expected an object"));
  EXPECT_EQ(refusal("kind: Pod"), "/cfg is not a valid kubeconfig: its kind is Pod, not Config");
}

TEST(Kubeconfig, RefusesTwoEntriesOfOneName) {
  EXPECT_EQ(
      refusal("users: [{name: a}, {name: a}]"),
      "/cfg is not a valid kubeconfig: .users has two entries named \"a\"; remove one"
  );
}

TEST(Kubeconfig, ErrorsNeverShowSecrets) {
  for (const char* key : {"token", "password"}) {
    const std::string message = refusal(std::string("users: [{name: u, user: {") + key + ": 123456}}]");
    EXPECT_THAT(message, HasSubstr(std::string(".users[0].user.") + key + ": must be text; put it in quotes"));
    EXPECT_THAT(message, Not(HasSubstr("123456")));
  }
}

TEST(KubeconfigMerge, TheFirstEntryOfANameIsTakenWhole) {
  const auto first = parsed("users: [{name: u, user: {username: first}}]\nclusters: [{name: only-first}]", "/a/1");
  const auto second = parsed("users: [{name: u, user: {token: t}}, {name: v}]\ncurrent-context: second", "/a/2");
  const auto third = parsed("current-context: third", "/a/3");
  const auto all = merge({first, second, third});
  EXPECT_EQ(all.users.at("u").username, "first");
  EXPECT_EQ(all.users.at("u").token, "");
  EXPECT_EQ(all.users.at("u").file, "/a/1");
  EXPECT_EQ(all.users.at("v").file, "/a/2");
  EXPECT_TRUE(all.clusters.contains("only-first"));
  EXPECT_EQ(all.current_context, "second");
  EXPECT_THAT(all.files, ElementsAre("/a/1", "/a/2", "/a/3"));
}

TEST(KubeconfigFiles, SkipsMissingOnesAndDoubles) {
  MemoryFiles files{{"/a", "current-context: a"}, {"/b", ""}};
  const auto config = read_kubeconfigs(files, "/missing::/b:/a:/b:");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->current_context, "a");
  EXPECT_THAT(config->files, ElementsAre("/b", "/a"));
  EXPECT_EQ(files.reads, 3);
}

TEST(KubeconfigFiles, AllMissingIsAnErrorThatNamesThem) {
  MemoryFiles files;
  const auto config = read_kubeconfigs(files, "/a:/b");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Code::kNotFound);
  EXPECT_EQ(config.error().message, "none of the kubeconfig files exists: /a, /b");
}

TEST(KubeconfigFiles, OneThatCannotBeReadOrDecodedIsAnError) {
  MemoryFiles files{{"/a", "current-context: a"}, {"/broken", "x: ["}};
  files.unreadable.emplace("/locked", Error(Code::kInvalid, "cannot read /locked: Permission denied"));
  EXPECT_THAT(read_kubeconfigs(files, "/a:/locked").error().message, HasSubstr("/locked: Permission denied"));
  EXPECT_THAT(read_kubeconfigs(files, "/a:/broken").error().message, HasSubstr("/broken is not a valid kubeconfig"));
}

TEST(KubeconfigFiles, AnExplicitFileMustExist) {
  MemoryFiles files;
  const auto config = read_kubeconfig(files, "/named");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Code::kNotFound);
  EXPECT_THAT(config.error().message, HasSubstr("/named"));
}

}  // namespace
}  // namespace snapstash::kube
