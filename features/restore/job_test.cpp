#include "features/restore/job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/sample_objects.hpp"

namespace snapstash::restore {
namespace {

using testing::HasSubstr;
using testing::Not;

api::RestoreSession session() {
  api::RestoreSession made = api::sample_restore();
  made.metadata.uid = "r1";
  made.metadata.labels = {{"team", "a"}};
  return made;
}

Errand errand() {
  Errand made{.session = "restore-pvc", .session_uid = "r1", .items = {}};
  made.items.push_back(item_of(session(), api::sample_template("restore-data", "data-1"), true));
  made.items.push_back(item_of(session(), api::sample_template("restore-config", "config-1"), false));
  return made;
}

Settings settings() {
  Settings made;
  made.pods.image = "registry/snapstash:1";
  made.role_prefix = "prod-snapstash";
  return made;
}

std::string_view text(const json::Value& value, std::string_view pointer) { return json::find_string(value, pointer); }

TEST(Item, IsTheTemplateWithOurLabelAndNoOwner) {
  api::ClaimTemplate wanted = api::sample_template("restore-data", "data-1");
  wanted.metadata.labels = {{"app", "web"}};
  wanted.metadata.annotations = {{"note", "hello"}};
  const json::Value claim = item_of(session(), wanted, true).claim;
  EXPECT_EQ(text(claim, "/metadata/name"), "restore-data");
  EXPECT_EQ(text(claim, "/metadata/namespace"), "demo");
  EXPECT_EQ(text(claim, "/metadata/labels/app"), "web");
  EXPECT_EQ(text(claim, "/metadata/labels/snapstash.dev~1restore-uid"), "r1");
  EXPECT_EQ(text(claim, "/metadata/annotations/note"), "hello");
  EXPECT_EQ(json::find(claim, "/metadata/ownerReferences"), nullptr);
  EXPECT_EQ(*json::find_object(claim, "/spec"), wanted.spec);
}

TEST(Item, KeepsTheTemplatesOwners) {
  api::ClaimTemplate wanted = api::sample_template("restore-data", "data-1");
  wanted.metadata.owner_references = {{"apps/v1", "StatefulSet", "web", "w1", {}, {}}};
  EXPECT_EQ(text(item_of(session(), wanted, true).claim, "/metadata/ownerReferences/0/uid"), "w1");
}

TEST(Errands, SurviveTheirArguments) {
  const std::vector<std::string> arguments = encode_errand(errand());
  ASSERT_EQ(arguments.size(), 5U);
  EXPECT_EQ(arguments[0], "restore-vs");
  EXPECT_EQ(arguments[1], "--restoresession=restore-pvc");
  EXPECT_EQ(arguments[2], "--restore-uid=r1");
  const std::vector<std::string> claims{arguments[3].substr(8), arguments[4].substr(8)};
  const auto decoded = decode_errand("restore-pvc", "r1", claims, "");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, errand());
  EXPECT_EQ(decoded->items[0].name(), "restore-data");
  EXPECT_EQ(decoded->items[0].snapshot(), "data-1");
}

TEST(Errands, HoldNothingThatTheKubeletExpands) {
  Errand made = errand();
  made.items[0].claim["metadata"].as_object()["annotations"] = json::Object{{"price", "$(HOME) costs $$5"}};
  const std::vector<std::string> arguments = encode_errand(made);
  for (const std::string& each : arguments) EXPECT_THAT(each, Not(HasSubstr("$")));
  const auto decoded = decode_errand("restore-pvc", "r1", {arguments[3].substr(8)}, "");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->items[0], made.items[0]);
}

TEST(Errands, SayWhatIsMissing) {
  const auto error_of = [](std::string session, std::string uid, const std::vector<std::string>& claims) {
    const auto decoded = decode_errand(std::move(session), std::move(uid), claims, "");
    return decoded ? std::string() : decoded.error().message;
  };
  EXPECT_THAT(error_of("", "u", {"{}"}), HasSubstr("--restoresession"));
  EXPECT_THAT(error_of("s", "", {"{}"}), HasSubstr("--restore-uid"));
  EXPECT_THAT(error_of("s", "u", {}), HasSubstr("--claim"));
  EXPECT_THAT(error_of("s", "u", {"{"}), HasSubstr("--claim"));
  EXPECT_THAT(error_of("s", "u", {"{}"}), HasSubstr("claim is required"));
  EXPECT_THAT(error_of("s", "u", {R"({"claim":{}})"}), HasSubstr("metadata.name"));
}

TEST(Job, IsTheSessions) {
  const json::Value job = job_manifest(session(), errand(), 1, settings());
  EXPECT_EQ(text(job, "/metadata/name"), "stash-vs-restore-pvc");
  EXPECT_EQ(text(job, "/metadata/namespace"), "demo");
  EXPECT_EQ(text(job, "/metadata/labels/team"), "a");
  EXPECT_EQ(text(job, "/metadata/labels/app.kubernetes.io~1component"), "stash-restore");
  EXPECT_EQ(text(job, "/metadata/labels/app.kubernetes.io~1managed-by"), "stash.appscode.com");
  EXPECT_EQ(text(job, "/metadata/labels/snapstash.dev~1restore-uid"), "r1");
  EXPECT_EQ(text(job, "/metadata/ownerReferences/0/uid"), "r1");
  EXPECT_EQ(text(job, "/metadata/ownerReferences/0/kind"), "RestoreSession");
  EXPECT_EQ(text(job, "/spec/podFailurePolicy/rules/0/action"), "Ignore");
  EXPECT_EQ(text(job, "/spec/template/metadata/labels/snapstash.dev~1restore-uid"), "r1");
  EXPECT_EQ(text(job, "/spec/template/spec/serviceAccountName"), "restoresession-restore-pvc-0");
  EXPECT_EQ(text(job, "/spec/template/spec/containers/0/args/0"), "restore-vs");
  EXPECT_EQ(text(job_manifest(session(), errand(), 2, settings()), "/metadata/name"), "stash-vs-restore-pvc-2");
}

TEST(Account, IsTheUsersIfNamed) {
  api::RestoreSession made = session();
  EXPECT_EQ(text(account_manifest(made), "/metadata/name"), "restoresession-restore-pvc-0");
  const json::Value own = binding_manifest(made, settings());
  EXPECT_EQ(text(own, "/subjects/0/name"), "restoresession-restore-pvc-0");
  EXPECT_EQ(text(own, "/roleRef/name"), "prod-snapstash-restorer");
  made.spec.runtime_settings.edit().pod.service_account_name = "mine";
  const json::Value users = binding_manifest(made, settings());
  EXPECT_EQ(text(users, "/metadata/name"), "restoresession-restore-pvc-0");
  EXPECT_EQ(text(users, "/subjects/0/name"), "mine");
  EXPECT_EQ(text(users, "/subjects/0/namespace"), "demo");
  EXPECT_EQ(text(job_manifest(made, errand(), 1, settings()), "/spec/template/spec/serviceAccountName"), "mine");
}

TEST(Account, TakesTheUsersAnnotations) {
  api::RestoreSession made = session();
  made.spec.runtime_settings.edit().pod.service_account_annotations = {{"iam", "role"}};
  EXPECT_EQ(text(account_manifest(made), "/metadata/annotations/iam"), "role");
  EXPECT_EQ(text(account_manifest(made), "/metadata/ownerReferences/0/uid"), "r1");
}

TEST(PartOfABatch, BelongsToTheBatchAndSaysWhichMemberItIs) {
  api::RestoreSession part = session();
  part.metadata.name = "back";
  part.part = {.member = 1, .began = {}};
  EXPECT_EQ(account_of(part), "restorebatch-back-1");
  EXPECT_EQ(text(account_manifest(part), "/metadata/name"), "restorebatch-back-1");
  EXPECT_EQ(hook_job_name(part), "stash-hook-back-1");
  const json::Value job = job_manifest(part, errand(), 2, settings());
  EXPECT_EQ(text(job, "/metadata/name"), "stash-vs-back-1-2");
  EXPECT_EQ(text(job, "/metadata/ownerReferences/0/kind"), "RestoreBatch");
  EXPECT_EQ(text(job, "/metadata/labels/snapstash.dev~1member"), "1");
  EXPECT_FALSE(job_labels(session()).contains(naming::kMember));
}

}  // namespace
}  // namespace snapstash::restore
