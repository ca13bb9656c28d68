#include "kernel/kube/request.hpp"

#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

constexpr Resource kJobs{"batch", "v1", "Job", "jobs", true};
constexpr Resource kPods{"", "v1", "Pod", "pods", true};
constexpr Resource kClasses{"storage.k8s.io", "v1", "StorageClass", "storageclasses", false};

TEST(Path, FollowsTheApisLayout) {
  EXPECT_EQ(path_of(kPods, {"demo", "web-0"}), "/api/v1/namespaces/demo/pods/web-0");
  EXPECT_EQ(path_of(kPods, {}), "/api/v1/pods");
  EXPECT_EQ(path_of(kJobs, {"demo", "x"}, "status"), "/apis/batch/v1/namespaces/demo/jobs/x/status");
  EXPECT_EQ(path_of(kClasses, {"", "fast"}), "/apis/storage.k8s.io/v1/storageclasses/fast");
}

TEST(Path, ANamespaceOfAClusterScopedKindIsLeftOut) {
  EXPECT_EQ(path_of(kClasses, {"demo", "fast"}), "/apis/storage.k8s.io/v1/storageclasses/fast");
}

TEST(PercentEncode, KeepsOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("a-Z_0.~"), "a-Z_0.~");
  EXPECT_EQ(percent_encode("a=b,c/d e\xC3\xA9"), "a%3Db%2Cc%2Fd%20e%C3%A9");
}

TEST(List, AsksForAConsistentPage) {
  const Call first = list(kPods, {.namespace_ = "demo", .label_selector = "app=web", .field_selector = ""}, 100, "");
  EXPECT_EQ(first.request.target, "/api/v1/namespaces/demo/pods?labelSelector=app%3Dweb&limit=100");
  EXPECT_EQ(first.request.target.find("resourceVersion"), std::string::npos);
  const Call next = list(kPods, {}, 100, "t/1==");
  EXPECT_EQ(next.request.target, "/api/v1/pods?limit=100&continue=t%2F1%3D%3D");
}

TEST(Apply, IsForcedUnderOurManagerAndSafeToRepeat) {
  const Call call = apply(kJobs, {"demo", "x"}, "snapstash", "{}", "status");
  EXPECT_EQ(call.request.method, "PATCH");
  EXPECT_EQ(call.request.target, "/apis/batch/v1/namespaces/demo/jobs/x/status?fieldManager=snapstash&force=true");
  EXPECT_EQ(call.request.headers.find("content-type"), "application/apply-patch+yaml");
  EXPECT_EQ(call.repeat, Repeat::kSafe);
}

TEST(Create, IsNotRepeatedBlindly) {
  const Call call = create(kJobs, "demo", "{}");
  EXPECT_EQ(call.request.method, "POST");
  EXPECT_EQ(call.request.target, "/apis/batch/v1/namespaces/demo/jobs");
  EXPECT_EQ(call.repeat, Repeat::kNever);
}

TEST(Remove, NamesTheUidAndDeletesInTheBackground) {
  const Call call = remove(kJobs, {"demo", "x"}, {.uid = "u1", .resource_version = ""});
  EXPECT_EQ(call.request.method, "DELETE");
  EXPECT_EQ(
      call.request.body,
      R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background","preconditions":{"uid":"u1"}})"
  );
}

TEST(Timeouts, AreLongerThanTheServers) {
  EXPECT_GT(get(kPods, {"demo", "x"}).request.timeout, std::chrono::seconds(60));
  EXPECT_GT(create(kJobs, "demo", "{}").request.timeout, std::chrono::seconds(34));
}

}  // namespace
}  // namespace snapstash::kube
