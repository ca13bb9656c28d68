#include "features/backup/clean_up.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/sample_objects.hpp"
#include "features/cluster/test_context.hpp"

namespace snapstash::backup {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using Phase = api::BackupSession::Phase;

struct History : testing::Test, cluster::TestContext {
  api::BackupConfiguration configuration = api::sample_configuration();

  api::BackupSession session(const std::string& name, std::chrono::seconds created, std::optional<Phase> phase) {
    api::BackupSession made = api::sample_session();
    made.metadata.name = name;
    made.metadata.uid = name;
    made.metadata.creation_timestamp = WallTime(created);
    made.status.phase = phase;
    put(stores.sessions, json::encode(made));
    return made;
  }

  /// Returns the names of the sessions that go when `ending` succeeds.
  std::vector<std::string> old(const api::BackupSession& ending) {
    Sight sight;
    sight.session = std::make_shared<const api::BackupSession>(ending);
    sight.configuration = std::make_shared<const api::BackupConfiguration>(configuration);
    plan_history(stores, sight, history::Outcome::kSucceeded);
    std::vector<std::string> names;
    for (const history::Session& each : sight.old_sessions) names.push_back(each.name);
    return names;
  }
};

/// A session that somebody wrote by hand has none of Stash's two labels: whose it is, its invoker says.
TEST_F(History, CountsSessionsWithoutLabels) {
  session("by-hand", 1s, Phase::kSucceeded);
  session("failed", 2s, Phase::kFailed);
  const auto ending = session("ending", 3s, Phase::kRunning);
  configuration.spec.backup_history_limit = 1;
  EXPECT_THAT(old(ending), ElementsAre("by-hand"));
}

TEST_F(History, LeavesTheSessionsOfOthers) {
  api::BackupSession other = session("of-another", 1s, Phase::kSucceeded);
  other.spec.invoker.name = "another";
  put(stores.sessions, json::encode(other));
  session("mine", 1s, Phase::kSucceeded);
  const auto ending = session("ending", 3s, Phase::kRunning);
  configuration.spec.backup_history_limit = 1;
  EXPECT_THAT(old(ending), ElementsAre("mine"));
}

}  // namespace
}  // namespace snapstash::backup
