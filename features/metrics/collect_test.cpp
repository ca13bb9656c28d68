#include "features/metrics/collect.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

json::Value parsed(std::string_view text) { return *json::parse(text); }

std::string scraped(const cluster::Stores& stores) {
  return runtime::expose(families(stores, *parse_time("2026-07-20T02:00:30Z")));
}

void put_configuration(cluster::Stores& stores, std::string_view spec) {
  static int version = 0;
  const std::string text = R"({"metadata":{"name":"web","namespace":"demo","uid":"c","resourceVersion":")" +
                           std::to_string(++version) + R"(","creationTimestamp":"2026-07-20T00:00:00Z"},
      "spec":{"driver":"VolumeSnapshotter","retentionPolicy":{"name":"x","prune":true},)" +
                           std::string(spec) + R"(},"status":{"snapstash":{"lastSuccess":"2026-07-20T02:00:00Z"}}})";
  ASSERT_FALSE(stores.configurations.apply(parsed(text)));
}

TEST(Families, SayWhatAnAlertNeeds) {
  cluster::Stores stores;
  put_configuration(stores, R"("schedule":"*/5 * * * *")");
  const std::string text = scraped(stores);
  EXPECT_THAT(text, HasSubstr(R"(snapstash_backup_expected_interval_seconds{namespace="demo",name="web"} 300)"));
  EXPECT_THAT(
      text, HasSubstr(R"(snapstash_backup_last_success_timestamp_seconds{namespace="demo",name="web"} 1784512800)")
  );
  EXPECT_THAT(
      text, HasSubstr(R"(snapstash_backup_next_slot_timestamp_seconds{namespace="demo",name="web"} 1784513100)")
  );
  EXPECT_THAT(
      text,
      HasSubstr(R"(snapstash_backupconfiguration_created_timestamp_seconds{namespace="demo",name="web"} 1784505600)")
  );
}

TEST(Families, ABatchIsToldFromAConfigurationOfItsName) {
  cluster::Stores stores;
  put_configuration(stores, R"("schedule":"*/5 * * * *")");
  ASSERT_FALSE(stores.batches.apply(parsed(
      R"({"metadata":{"name":"web","namespace":"demo","uid":"b","resourceVersion":"7"},
      "spec":{"driver":"VolumeSnapshotter","retentionPolicy":{"name":"x","prune":true},"schedule":"@hourly"}})"
  )));
  ASSERT_FALSE(stores.sessions.apply(parsed(
      R"({"metadata":{"name":"web-1","namespace":"demo","uid":"s","resourceVersion":"8"},
      "spec":{"invoker":{"kind":"BackupBatch","name":"web"}},"status":{"phase":"Succeeded"}})"
  )));
  const std::string text = scraped(stores);
  EXPECT_THAT(text, HasSubstr(R"(expected_interval_seconds{namespace="demo",name="web"} 300)"));
  EXPECT_THAT(text, HasSubstr(R"(expected_interval_seconds{namespace="demo",name="web",kind="BackupBatch"} 3600)"));
  EXPECT_THAT(
      text,
      HasSubstr(R"(snapstash_backup_sessions{namespace="demo",name="web",kind="BackupBatch",phase="Succeeded"} 1)")
  );
  EXPECT_THAT(text, Not(HasSubstr(R"(snapstash_backup_sessions{namespace="demo",name="web",phase=)")));
}

TEST(Families, RestoresOfBatchesAreToldFromSessions) {
  cluster::Stores stores;
  constexpr std::string_view kRestore =
      R"({"metadata":{"name":"back","namespace":"demo","uid":"r","resourceVersion":"1"},
      "spec":{"driver":"VolumeSnapshotter"},"status":{"phase":"Succeeded"}})";
  ASSERT_FALSE(stores.restores.apply(parsed(kRestore)));
  ASSERT_FALSE(stores.restore_batches.apply(parsed(kRestore)));
  const std::string text = scraped(stores);
  EXPECT_THAT(text, HasSubstr(R"(snapstash_restore_sessions{namespace="demo",phase="Succeeded"} 1)"));
  EXPECT_THAT(
      text, HasSubstr(R"(snapstash_restore_sessions{namespace="demo",kind="RestoreBatch",phase="Succeeded"} 1)")
  );
}

TEST(Families, APausedConfigurationExpectsNothing) {
  cluster::Stores stores;
  put_configuration(stores, R"("schedule":"*/5 * * * *","paused":true)");
  EXPECT_THAT(scraped(stores), Not(HasSubstr("expected_interval_seconds{")));
  EXPECT_THAT(scraped(stores), Not(HasSubstr("next_slot_timestamp_seconds{")));
}

TEST(Families, ATimeZoneOfItsOwnHasNoNextSlot) {
  cluster::Stores stores;
  put_configuration(stores, R"("schedule":"0 2 * * *","snapstash":{"timeZone":"Europe/Berlin"})");
  EXPECT_THAT(scraped(stores), HasSubstr("expected_interval_seconds{"));
  EXPECT_THAT(scraped(stores), Not(HasSubstr("next_slot_timestamp_seconds{")));
}

TEST(Families, TellWhenABackupIsStale) {
  cluster::Stores stores;
  const auto stale = [&](std::string_view schedule) {
    put_configuration(stores, R"("schedule":")" + std::string(schedule) + "\"");
    const std::string text = scraped(stores);
    const std::string start = R"(snapstash_backup_stale{namespace="demo",name="web"} )";
    return text.substr(text.find(start) + start.size(), 1);
  };
  EXPECT_EQ(stale("* * * * *"), "0");  // its success is thirty seconds old
  EXPECT_EQ(stale("@every 10s"), "1");
  // Its success, on Monday at two, is 30 s old; between the slots of a Friday and the next Monday lie three days.
  EXPECT_EQ(stale("0 2 * * 5"), "0");
}

TEST(Families, CountSlotsWithoutASession) {
  cluster::Stores stores;
  put_configuration(stores, R"("schedule":"*/30 * * * *")");
  // Since midnight, when it was made: 00:30, 01:00, 01:30; 02:00 was thirty seconds ago and may still come.
  EXPECT_THAT(scraped(stores), HasSubstr(R"(snapstash_backup_missed_slots{namespace="demo",name="web"} 3)"));
  ASSERT_FALSE(stores.sessions.apply(parsed(
      R"({"metadata":{"name":"web-1","namespace":"demo","uid":"s","resourceVersion":"2","creationTimestamp":"2026-07-20T01:00:02Z"},
      "spec":{"invoker":{"kind":"BackupConfiguration","name":"web"}}})"
  )));
  EXPECT_THAT(scraped(stores), HasSubstr(R"(snapstash_backup_missed_slots{namespace="demo",name="web"} 1)"));
}

TEST(Families, ShowStalledSessionsAndRetentionThatIsBlocked) {
  cluster::Stores stores;
  put_configuration(stores, R"("schedule":"@daily")");
  EXPECT_THAT(scraped(stores), HasSubstr(R"(snapstash_backup_stalled_sessions{namespace="demo",name="web"} 0)"));
  EXPECT_THAT(scraped(stores), HasSubstr(R"(snapstash_backup_retention_blocked{namespace="demo",name="web"} 0)"));
  const auto session = [](std::string_view name, std::string_view created, std::string_view status) {
    return parsed(
        R"({"metadata":{"name":")" + std::string(name) + R"(","namespace":"demo","uid":")" + std::string(name) +
        R"(","resourceVersion":"3","creationTimestamp":")" + std::string(created) +
        R"("},"spec":{"invoker":{"kind":"BackupConfiguration","name":"web"}},"status":)" + std::string(status) + "}"
    );
  };
  ASSERT_FALSE(stores.sessions.apply(session(
      "web-2", "2026-07-20T02:00:00Z",
      R"({"phase":"Running","conditions":[{"type":"Stalled","status":"True","lastTransitionTime":"2026-07-20T02:00:00Z"}]})"
  )));
  ASSERT_FALSE(stores.sessions.apply(session(
      "web-1", "2026-07-20T01:00:00Z",
      R"({"phase":"Succeeded","conditions":[{"type":"RetentionPolicyApplied","status":"False",
      "reason":"RetentionBlocked","lastTransitionTime":"2026-07-20T02:00:00Z"}]})"
  )));
  EXPECT_THAT(scraped(stores), HasSubstr(R"(snapstash_backup_stalled_sessions{namespace="demo",name="web"} 1)"));
  EXPECT_THAT(scraped(stores), HasSubstr(R"(snapstash_backup_retention_blocked{namespace="demo",name="web"} 1)"));
}

TEST(Families, CountSessionsAndFindTheNewestSnapshotOfEachVolume) {
  cluster::Stores stores;
  put_configuration(stores, R"("schedule":"@daily")");
  ASSERT_FALSE(stores.sessions.apply(parsed(
      R"({"metadata":{"name":"web-1","namespace":"demo","uid":"s","resourceVersion":"2"},"spec":{"invoker":{"kind":"BackupConfiguration","name":"web"}},"status":{"phase":"Failed"}})"
  )));
  for (const auto* ready : {"true", "false"}) {
    const std::string name = std::string("data-") + ready;
    ASSERT_FALSE(stores.snapshots.apply(parsed(fmt::format(
        R"({{"metadata":{{"name":"{0}","namespace":"demo","uid":"{0}","resourceVersion":"3",
           "labels":{{"snapstash.dev/configuration":"web","snapstash.dev/session-uid":"s"}},
           "creationTimestamp":"2026-07-20T02:00:0{1}Z"}},"spec":{{"source":{{"persistentVolumeClaimName":"data"}}}},
           "status":{{"readyToUse":{2}}}}})",
        name, std::string(ready) == "true" ? "0" : "9", ready
    ))));
  }
  const std::string text = scraped(stores);
  EXPECT_THAT(text, HasSubstr(R"(snapstash_backup_sessions{namespace="demo",name="web",phase="Failed"} 1)"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"(snapstash_backup_volume_last_success_timestamp_seconds{namespace="demo",name="web",pvc="data"} 1784512800)"
      )
  );
  EXPECT_THAT(text, HasSubstr(R"(snapstash_backup_ready_snapshots{namespace="demo",name="web",pvc="data"} 1)"));
}

}  // namespace
}  // namespace snapstash::metrics
