#include "features/metrics/stash_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

json::Value parsed(std::string_view text) { return *json::parse(text); }

constexpr std::string_view kSessionLabels =
    R"({invoker_kind="BackupConfiguration",invoker_name="web",namespace="demo",driver="VolumeSnapshotter",)"
    R"(kind="PersistentVolumeClaim",group=""})";
constexpr std::string_view kTargetLabels =
    R"({invoker_kind="BackupConfiguration",invoker_name="web",namespace="demo",driver="VolumeSnapshotter",)"
    R"(kind="Deployment",group="apps",name="shop"})";
constexpr std::string_view kHostLabels =
    R"({invoker_kind="BackupConfiguration",invoker_name="web",namespace="demo",driver="VolumeSnapshotter",)"
    R"(kind="Deployment",group="apps",name="shop",hostname="data"})";

struct StashNames : testing::Test {
  cluster::Stores stores;
  int version = 0;

  void SetUp() override {
    ASSERT_FALSE(stores.configurations.apply(parsed(
        R"({"metadata":{"name":"web","namespace":"demo","uid":"c","resourceVersion":"1"},
        "spec":{"driver":"VolumeSnapshotter","schedule":"@daily","retentionPolicy":{"name":"x","prune":true}}})"
    )));
  }
  void put_session(const std::string& name, const std::string& created, const std::string& phase) {
    const std::string host = phase == "Succeeded"
                                 ? R"("phase":"Succeeded","duration":"12s","snapshots":[{"name":"data-1"}])"
                                 : R"("phase":"Failed","error":"disk full")";
    ASSERT_FALSE(stores.sessions.apply(parsed(
        R"({"metadata":{"name":")" + name + R"(","namespace":"demo","uid":")" + name + R"(","resourceVersion":")" +
        std::to_string(++version) + R"(","creationTimestamp":")" + created +
        R"("},"spec":{"invoker":{"kind":"BackupConfiguration","name":"web"}},"status":{"phase":")" + phase +
        R"(","sessionDuration":"1m5s","targets":[{"ref":{"apiVersion":"apps/v1","kind":"Deployment","name":"shop"},
        "phase":")" +
        (phase == "Skipped" ? "Pending" : phase) + R"(","totalHosts":1,"stats":[{"hostname":"data",)" + host + "}]}]}}"
    )));
  }
  std::string scraped() const { return runtime::expose(stash_families(stores)); }
  static std::string line(std::string_view name, std::string_view labels, std::string_view value) {
    return "\n" + std::string(name) + std::string(labels) + " " + std::string(value) + "\n";
  }
};

TEST_F(StashNames, ASessionHasBothOfItsNames) {
  put_session("web-1", "2026-07-20T02:00:00Z", "Succeeded");
  ASSERT_FALSE(stores.snapshots.apply(parsed(
      R"({"metadata":{"name":"data-1","namespace":"demo","uid":"v","resourceVersion":"9"},
      "spec":{"source":{"persistentVolumeClaimName":"data"}},"status":{"readyToUse":true,"restoreSize":"1Gi"}})"
  )));
  const std::string text = scraped();
  for (const std::string start : {"stash_appscode_com_backupsession_", "stash_backup_session_"}) {
    EXPECT_THAT(text, HasSubstr(line(start + "success", kSessionLabels, "1")));
    EXPECT_THAT(text, HasSubstr(line(start + "duration_seconds", kSessionLabels, "65")));
  }
  for (const std::string start : {"stash_appscode_com_backupsession_", "stash_backup_"}) {
    EXPECT_THAT(text, HasSubstr(line(start + "target_count_total", kSessionLabels, "1")));
    EXPECT_THAT(text, HasSubstr(line(start + "last_success_time_seconds", kSessionLabels, "1784512865")));
  }
  for (const std::string start : {"stash_appscode_com_backupsession_target_", "stash_backup_target_"}) {
    EXPECT_THAT(text, HasSubstr(line(start + "success", kTargetLabels, "1")));
    EXPECT_THAT(text, HasSubstr(line(start + "host_count_total", kTargetLabels, "1")));
  }
  for (const std::string start : {"stash_appscode_com_backupsession_host_", "stash_backup_host_"}) {
    EXPECT_THAT(text, HasSubstr(line(start + "backup_success", kHostLabels, "1")));
    EXPECT_THAT(text, HasSubstr(line(start + "backup_duration_seconds", kHostLabels, "12")));
    EXPECT_THAT(text, HasSubstr(line(start + "data_size_bytes", kHostLabels, "1073741824")));
    for (const std::string tail :
         {"data_uploaded_bytes", "data_processing_time_seconds", "files_total", "files_new", "files_modified",
          "files_unmodified"}) {
      EXPECT_THAT(text, HasSubstr(line(start + tail, kHostLabels, "0")));
    }
  }
}

TEST_F(StashNames, AFailureSaysOnlyThat) {
  put_session("web-1", "2026-07-20T02:00:00Z", "Succeeded");
  put_session("web-2", "2026-07-21T02:00:00Z", "Failed");
  const std::string text = scraped();
  EXPECT_THAT(text, HasSubstr(line("stash_appscode_com_backupsession_success", kSessionLabels, "0")));
  EXPECT_THAT(text, HasSubstr(line("stash_appscode_com_backupsession_target_success", kTargetLabels, "0")));
  EXPECT_THAT(text, HasSubstr(line("stash_appscode_com_backupsession_host_backup_success", kHostLabels, "0")));
  EXPECT_THAT(text, Not(HasSubstr("duration_seconds{")));
}

TEST_F(StashNames, RunningAndSkippedSessionsSayNothing) {
  put_session("web-1", "2026-07-20T02:00:00Z", "Running");
  put_session("web-2", "2026-07-21T02:00:00Z", "Skipped");
  EXPECT_EQ(scraped(), "");
}

TEST_F(StashNames, B25ARestoreThatSucceededIsASuccess) {
  ASSERT_FALSE(stores.restores.apply(parsed(
      R"({"metadata":{"name":"back","namespace":"demo","uid":"r","resourceVersion":"1"},
      "spec":{"driver":"VolumeSnapshotter"},"status":{"phase":"Succeeded","sessionDuration":"3s","totalHosts":1,
      "stats":[{"hostname":"restored","phase":"Succeeded","duration":"2s"}]}})"
  )));
  const std::string text = scraped();
  EXPECT_THAT(
      text,
      HasSubstr(R"(stash_restore_session_success{invoker_kind="RestoreSession",invoker_name="back",namespace="demo",)"
                R"(driver="VolumeSnapshotter",kind="PersistentVolumeClaim",group=""} 1)")
  );
  EXPECT_THAT(text, HasSubstr(R"(hostname="restored"} 2)"));
  EXPECT_THAT(text, HasSubstr("stash_appscode_com_restoresession_host_restore_success{"));
}

// No series may stand twice: a scrape with such is refused whole.
TEST_F(StashNames, MembersOfABatchThatNameNoObjectAreOneTarget) {
  ASSERT_FALSE(stores.restore_batches.apply(parsed(
      R"({"metadata":{"name":"back","namespace":"demo","uid":"r","resourceVersion":"1"},
      "spec":{"driver":"VolumeSnapshotter"},"status":{"phase":"Failed","sessionDuration":"3s","members":[
      {"ref":{},"phase":"Succeeded","totalHosts":2,"stats":[{"hostname":"a","phase":"Succeeded","duration":"2s"}]},
      {"ref":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"phase":"Succeeded","totalHosts":1},
      {"ref":{},"phase":"Failed","totalHosts":1,"stats":[{"hostname":"b","phase":"Failed","error":"e"}]}]}})"
  )));
  const std::string text = scraped();
  const std::string whole =
      R"({invoker_kind="RestoreBatch",invoker_name="back",namespace="demo",driver="VolumeSnapshotter",)";
  const std::string none = whole + R"(kind="PersistentVolumeClaim",group="")";
  EXPECT_THAT(text, HasSubstr("stash_restore_session_success" + none + "} 0"));
  EXPECT_THAT(text, HasSubstr("stash_restore_target_count_total" + none + "} 3"));
  EXPECT_THAT(
      text, HasSubstr("stash_restore_target_success" + whole + R"(kind="Deployment",group="apps",name="web"} 1)")
  );
  EXPECT_THAT(text, HasSubstr("stash_restore_host_restore_success{"));
  const std::string hosts = "\nstash_restore_target_host_count_total{";
  std::size_t count = 0;
  for (std::size_t at = text.find(hosts); at != std::string::npos; at = text.find(hosts, at + 1)) ++count;
  EXPECT_EQ(count, 2U);
}

}  // namespace
}  // namespace snapstash::metrics
