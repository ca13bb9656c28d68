#include "features/history/choose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::history {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

Session session(std::string name, std::chrono::seconds created, bool finished = true) {
  return {.name = std::move(name), .uid = "u", .created = WallTime(created), .finished = finished};
}

TEST(ChooseDeleted, KeepsExactlyTheLimit) {
  const std::vector<Session> sessions{session("old", 1s), session("middle", 2s), session("ending", 3s, false)};
  EXPECT_THAT(
      choose_deleted(sessions, "ending", 1), ElementsAre(Field(&Session::name, "middle"), Field(&Session::name, "old"))
  );
  EXPECT_THAT(choose_deleted(sessions, "ending", 2), ElementsAre(Field(&Session::name, "old")));
  EXPECT_THAT(choose_deleted(sessions, "ending", 3), IsEmpty());
}

TEST(ChooseDeleted, TheSessionThatEndsStaysWhateverTheLimit) {
  EXPECT_THAT(choose_deleted({session("ending", 3s)}, "ending", 0), IsEmpty());
  EXPECT_THAT(choose_deleted({session("ending", 3s)}, "ending", -1), IsEmpty());
}

TEST(ChooseDeleted, UnfinishedSessionsNeitherCountNorGo) {
  const std::vector<Session> sessions{session("running", 2s, false), session("old", 1s)};
  EXPECT_THAT(choose_deleted(sessions, "ending", 2), IsEmpty());
  EXPECT_THAT(choose_deleted(sessions, "ending", 1), ElementsAre(Field(&Session::name, "old")));
}

}  // namespace
}  // namespace snapstash::history
