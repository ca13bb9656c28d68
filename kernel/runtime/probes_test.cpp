#include "kernel/runtime/probes.hpp"

#include <gtest/gtest.h>

#include "kernel/runtime/endpoints.hpp"

namespace snapstash::runtime {
namespace {

struct ProbesTest : ::testing::Test {
  bool stores_synced = false;
  bool alive = true;
  Probes probes;

  ProbesTest() {
    probes.add_readiness("stores", [this]() -> Result<void> {
      if (!stores_synced) return fail(Code::kUnavailable, "jobs not synced");
      return {};
    });
    probes.add_readiness("ping", []() -> Result<void> { return {}; });
    probes.add_liveness("lease", [this]() -> Result<void> {
      if (!alive) return fail(Code::kTimeout, "not renewed");
      return {};
    });
  }
};

TEST_F(ProbesTest, EachKindHasItsOwnChecks) {
  EXPECT_EQ(probes.answer("/healthz", "").status, 200);
  EXPECT_EQ(probes.answer("/livez", "").body, "ok");
  EXPECT_EQ(probes.answer("/readyz", "").status, 500);
  stores_synced = true;
  alive = false;
  EXPECT_EQ(probes.answer("/readyz", "").status, 200);
  EXPECT_EQ(probes.answer("/healthz", "").status, 500);
}

TEST_F(ProbesTest, FailuresNameEveryCheck) {
  EXPECT_EQ(probes.answer("/readyz", "").body, "[+]ping ok\n[-]stores failed: jobs not synced\nreadyz check failed\n");
}

TEST_F(ProbesTest, VerboseAndExclude) {
  EXPECT_EQ(
      probes.answer("/readyz", "verbose&exclude=stores").body,
      "[+]ping ok\n[+]stores excluded: ok\nreadyz check passed\n"
  );
  EXPECT_EQ(probes.answer("/readyz", "exclude=stores").body, "ok");
  EXPECT_EQ(probes.answer("/readyz", "exclude=ping&verbose=1").status, 500);
}

TEST_F(ProbesTest, SubPathsAskOneCheck) {
  EXPECT_EQ(probes.answer("/readyz/ping", "").status, 200);
  EXPECT_EQ(probes.answer("/readyz/stores", "").status, 500);
  EXPECT_EQ(probes.answer("/readyz/", "").status, 500);
  EXPECT_EQ(probes.answer("/readyz/lease", "").status, 404);
  EXPECT_EQ(probes.answer("/healthz/lease", "verbose").body, "[+]lease ok\nhealthz check passed\n");
}

TEST_F(ProbesTest, OtherPathsAreNotFound) {
  for (const auto* path : {"", "/", "/metrics", "/healthzz", "readyz"}) {
    EXPECT_EQ(probes.answer(path, "").status, 404) << path;
  }
}

TEST_F(ProbesTest, EndpointsServeMetricsToo) {
  Registry registry;
  registry.gauge("x", "X.").only().set(1);
  const auto metrics = serve(probes, registry, {"/metrics", ""});
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(metrics.body, registry.expose());
  EXPECT_EQ(serve(probes, registry, {"/readyz", "exclude=stores"}).body, "ok");
  EXPECT_EQ(serve(probes, registry, {"/favicon.ico", ""}).status, 404);
}

}  // namespace
}  // namespace snapstash::runtime
