#include "tests/conformance/preparation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/crd.hpp"

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

Result<void> install_crd(Server& server, const json::Value& crd) {
  const std::string path = std::string(kCrds).append(json::find_string(crd, "/metadata/name"));
  auto installed = apply(server, path, crd);
  if (!installed) return fail(std::move(installed).error());
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto found = ask(server, {.target = path});
    if (found && established(*found)) return {};
    server.pass(100ms);
  }
  return fail(Code::kTimeout, path + " was never established");
}

}  // namespace

Result<void> prepare(Server& server) {
  if (server.wants_crds()) {
    for (const json::Value& crd : api::all_crds()) {
      if (auto installed = install_crd(server, crd); !installed) return installed;
    }
    server.pass(2s);  // until the paths of a new CRD answer
  }
  return {};
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
  (void)ask(server, {.method = "DELETE", .target = "/api/v1/namespaces/" + name});
}

Variables variables_for(const std::string& namespace_) {
  Variables variables;
  variables.set("ns", json::make_string(namespace_));
  variables.set(
      "uuid", json::Object{{"$matches", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"}}
  );
  variables.set("time", json::Object{{"$matches", R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"}});
  return variables;
}

}  // namespace snapstash::conformance
