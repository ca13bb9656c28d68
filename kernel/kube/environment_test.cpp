#include "kernel/kube/environment.hpp"

#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

TEST(Environment, TheSystemsHasAPath) { EXPECT_NE(variable(system_environment(), "PATH"), ""); }

TEST(Environment, AnUnsetVariableIsEmpty) {
  EXPECT_EQ(variable({{"A", "b=c"}}, "A"), "b=c");
  EXPECT_EQ(variable({}, "A"), "");
}

}  // namespace
}  // namespace snapstash::kube
