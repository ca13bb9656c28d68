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
  EXPECT_EQ(line({"trigger", "--backupbatch=all"}).verb, Verb(Trigger{.configuration = "all", .batch = true}));
  EXPECT_EQ(ending({"trigger", "web", "--backupbatch=all"}).code, kUsage);
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
  EXPECT_EQ(line({"pause", "backup", "--backupbatch=all"}).verb, Verb(Pause{"all", true, true}));
  EXPECT_EQ(line({"resume", "--backupbatch=all"}).verb, Verb(Pause{"all", false, true}));
  EXPECT_EQ(ending({"pause", "--backupbatch=all", "--backupconfig=db"}).code, kUsage);
}

TEST(CommandLine, Get) {
  EXPECT_EQ(line({"get"}).verb, Verb(Get{}));
  EXPECT_EQ(line({"get", "web", "-o", "yaml"}).verb, Verb(Get{"web", false, Output::kYaml}));
  EXPECT_EQ(line({"get", "-A", "-ojson"}).verb, Verb(Get{"", true, Output::kJson}));
  EXPECT_EQ(ending({"get", "-o", "xml"}).code, kUsage);
  EXPECT_EQ(ending({"get", "a", "b"}).code, kUsage);
}

TEST(CommandLine, CreateABackupConfiguration) {
  CreateConfiguration wanted;
  wanted.name = "web";
  wanted.schedule = "0 2 * * *";
  wanted.target_kind = "StatefulSet";
  wanted.target_name = "db";
  wanted.target_api_version = "apps/v1";
  wanted.snapshot_class = "fast";
  wanted.replicas = 3;
  wanted.keep = {{"keepLast", 5}, {"keepYearly", 1}};
  wanted.prune = true;
  wanted.dry_run = false;
  wanted.ignored = {"--paths", "--repo-name"};
  const std::vector<std::string> before{"create", "backupconfig", "web", "--schedule=0 2 * * *"};
  const std::vector<std::string> behind{
      "--driver=VolumeSnapshotter",
      "--target-kind=StatefulSet",
      "--target-name=db",
      "--target-apiversion=apps/v1",
      "--replica=3",
      "--keep-last=5",
      "--keep-yearly",
      "1",
      "--prune",
      "--dry-run=false",
      "--repo-name=gcs",
      "--paths=/a,/b",
      "-n",
      "demo"
  };
  for (const auto* spelling : {"--volumesnpashotclass=fast", "--volumesnapshotclass=fast"}) {
    std::vector<std::string> all = before;
    all.emplace_back(spelling);
    all.insert(all.end(), behind.begin(), behind.end());
    EXPECT_EQ(line(all).verb, Verb(wanted)) << spelling;
    EXPECT_EQ(line(all).connection.name_space, "demo");
  }
}

TEST(CommandLine, CreateSaysNothingThatWasNotSaid) {
  CreateConfiguration wanted;
  wanted.name = "web";
  EXPECT_EQ(line({"create", "backupconfig", "web"}).verb, Verb(wanted));
  wanted.output = Output::kYaml;
  EXPECT_EQ(line({"create", "bc", "web", "-o", "yaml"}).verb, Verb(wanted));
  EXPECT_EQ(ending({"create", "backupconfig", "web", "-o", "table"}).code, kUsage);
  EXPECT_EQ(ending({"create", "backupconfig"}).code, kUsage);
  EXPECT_EQ(ending({"create"}).code, kUsage);
}

TEST(CommandLine, CreateARestoreSession) {
  const CreateRestore wanted{
      .name = "back",
      .replicas = 3,
      .claim = "data-${POD_ORDINAL}",
      .size = "1Gi",
      .snapshot = "data-${POD_ORDINAL}-1",
      .access_modes = {"ReadWriteOnce", "ReadOnlyMany"},
      .storage_class = "standard",
      .ignored = {"--snapshots"}
  };
  EXPECT_EQ(
      line({"create", "restoresession", "back", "--driver=VolumeSnapshotter", "--replica=3",
            "--claim.name=data-${POD_ORDINAL}", "--claim.access-modes=ReadWriteOnce,ReadOnlyMany",
            "--claim.storageclass=standard", "--claim.size=1Gi", "--claim.datasource=data-${POD_ORDINAL}-1",
            "--snapshots=latest"})
          .verb,
      Verb(wanted)
  );
  EXPECT_THAT(ending({"create", "restoresession", "back", "--claim.name=a"}).err, HasSubstr("--claim.datasource"));
}

TEST(CommandLine, ResticIsRefusedWithASentence) {
  const Ending restic = ending({"create", "backupconfig", "web", "--driver=Restic"});
  EXPECT_EQ(restic.code, kUsage);
  EXPECT_THAT(restic.err, HasSubstr("--driver=Restic: Snapstash backs up with CSI snapshots only"));
}

TEST(CommandLine, Copy) {
  EXPECT_EQ(
      line({"cp", "volumesnapshot", "data-1", "--to-namespace=other", "-n", "demo"}).verb,
      Verb(CopySnapshot{"data-1", "other"})
  );
  EXPECT_EQ(
      line({"cp", "backupconfig", "web", "--to-namespace", "other"}).verb, Verb(CopyConfiguration{"web", "other"})
  );
  EXPECT_THAT(ending({"cp", "volumesnapshot", "data-1"}).err, HasSubstr("--to-namespace"));
}

TEST(CommandLine, WhatToDebug) {
  using Subject = Debug::Subject;
  EXPECT_EQ(line({"debug", "backup", "--backupconfig=web"}).verb, Verb(Debug{Subject::kConfiguration, "web"}));
  EXPECT_EQ(line({"debug", "backup", "--backupsession", "web-1"}).verb, Verb(Debug{Subject::kSession, "web-1"}));
  EXPECT_EQ(line({"debug", "restore", "--restoresession=back"}).verb, Verb(Debug{Subject::kRestore, "back"}));
  EXPECT_EQ(line({"debug", "operator"}).verb, Verb(Debug{Subject::kOperator, ""}));
  EXPECT_THAT(ending({"debug", "backup"}).err, HasSubstr("name one: kubectl stash debug backup --backupconfig=NAME"));
  EXPECT_EQ(ending({"debug", "backup", "--backupconfig=a", "--backupsession=b"}).code, kUsage);
  EXPECT_EQ(line({"debug", "backup", "--backupbatch=all"}).verb, Verb(Debug{Subject::kBatch, "all"}));
  EXPECT_EQ(line({"debug", "restore", "--restorebatch=all"}).verb, Verb(Debug{Subject::kRestoreBatch, "all"}));
  EXPECT_THAT(ending({"debug", "restore"}).err, HasSubstr("--restorebatch=NAME"));
  EXPECT_EQ(ending({"debug", "restore", "--restorebatch=a", "--restoresession=b"}).code, kUsage);
}

TEST(CommandLine, HelpOfAVerbWithANounHasRulesAndExamples) {
  EXPECT_THAT(ending({"create", "backupconfig", "--help"}).out, HasSubstr("EXAMPLES"));
  EXPECT_THAT(ending({"create", "restoresession", "--help"}).out, HasSubstr("--claim.datasource"));
  EXPECT_THAT(ending({"cp", "volumesnapshot", "--help"}).out, HasSubstr("WHAT DELETING MEANS"));
  EXPECT_THAT(ending({"debug", "backup", "--help"}).out, HasSubstr("the cause first"));
}

TEST(CommandLine, Version) {
  EXPECT_EQ(line({"version", "--client"}).verb, Verb(Version{.client_only = true}));
  EXPECT_EQ(line({"version", "--short"}).verb, Verb(Version{.brief = true}));
}

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
  EXPECT_THAT(ending({"pause", "--help"}).out, HasSubstr("kubectl stash pause [OPTIONS] [BACKUPCONFIGURATION]\n"));
  EXPECT_THAT(ending({"plan", "--help"}).out, HasSubstr("kubectl stash plan [OPTIONS] BACKUPCONFIGURATION\n"));
  EXPECT_EQ(ending({"frobnicate"}).code, kUsage);
  EXPECT_EQ(ending({"get", "--frobnicate"}).code, kUsage);
  EXPECT_THAT(ending({"get", "--frobnicate"}).err, HasSubstr("--frobnicate"));
}

}  // namespace
}  // namespace snapstash::cli
