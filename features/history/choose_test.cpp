#include "features/history/choose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::history {
namespace {

using namespace std::chrono_literals;
using enum Outcome;
using testing::ElementsAre;
using testing::IsEmpty;

Session session(std::string name, std::chrono::seconds created, Outcome outcome = kSucceeded) {
  return {.name = std::move(name), .uid = "u", .created = WallTime(created), .outcome = outcome};
}

std::vector<std::string> deleted(const std::vector<Session>& sessions, std::int64_t limit, Outcome ends = kSucceeded) {
  std::vector<std::string> names;
  for (const Session& each : choose_deleted(sessions, session("ending", 99s, ends), limit)) names.push_back(each.name);
  return names;
}

TEST(ChooseDeleted, B32KeepsExactlyTheLimit) {
  const std::vector<Session> sessions{session("old", 1s), session("middle", 2s), session("ending", 99s, kUnfinished)};
  EXPECT_THAT(deleted(sessions, 1), ElementsAre("middle", "old"));
  EXPECT_THAT(deleted(sessions, 2), ElementsAre("old"));
  EXPECT_THAT(deleted(sessions, 3), IsEmpty());
}

TEST(ChooseDeleted, TheSessionThatEndsStaysWhateverTheLimit) {
  EXPECT_THAT(deleted({session("ending", 99s, kUnfinished)}, 0), IsEmpty());
  EXPECT_THAT(deleted({session("ending", 99s, kUnfinished)}, -1), IsEmpty());
}

TEST(ChooseDeleted, UnfinishedSessionsNeitherCountNorGo) {
  const std::vector<Session> sessions{session("running", 2s, kUnfinished), session("old", 1s)};
  EXPECT_THAT(deleted(sessions, 2), IsEmpty());
  EXPECT_THAT(deleted(sessions, 1), ElementsAre("old"));
}

TEST(ChooseDeleted, TheLastSuccessStaysWhenTheNewestFailed) {
  const std::vector<Session> sessions{
      session("failed", 3s, kFailed), session("good", 2s), session("good before", 1s), session("skipped", 4s, kSkipped)
  };
  EXPECT_THAT(deleted(sessions, 1, kFailed), ElementsAre("skipped", "failed", "good before"));
}

TEST(ChooseDeleted, TheLastFailureStaysWhenTheNewestSucceeded) {
  const std::vector<Session> sessions{
      session("good", 3s), session("failed", 2s, kFailed), session("failed before", 1s, kFailed)
  };
  EXPECT_THAT(deleted(sessions, 1), ElementsAre("good", "failed before"));
}

TEST(ChooseDeleted, ASkippedSessionNeverPushesOutBothEnds) {
  const std::vector<Session> sessions{
      session("skipped", 3s, kSkipped), session("good", 2s), session("failed", 1s, kFailed)
  };
  EXPECT_THAT(deleted(sessions, 1, kSkipped), ElementsAre("skipped"));
  EXPECT_THAT(deleted(sessions, 2, kSkipped), IsEmpty());
}

}  // namespace
}  // namespace snapstash::history
