#include "features/cli/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Candidates, AreVerbsFirst) {
  EXPECT_THAT(candidates({"p"}).words, ElementsAre("pause", "plan"));
  EXPECT_THAT(candidates({""}).words, Contains("trigger"));
  EXPECT_THAT(candidates({"-n", "demo", "tr"}).words, ElementsAre("trigger"));
  EXPECT_THAT(candidates({}).words, Contains("get"));
}

TEST(Candidates, AreConfigurationsBehindAVerb) {
  EXPECT_EQ(candidates({"trigger", ""}), (Candidates{{}, "backupconfigurations"}));
  EXPECT_EQ(candidates({"plan", "-n", "demo", "w"}), (Candidates{{}, "backupconfigurations"}));
  EXPECT_EQ(candidates({"pause", "backup", "--backupconfig", ""}), (Candidates{{}, "backupconfigurations"}));
  EXPECT_EQ(candidates({"trigger", "web", ""}), Candidates{});
  EXPECT_EQ(candidates({"version", ""}), Candidates{});
}

TEST(Candidates, AreNounsBehindAVerbThatHasSome) {
  EXPECT_THAT(candidates({"create", ""}).words, ElementsAre("backupconfig", "restoresession"));
  EXPECT_THAT(candidates({"-n", "demo", "debug", "o"}).words, ElementsAre("operator"));
  EXPECT_THAT(candidates({"cp", "b"}).words, ElementsAre("backupconfig"));
  EXPECT_THAT(candidates({"c"}).words, ElementsAre("completion", "cp", "create"));
}

TEST(Candidates, AreNamesOfWhatTheNounIsAbout) {
  EXPECT_EQ(candidates({"cp", "volumesnapshot", ""}), (Candidates{{}, "volumesnapshots"}));
  EXPECT_EQ(candidates({"cp", "volumesnapshot", "data", "--to-namespace", ""}), (Candidates{{}, "namespaces"}));
  EXPECT_EQ(candidates({"cp", "backupconfig", "w"}), (Candidates{{}, "backupconfigurations"}));
  EXPECT_EQ(candidates({"create", "backupconfig", "w"}), (Candidates{{}, "backupconfigurations"}));
  EXPECT_EQ(candidates({"create", "restoresession", ""}), Candidates{});
  EXPECT_EQ(candidates({"debug", "backup", ""}), Candidates{});
  EXPECT_EQ(candidates({"debug", "backup", "--backupsession", ""}), (Candidates{{}, "backupsessions"}));
  EXPECT_EQ(candidates({"debug", "restore", "--restoresession", ""}), (Candidates{{}, "restoresessions"}));
  EXPECT_EQ(
      candidates({"create", "restoresession", "r", "--claim.datasource", ""}), (Candidates{{}, "volumesnapshots"})
  );
}

TEST(Candidates, AreFlagsOfTheNoun) {
  EXPECT_THAT(
      candidates({"create", "backupconfig", "web", "--keep-"}).words,
      ElementsAre("--keep-daily", "--keep-hourly", "--keep-last", "--keep-monthly", "--keep-weekly", "--keep-yearly")
  );
  EXPECT_THAT(
      candidates({"create", "restoresession", "r", "--claim."}).words,
      ElementsAre("--claim.access-modes", "--claim.datasource", "--claim.name", "--claim.size", "--claim.storageclass")
  );
  EXPECT_THAT(candidates({"debug", "backup", "--backups"}).words, ElementsAre("--backupsession"));
  EXPECT_THAT(candidates({"create", "backupconfig", "web", "-o", ""}).words, ElementsAre("json", "yaml"));
  EXPECT_THAT(candidates({"create", "backupconfig", "w", "--target-kind", "St"}).words, ElementsAre("StatefulSet"));
}

TEST(Candidates, AreFlagsOfTheVerbAndTheConnection) {
  const auto flags = candidates({"trigger", "web", "--"}).words;
  EXPECT_THAT(flags, Contains("--wait"));
  EXPECT_THAT(flags, Contains("--context"));
  EXPECT_THAT(flags, Not(Contains("--policy")));
  EXPECT_THAT(candidates({"plan", "--po"}).words, ElementsAre("--policy"));
}

TEST(Candidates, AreValuesWhereTheyAreFew) {
  EXPECT_THAT(candidates({"get", "-o", ""}).words, ElementsAre("json", "table", "yaml"));
  EXPECT_THAT(candidates({"get", "--output", "y"}).words, ElementsAre("yaml"));
  EXPECT_THAT(candidates({"completion", "b"}).words, ElementsAre("bash"));
  EXPECT_EQ(candidates({"get", "--context", ""}), Candidates{});
}

TEST(ConnectionArguments, AreThoseThatSayWhichCluster) {
  EXPECT_THAT(
      connection_arguments({"-n", "demo", "trigger", "--wait", "--context=other", "--kubeconfig", "file", ""}),
      ElementsAre("-n", "demo", "--context=other", "--kubeconfig", "file")
  );
  EXPECT_THAT(connection_arguments({"trigger", ""}), IsEmpty());
}

TEST(CompletionScript, IsThereForThreeShells) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    EXPECT_THAT(completion_script(shell), HasSubstr("kubectl-stash __complete")) << shell;
  }
  EXPECT_EQ(completion_script("csh"), "");
}

}  // namespace
}  // namespace snapstash::cli
