#include "features/naming/object_names.hpp"

#include <gtest/gtest.h>

namespace snapstash::naming {
namespace {

using namespace std::chrono_literals;

TEST(Bounded, KeepsWhatFitsAndMarksWhatDoesNot) {
  EXPECT_EQ(bounded("short"), "short");
  EXPECT_EQ(bounded(std::string(63, 'a')), std::string(63, 'a'));
  const std::string cut = bounded(std::string(64, 'a'));
  EXPECT_EQ(cut.size(), 63U);
  EXPECT_EQ(cut, std::string(54, 'a') + "-" + hash8(std::string(64, 'a')));
  EXPECT_NE(cut, bounded(std::string(65, 'a')));
}

TEST(Bounded, DoesNotPutTwoDashesInARow) {
  EXPECT_EQ(bounded("abc-defghijkl", 13), "abc-defghijkl");
  EXPECT_EQ(bounded("abc-defghijklm", 13), "abc-" + hash8("abc-defghijklm"));
}

TEST(Trigger, IsStashs) {
  EXPECT_EQ(trigger("deployment-volume-snapshot"), "stash-trigger-deployment-volume-snapshot");
  EXPECT_EQ(trigger("a.b"), "stash-trigger-a-b");
  // Longer than 52: the last 52 characters.
  EXPECT_EQ(trigger(std::string(50, 'x')), "r-" + std::string(50, 'x'));
}

TEST(Accounts, AreStashs) {
  EXPECT_EQ(snapshotter_account("pvc-volume-snapshot"), "backupconfiguration-pvc-volume-snapshot-0");
  EXPECT_EQ(restorer_account("restore-pvc"), "restoresession-restore-pvc-0");
  const std::string longest = "backupconfiguration-" + std::string(60, 'n') + "-0";
  EXPECT_EQ(snapshotter_account(std::string(60, 'n')), longest.substr(0, 32) + longest.substr(longest.size() - 31));
}

TEST(Job, IsNamedAfterItsSessionAndAttempt) {
  EXPECT_EQ(job("web-1700000000", 1), "stash-vs-web-1700000000");
  EXPECT_EQ(job("web-1700000000", 2), "stash-vs-web-1700000000-2");
  EXPECT_EQ(job(std::string(70, 's'), 2).size(), 63U);
  EXPECT_TRUE(job(std::string(70, 's'), 2).ends_with("-2"));
}

TEST(Batch, EachMemberHasNamesOfItsOwn) {
  EXPECT_EQ(member_account("shop", 1), "backupbatch-shop-1");
  EXPECT_EQ(restorer_member_account("back", 1), "restorebatch-back-1");
  EXPECT_EQ(member_job("shop-1700000000", 0, 1), "stash-vs-shop-1700000000-0");
  EXPECT_EQ(member_job("shop-1700000000", 1, 2), "stash-vs-shop-1700000000-1-2");
  EXPECT_EQ(member_hook_job("shop-1700000000", 1), "stash-hook-shop-1700000000-1");
  EXPECT_EQ(batch_hook_job("shop-1700000000", "pre"), "stash-hook-shop-1700000000-pre");
  const std::string longest(63, 's');
  EXPECT_LE(member_job(longest, 99, 3).size(), kLabelLength);
  EXPECT_TRUE(member_job(longest, 99, 3).ends_with("-99-3"));
}

TEST(Session, KeepsItsSlotWhole) {
  EXPECT_EQ(session_of_slot("pvc-volume-snapshot", 1'700'000'000), "pvc-volume-snapshot-1700000000");
  const std::string name = session_of_slot(std::string(80, 'c'), 1'700'000'000);
  EXPECT_EQ(name.size(), 63U);
  EXPECT_TRUE(name.ends_with("-1700000000"));
  EXPECT_EQ(session_of_manual_job("web", "0c2d45e6-89ab-4cde-8123-456789abcdef"), "web-0c2d45e6");
  EXPECT_EQ(session_by_hand("web", "x7k2p"), "web-x7k2p");
}

TEST(Snapshot, CarriesTheSessionsCreationTime) {
  const WallTime created(1'700'000'000s + 900ms);
  EXPECT_EQ(snapshot("source-data", created), "source-data-1700000000");
  EXPECT_EQ(snapshot_besides("source-data-1700000000", "ab12-cdef"), "source-data-1700000000-ab12");
  EXPECT_LE(snapshot(std::string(253, 'p'), created).size(), 253U);
}

}  // namespace
}  // namespace snapstash::naming
