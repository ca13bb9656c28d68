#include "tests/conformance/preparation.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "api/crd.hpp"
#include "sim/admission/chart_roles.hpp"

namespace snapstash::conformance {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kCrds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";

Result<json::Value> ask(Server& server, wire::Request request) {
  const std::string what = request.method + " " + request.target;
  request.headers.add("Accept", "application/json");
  auto response = server.answer(request, {});
  if (!response) return fail(std::move(response).error());
  if (response->status >= 300) return fail(Code::kInvalid, fmt::format("{}: {}", what, response->body));
  return json::parse(response->body);
}

Result<json::Value> apply(Server& server, const std::string& path, const json::Value& object) {
  return ask(
      server, {.method = "PATCH",
               .target = path + "?fieldManager=conformance&force=true",
               .headers = {{"Content-Type", "application/apply-patch+yaml"}},
               .body = json::serialize(object)}
  );
}

bool established(const json::Value& crd) {
  const json::Array* conditions = json::find_array(crd, "/status/conditions");
  return conditions != nullptr && std::ranges::any_of(*conditions, [](const json::Value& condition) {
           return json::find_string(condition, "/type") == "Established" &&
                  json::find_string(condition, "/status") == "True";
         });
}

// A little after it was established, a new kind has its paths.
Result<void> wait_until_served(Server& server, const json::Value& crd) {
  const std::string path = fmt::format(
      "/apis/{}/{}/{}", json::find_string(crd, "/spec/group"), json::find_string(crd, "/spec/versions/0/name"),
      json::find_string(crd, "/spec/names/plural")
  );
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (ask(server, {.target = path})) return {};
    server.pass(100ms);
  }
  return fail(Code::kTimeout, path + " was never served");
}

Result<void> install_crd(Server& server, const json::Value& crd) {
  const std::string path = std::string(kCrds).append(json::find_string(crd, "/metadata/name"));
  auto installed = apply(server, path, crd);
  if (!installed) return fail(std::move(installed).error());
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto found = ask(server, {.target = path});
    if (found && established(*found)) return wait_until_served(server, crd);
    server.pass(100ms);
  }
  return fail(Code::kTimeout, path + " was never established");
}

Result<void> install_role(Server& server, const json::Value& object) {
  static const std::map<std::string_view, std::string_view> kPlurals = {
      {"ClusterRole", "clusterroles"},
      {"ClusterRoleBinding", "clusterrolebindings"},
      {"Role", "roles"},
      {"RoleBinding", "rolebindings"},
  };
  const auto plural = kPlurals.find(json::find_string(object, "/kind"));
  if (plural == kPlurals.end()) return {};  // the account itself: nobody asks whether it exists
  std::string path = "/apis/rbac.authorization.k8s.io/v1/";
  const std::string_view place = json::find_string(object, "/metadata/namespace");
  if (!place.empty()) path.append("namespaces/").append(place).append("/");
  path.append(plural->second).append("/").append(json::find_string(object, "/metadata/name"));
  const auto installed = apply(server, path, object);
  if (!installed) return fail(installed.error());
  return {};
}

Result<void> install_chart(Server& server) {
  const std::string name(sim::kReleaseNamespace);
  const json::Value namespace_ = {
      {"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", json::make_string(name)}}}
  };
  if (auto made = apply(server, "/api/v1/namespaces/" + name, namespace_); !made) return fail(std::move(made).error());
  for (const json::Value& object : sim::chart_roles()) {
    if (auto installed = install_role(server, object); !installed) return installed;
  }
  return {};
}

// Takes the finalizers that a case has left off its objects: a namespace that cannot end keeps its controller busy.
void release(Server& server, const std::string& collection) {
  const auto listed = ask(server, {.target = collection});
  const json::Array* items = listed ? json::find_array(*listed, "/items") : nullptr;
  if (items == nullptr) return;
  for (const json::Value& item : *items) {
    if (json::find(item, "/metadata/finalizers") == nullptr) continue;
    wire::Request request{
        .method = "PATCH",
        .target = collection + "/" + std::string(json::find_string(item, "/metadata/name")),
        .headers = {{"Content-Type", "application/merge-patch+json"}},
        .body = R"({"metadata":{"finalizers":null}})"
    };
    // Whoever has gone by now needs no more of it.
    if (const auto released = ask(server, std::move(request)); !released) continue;
  }
}

}  // namespace

Result<void> prepare(Server& server) {
  if (server.wants_crds()) {
    for (const json::Value& crd : api::all_crds()) {
      if (auto installed = install_crd(server, crd); !installed) return installed;
    }
  }
  return install_chart(server);
}

Result<void> make_namespace(Server& server, const std::string& name) {
  json::Object metadata{{"name", json::make_string(name)}};
  json::Object object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(metadata)}};
  const auto made =
      ask(server, {.method = "POST",
                   .target = "/api/v1/namespaces",
                   .headers = {{"Content-Type", "application/json"}},
                   .body = json::serialize(object)});
  if (!made) return fail(made.error());
  return {};
}

void drop_namespace(Server& server, const std::string& name) {
  const auto dropped = ask(server, {.method = "DELETE", .target = "/api/v1/namespaces/" + name});
  if (!dropped) return;
  release(server, "/apis/coordination.k8s.io/v1/namespaces/" + name + "/leases");
  release(server, "/apis/stash.appscode.com/v1beta1/namespaces/" + name + "/backupsessions");
  release(server, "/apis/batch/v1/namespaces/" + name + "/jobs");
}

Variables variables_for(const std::string& namespace_) {
  Variables variables;
  variables.set("ns", json::make_string(namespace_));
  variables.set("release", json::make_string(sim::kReleaseNamespace));
  const std::string release(sim::kReleaseNamespace);
  variables.set(
      "operator",
      {{"user", json::make_string("system:serviceaccount:" + release + ":" + std::string(sim::kRelease))},
       {"groups",
        {"system:serviceaccounts", json::make_string("system:serviceaccounts:" + release), "system:authenticated"}}}
  );
  variables.set(
      "uuid", json::Object{{"$matches", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"}}
  );
  variables.set("time", json::Object{{"$matches", R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"}});
  return variables;
}

}  // namespace snapstash::conformance
