#include "features/cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

CommandLine line(std::vector<std::string> arguments) {
  auto parsed = parse(std::move(arguments));
  if (const auto* ending = std::get_if<Ending>(&parsed)) {
    ADD_FAILURE() << ending->out << ending->err;
    return {};
  }
  return std::get<CommandLine>(std::move(parsed));
}

Ending ending(std::vector<std::string> arguments) {
  auto parsed = parse(std::move(arguments));
  if (std::holds_alternative<CommandLine>(parsed)) {
    ADD_FAILURE() << "was understood";
    return {};
  }
  return std::get<Ending>(std::move(parsed));
}

TEST(CommandLine, Trigger) {
  EXPECT_EQ(line({"trigger", "web"}).verb, Verb(Trigger{.configuration = "web", .wait = false, .timeout = {}}));
  EXPECT_EQ(
      line({"trigger", "web", "--wait", "--timeout=90"}).verb,
      Verb(Trigger{.configuration = "web", .wait = true, .timeout = 90s})
  );
  EXPECT_EQ(
      line({"trigger", "--wait", "--timeout", "1h30m", "web"}).verb,
      Verb(Trigger{.configuration = "web", .wait = true, .timeout = 90min})
  );
  EXPECT_EQ(ending({"trigger"}).code, kUsage);
  EXPECT_THAT(ending({"trigger", "web", "--wait", "--timeout=soon"}).err, HasSubstr("give a duration as 30s"));
  EXPECT_THAT(ending({"trigger", "web", "--timeout=30s"}).err, HasSubstr("--wait"));
}

TEST(CommandLine, PauseAndResumeOursAndStashsWay) {
  EXPECT_EQ(line({"pause", "web"}).verb, Verb(Pause{"web", true}));
  EXPECT_EQ(line({"resume", "web"}).verb, Verb(Pause{"web", false}));
  EXPECT_EQ(line({"pause", "backup", "--backupconfig=web"}).verb, Verb(Pause{"web", true}));
  EXPECT_EQ(line({"resume", "backup", "--backupconfig", "web"}).verb, Verb(Pause{"web", false}));
  EXPECT_EQ(line({"pause", "--backupconfig=web"}).verb, Verb(Pause{"web", true}));
  EXPECT_EQ(line({"pause", "backup"}).verb, Verb(Pause{"backup", true}));
  EXPECT_THAT(ending({"pause"}).err, HasSubstr("kubectl stash pause NAME"));
  EXPECT_EQ(ending({"pause", "web", "--backupconfig=db"}).code, kUsage);
  EXPECT_THAT(ending({"pause", "backup", "--backupbatch=web"}).err, HasSubstr("no BackupBatches"));
}

TEST(CommandLine, Get) {
  EXPECT_EQ(line({"get"}).verb, Verb(Get{}));
  EXPECT_EQ(line({"get", "web", "-o", "yaml"}).verb, Verb(Get{"web", false, Output::kYaml}));
  EXPECT_EQ(line({"get", "-A", "-ojson"}).verb, Verb(Get{"", true, Output::kJson}));
  EXPECT_EQ(ending({"get", "-o", "xml"}).code, kUsage);
  EXPECT_EQ(ending({"get", "a", "b"}).code, kUsage);
}

TEST(CommandLine, Version) { EXPECT_EQ(line({"version", "--client"}).verb, Verb(Version{true, Output::kTable})); }

TEST(CommandLine, ConnectionFlagsStandAnywhere) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"-n", "demo", "--context=lab", "get", "web"}, {"get", "web", "--namespace=demo", "--context", "lab"}
       }) {
    const CommandLine parsed = line(arguments);
    EXPECT_EQ(parsed.connection.name_space, "demo");
    EXPECT_EQ(parsed.connection.context, "lab");
    EXPECT_EQ(parsed.verb, Verb(Get{"web", false, Output::kTable}));
  }
}

TEST(CommandLine, AllConnectionFlags) {
  const CommandLine parsed = line(
      {"get",
       "--kubeconfig=k",
       "--cluster=c",
       "--user=u",
       "--as=a",
       "--as-uid=1",
       "--as-group=g",
       "--as-group",
       "h",
       "web",
       "--token=t",
       "-s",
       "https://s",
       "--request-timeout=5s",
       "--certificate-authority=ca",
       "--client-certificate=cc",
       "--client-key=ck",
       "--tls-server-name=n",
       "--insecure-skip-tls-verify",
       "--cache-dir=x",
       "--match-server-version"}
  );
  EXPECT_EQ(parsed.kubeconfig, "k");
  EXPECT_EQ(parsed.connection.cluster, "c");
  EXPECT_EQ(parsed.connection.user, "u");
  EXPECT_EQ(parsed.connection.as.user, "a");
  EXPECT_EQ(parsed.connection.as.uid, "1");
  EXPECT_THAT(parsed.connection.as.groups, ElementsAre("g", "h"));
  EXPECT_EQ(parsed.connection.token, "t");
  EXPECT_EQ(parsed.connection.server, "https://s");
  EXPECT_EQ(parsed.connection.request_timeout, "5s");
  EXPECT_EQ(parsed.connection.certificate_authority, "ca");
  EXPECT_EQ(parsed.connection.client_certificate, "cc");
  EXPECT_EQ(parsed.connection.client_key, "ck");
  EXPECT_EQ(parsed.connection.tls_server_name, "n");
  EXPECT_EQ(parsed.connection.insecure_skip_tls_verify, true);
  EXPECT_EQ(std::get<Get>(parsed.verb).name, "web");
}

TEST(CommandLine, InsecureIsOnlySaidWhenItIsSaid) {
  EXPECT_EQ(line({"get"}).connection.insecure_skip_tls_verify, std::nullopt);
  EXPECT_EQ(line({"get", "--insecure-skip-tls-verify=false"}).connection.insecure_skip_tls_verify, false);
}

TEST(CommandLine, HelpAndMisuse) {
  EXPECT_EQ(ending({}).code, kOk);
  EXPECT_THAT(ending({}).out, HasSubstr("trigger"));
  EXPECT_EQ(ending({"--help"}).code, kOk);
  EXPECT_THAT(ending({"trigger", "--help"}).out, HasSubstr("take a backup now"));
  EXPECT_EQ(ending({"frobnicate"}).code, kUsage);
  EXPECT_EQ(ending({"get", "--frobnicate"}).code, kUsage);
  EXPECT_THAT(ending({"get", "--frobnicate"}).err, HasSubstr("--frobnicate"));
}

}  // namespace
}  // namespace snapstash::cli
