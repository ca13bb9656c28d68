#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "api/sample_objects.hpp"
#include "api/yaml.hpp"
#include "features/backup/job.hpp"
#include "features/hooks/job.hpp"
#include "features/naming/object_names.hpp"
#include "features/restore/job.hpp"
#include "features/schedule/manifests.hpp"

/// runtimeSettings, applied in full: what is made for one BackupConfiguration and one RestoreSession that set
/// everything there is, as files to be read. SNAPSTASH_WRITE_GENERATED=1 writes them anew.
namespace snapstash {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr WallTime kCreated{1'700'000'000s};

std::string read(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

fs::path golden(const std::string& name) { return fs::path(SNAPSTASH_SOURCE_DIR) / "apps/parts/golden" / name; }

void expect_golden(const std::string& name, const json::Value& object) {
  const std::string content = api::to_yaml(object);
  if (std::getenv("SNAPSTASH_WRITE_GENERATED") != nullptr) std::ofstream(golden(name)) << content;
  EXPECT_EQ(read(golden(name)), content) << name << ": if this is meant, write it with SNAPSTASH_WRITE_GENERATED=1";
}

api::RuntimeSettings settings() {
  return json::decode<api::RuntimeSettings>(json::parse(read(golden("settings.json"))).value()).value();
}

pods::Defaults defaults() { return {.image = "registry.example.com/snapstash:1", .image_pull_secrets = {"operators"}}; }

api::BackupConfiguration configuration() {
  api::BackupConfiguration made;
  made.metadata.name = "daily";
  made.metadata.namespace_ = "demo";
  made.metadata.uid = "c1";
  made.spec.schedule = "0 2 * * *";
  made.spec.target.emplace();
  made.spec.target->ref = {.api_version = "apps/v1", .kind = "Deployment", .name = "web"};
  made.spec.hooks.edit().pre_backup.emplace().exec = api::ExecAction{{"sh", "-c", "freeze $DATA"}};
  made.spec.runtime_settings.edit() = settings();
  return made;
}

api::BackupSession session() {
  api::BackupSession made;
  made.metadata.name = "daily-1700000000";
  made.metadata.namespace_ = "demo";
  made.metadata.uid = "s1";
  made.metadata.creation_timestamp = kCreated;
  return made;
}

hooks::Errand hook_errand(const api::BackupConfiguration& of) {
  hooks::Errand errand{.pre = of.spec.hooks->pre_backup, .audience = {.selector = "app=web"}, .timeout = 5min};
  errand.facts = {
      .name = "daily-1700000000", .namespace_ = "demo", .invoker_kind = "BackupConfiguration", .invoker_name = "daily"
  };
  return errand;
}

TEST(RuntimeSettings, OfWhatAConfigurationStandsFor) {
  int number = 0;
  for (const schedule::Manifest& each : schedule::manifests(configuration(), {.pods = defaults()})) {
    const std::string kind(json::find_string(each.object, "/kind"));
    expect_golden(fmt::format("{}-{}.yaml", ++number, kind), each.object);
  }
}

TEST(RuntimeSettings, OfTheSnapshotterJob) {
  backup::Errand errand = backup::errand_of(session(), configuration(), {{"data", "fast"}}, kCreated + 10min);
  expect_golden("snapshotter.yaml", backup::job_manifest(session(), configuration(), errand, 1, {defaults()}));
  errand.hooks = hook_errand(configuration());
  expect_golden(
      "snapshotter-with-hooks.yaml", backup::job_manifest(session(), configuration(), errand, 1, {defaults()})
  );
}

TEST(RuntimeSettings, OfTheHookJob) {
  hooks::Errand errand = hook_errand(configuration());
  errand.post = std::exchange(errand.pre, std::nullopt);
  const jobs::Plan plan = hooks::post_plan(
      backup::hook_job_name(session()), schedule::snapshotter_account(configuration()),
      backup::job_labels(session(), configuration()), errand
  );
  const api::BackupSession owner = session();
  expect_golden(
      "hook.yaml", jobs::manifest({api::BackupSession::kResource, owner.metadata}, plan, defaults(), settings())
  );
}

TEST(RuntimeSettings, OfTheRestoreJob) {
  api::RestoreSession restore = api::sample_restore();
  restore.metadata.uid = "r1";
  restore.spec.runtime_settings.edit() = settings();
  restore::Errand errand{.session = restore.metadata.name, .session_uid = "r1", .items = {}, .hooks = {}};
  for (const auto& wanted : restore.spec.target->volume_claim_templates) {
    errand.items.push_back(restore::item_of(restore, wanted, true));
  }
  expect_golden("restorer.yaml", restore::job_manifest(restore, errand, 1, {.pods = defaults()}));
}

/// Every setting that there is leaves a mark in the Job (but for what only says which account it is).
TEST(RuntimeSettings, NoneIsForgotten) {
  const backup::Errand errand = backup::errand_of(session(), configuration(), {{"data", "fast"}}, kCreated + 10min);
  const std::string whole = json::serialize(backup::job_manifest(session(), configuration(), errand, 1, {defaults()}));
  for (const char* mark :
       {"cost-center",
        "example.com/note",
        "\"disk\":\"ssd\"",
        "automountServiceAccountToken",
        "node-7",
        "fsGroup",
        "registry",
        "nodeAffinity",
        "my-scheduler",
        "dedicated",
        "system-cluster-critical",
        "2000000000",
        "example.com/ready",
        "gvisor",
        "\"enableServiceLinks\":true",
        "ScheduleAnyway",
        "64Mi",
        "livenessProbe",
        "readinessProbe",
        "preStop",
        "CHOWN",
        "NICE_ADJUSTMENT",
        "IONICE_CLASS_DATA",
        "configMapRef",
        "HTTPS_PROXY"}) {
    EXPECT_NE(whole.find(mark), std::string::npos) << mark;
  }
}

}  // namespace
}  // namespace snapstash
