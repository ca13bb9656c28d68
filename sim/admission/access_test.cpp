#include "sim/admission/access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/admission/chart_roles.hpp"

namespace snapstash::sim {
namespace {

json::Value value_of(std::string_view text) { return json::parse(text).value(); }

Identity user(std::string name) { return {std::move(name), {"system:authenticated"}}; }

Access access_with(std::initializer_list<std::string_view> objects) {
  Access access;
  for (const std::string_view object : objects) access.put(value_of(object));
  return access;
}

constexpr std::string_view kReader =
    R"({"kind":"ClusterRole","metadata":{"name":"reader"},"rules":[)"
    R"({"apiGroups":["batch"],"resources":["jobs","cronjobs/status"],"verbs":["get","list"]},)"
    R"({"apiGroups":[""],"resources":["secrets"],"resourceNames":["mine"],"verbs":["*"]}]})";
constexpr std::string_view kInDemo =
    R"({"kind":"RoleBinding","metadata":{"name":"b","namespace":"demo"},)"
    R"("roleRef":{"kind":"ClusterRole","name":"reader"},)"
    R"("subjects":[{"kind":"User","name":"ann"},{"kind":"ServiceAccount","name":"sa"}]})";

TEST(Access, NeedsARuleForAllOfIt) {
  const Access access = access_with({kReader, kInDemo});
  const Identity ann = user("ann");
  EXPECT_TRUE(access.allows(ann, {"get", "batch", "jobs", "", "demo", "x"}));
  EXPECT_TRUE(access.allows(ann, {"list", "batch", "cronjobs", "status", "demo", ""}));
  EXPECT_FALSE(access.allows(ann, {"get", "batch", "jobs", "status", "demo", "x"}));
  EXPECT_FALSE(access.allows(ann, {"get", "batch", "cronjobs", "", "demo", "x"}));
  EXPECT_FALSE(access.allows(ann, {"create", "batch", "jobs", "", "demo", ""}));
  EXPECT_FALSE(access.allows(ann, {"get", "apps", "jobs", "", "demo", "x"}));
  EXPECT_FALSE(access.allows(ann, {"get", "batch", "jobs", "", "other", "x"}));
  EXPECT_FALSE(access.allows(ann, {"get", "batch", "jobs", "", "", "x"}));
  EXPECT_FALSE(access.allows(user("bob"), {"get", "batch", "jobs", "", "demo", "x"}));
  EXPECT_TRUE(access.allows(administrator(), {"delete", "batch", "jobs", "", "other", "x"}));
}

TEST(Access, KnowsNamesAndAccounts) {
  const Access access = access_with({kReader, kInDemo});
  EXPECT_TRUE(access.allows(user("ann"), {"delete", "", "secrets", "", "demo", "mine"}));
  EXPECT_FALSE(access.allows(user("ann"), {"delete", "", "secrets", "", "demo", "yours"}));
  EXPECT_FALSE(access.allows(user("ann"), {"list", "", "secrets", "", "demo", ""}));
  EXPECT_TRUE(access.allows(service_account("demo", "sa"), {"get", "batch", "jobs", "", "demo", "x"}));
  EXPECT_FALSE(access.allows(service_account("other", "sa"), {"get", "batch", "jobs", "", "demo", "x"}));
}

TEST(Access, EndsWithTheBindingOrTheRole) {
  Access access = access_with({kReader, kInDemo});
  const Attempt attempt{"get", "batch", "jobs", "", "demo", "x"};
  access.remove("ClusterRole", "", "reader");
  EXPECT_FALSE(access.allows(user("ann"), attempt));
  access.put(value_of(kReader));
  EXPECT_TRUE(access.allows(user("ann"), attempt));
  access.remove("RoleBinding", "demo", "b");
  EXPECT_FALSE(access.allows(user("ann"), attempt));
}

TEST(Access, SaysWhatIsForbidden) {
  const Error error = Access::refusal(service_account("demo", "sa"), {"create", "batch", "jobs", "", "demo", ""});
  EXPECT_EQ(error.http_status, 403);
  EXPECT_EQ(error.reason, "Forbidden");
  EXPECT_EQ(
      error.message,
      "jobs.batch is forbidden: User \"system:serviceaccount:demo:sa\" cannot create resource \"jobs\" in API group "
      "\"batch\" in the namespace \"demo\""
  );
  EXPECT_EQ(
      Access::refusal(user("ann"), {"patch", "", "nodes", "status", "", "n"}).message,
      "nodes \"n\" is forbidden: User \"ann\" cannot patch resource \"nodes/status\" in API group \"\" at the cluster "
      "scope"
  );
}

TEST(Access, NobodyGivesAwayWhatTheyDoNotHave) {
  constexpr std::string_view kWriter = R"({"kind":"ClusterRole","metadata":{"name":"writer"},"rules":[)"
                                       R"({"apiGroups":["batch"],"resources":["jobs"],"verbs":["get","create"]}]})";
  constexpr std::string_view kBinder =
      R"({"kind":"ClusterRole","metadata":{"name":"binder"},"rules":[{"apiGroups":["rbac.authorization.k8s.io"],)"
      R"("resources":["clusterroles"],"resourceNames":["writer"],"verbs":["bind"]}]})";
  constexpr std::string_view kBound =
      R"({"kind":"ClusterRoleBinding","metadata":{"name":"c"},"roleRef":{"kind":"ClusterRole","name":"binder"},)"
      R"("subjects":[{"kind":"Group","name":"binders"}]})";
  const Access access = access_with({kReader, kInDemo, kWriter, kBinder, kBound});
  const auto binding = [](std::string_view role) {
    return value_of(std::string(R"({"kind":"RoleBinding","metadata":{"name":"new","namespace":"demo"},"subjects":[],)")
                        .append(R"("roleRef":{"kind":"ClusterRole","name":")")
                        .append(role)
                        .append("\"}}"));
  };
  EXPECT_FALSE(access.escalation(user("ann"), binding("reader")));
  const auto refused = access.escalation(user("ann"), binding("writer"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(
      refused->message,
      "rolebindings.rbac.authorization.k8s.io \"new\" is forbidden: user \"ann\" (groups=[\"system:authenticated\"]) "
      "is "
      "attempting to grant RBAC permissions not currently held:\n"
      "{APIGroups:[\"batch\"], Resources:[\"jobs\"], Verbs:[\"create\"]}"
  );
  EXPECT_FALSE(access.escalation({"bob", {"binders"}}, binding("writer")));
  EXPECT_TRUE(access.escalation({"bob", {"binders"}}, binding("reader")));
  EXPECT_EQ(access.escalation(user("ann"), binding("none"))->http_status, 404);
  EXPECT_FALSE(access.escalation(administrator(), binding("writer")));
}

TEST(ChartRoles, LetTheOperatorDoItsWork) {
  Access access;
  std::string account;
  for (const json::Value& object : chart_roles()) {
    access.put(object);
    if (json::find_string(object, "/kind") == "ServiceAccount") account = json::find_string(object, "/metadata/name");
  }
  ASSERT_FALSE(account.empty());
  const Identity operator_ = service_account(std::string(kReleaseNamespace), account);
  EXPECT_TRUE(access.allows(operator_, {"list", "stash.appscode.com", "backupconfigurations", "", "", ""}));
  EXPECT_TRUE(access.allows(operator_, {"patch", "stash.appscode.com", "backupsessions", "status", "demo", "x"}));
  EXPECT_TRUE(access.allows(operator_, {"patch", "batch", "cronjobs", "", "demo", "x"}));
  EXPECT_FALSE(access.allows(operator_, {"list", "", "secrets", "", "demo", ""}));
  EXPECT_FALSE(access.allows(operator_, {"delete", "", "persistentvolumeclaims", "", "demo", "x"}));
}

}  // namespace
}  // namespace snapstash::sim
