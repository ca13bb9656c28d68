#include "sim/api_server/api_server.hpp"

#include <utility>

#include <fmt/format.h>

#include "sim/api_server/body.hpp"
#include "sim/api_server/reader.hpp"
#include "sim/api_server/writer.hpp"

namespace snapstash::sim {
namespace {

constexpr std::string_view kRbac = "rbac.authorization.k8s.io";

wire::Response success(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

wire::Response response_of(const Answer<Written>& answer) {
  return answer ? success(answer->status, answer->body) : response_of(answer.error());
}

wire::Response response_of(Answer<std::string> answer) {
  return answer ? success(200, std::move(*answer)) : response_of(answer.error());
}

// Paths that are no resources: the few that a client may ask for.
wire::Response answer_path(std::string_view path) {
  if (path == "/version") return success(200, R"({"major":"1","minor":"36","gitVersion":"v1.36.3"})");
  if (path == "/healthz" || path == "/livez" || path == "/readyz") {
    return {.status = 200, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = "ok"};
  }
  return response_of(failures::no_such_path().error());
}

// Who selects one name asks for that object (apiserver's RequestInfoFactory).
std::string name_of(const ApiRequest& request) {
  const bool reads_many = request.verb == "list" || request.verb == "watch" || request.verb == "deletecollection";
  if (!request.name.empty() || !reads_many) return request.name;
  const auto fields = FieldSelector::parse(request.parameter("fieldSelector"), *request.type);
  return fields ? std::string(fields->name()) : std::string();
}

Attempt attempt_of(const ApiRequest& request, const std::string& name) {
  const kube::Resource& resource = request.type->resource;
  // A namespace is in itself.
  const bool is_namespace = resource.group.empty() && resource.plural == "namespaces";
  return {
      .verb = request.verb,
      .group = resource.group,
      .resource = resource.plural,
      .subresource = request.subresource,
      .namespace_ = is_namespace ? name : request.namespace_,
      .name = name
  };
}

}  // namespace

ApiServer::ApiServer(Storage& storage, Executor& executor, const Clock& clock, Random& random, Settings settings)
    : storage_(storage),
      executor_(executor),
      clock_(clock),
      random_(random),
      settings_(settings),
      cache_(std::make_shared<WatchCache>(storage)) {
  for (const ResourceType& type : resource_types()) {
    if (type.resource.group != kRbac) continue;
    for (const ObjectPtr& object : storage_.list(type)) access_.put(object->value());
  }
  subscription_ = storage_.on_change([this](const Change& change) {
    const kube::Resource& resource = change.type->resource;
    if (resource.group != kRbac) return;
    const StoredObject& object = change.object();
    if (change.after) {
      access_.put(object.value());
    } else {
      access_.remove(resource.kind, object.namespace_(), object.name());
    }
  });
}

ApiServer::~ApiServer() { cache_->close(); }

Answer<void> ApiServer::admit(const ApiRequest& request, const Identity& who) const {
  if (gate_) {
    if (auto refusal = gate_(request, who)) return std::unexpected(std::move(*refusal));
  }
  return authorize(request, who);
}

Answer<void> ApiServer::authorize(const ApiRequest& request, const Identity& who) const {
  if (!settings_.authorize || request.type == nullptr) return {};
  const std::string name = name_of(request);
  const Attempt attempt = attempt_of(request, name);
  if (access_.allows(who, attempt)) return {};
  return std::unexpected(failure_of(Access::refusal(who, attempt), *request.type, name));
}

wire::Response ApiServer::answer(const ApiRequest& request, const Identity& who) {
  if (request.type == nullptr) return answer_path(request.path);
  if (request.subresource == "exec") return response_of(failures::bad_request("Upgrade request required").error());
  if (request.verb == "get") return response_of(get_object(*cache_, request));
  if (request.verb == "list") return response_of(list_objects(*cache_, request));
  Writer writer(storage_, clock_, random_, settings_.authorize ? &access_ : nullptr);
  if (request.verb == "create") return response_of(writer.create(request, who));
  if (request.verb == "update") return response_of(writer.update(request, who));
  if (request.verb == "patch") return response_of(writer.patch(request, who));
  if (request.verb == "delete") return response_of(writer.remove(request));
  if (request.verb == "deletecollection") return response_of(writer.remove_collection(request));
  return response_of(failures::method_not_supported(*request.type, request.verb).error());
}

wire::Response ApiServer::handle(const wire::Request& request, const Identity& who) {
  auto asked = read_request(request);
  wire::Response response;
  if (!asked) {
    response = response_of(asked.error());
  } else if (auto allowed = admit(*asked, who); !allowed) {
    response = response_of(allowed.error());
  } else {
    response = answer(*asked, who);
  }
  observe(request, asked ? *asked : unknown_request(request), who, response.status);
  return response;
}

ApiServer::Opened ApiServer::open(const wire::Request& request, const Identity& who) {
  auto asked = read_request(request);
  Answer<std::unique_ptr<Watch>> watch = nullptr;
  if (!asked) {
    watch = std::unexpected(asked.error());
  } else if (auto allowed = admit(*asked, who); !allowed) {
    watch = std::unexpected(allowed.error());
  } else if (asked->type == nullptr || asked->verb != "watch") {
    watch = failures::bad_request("only watches are opened");
  } else {
    watch = open_watch(*asked);
  }
  Opened opened;
  if (watch) {
    opened.status = 200;
    opened.headers.add("Content-Type", "application/json");
    opened.watch = std::move(*watch);
  } else {
    wire::Response refusal = response_of(watch.error());
    opened.status = refusal.status;
    opened.headers = std::move(refusal.headers);
    opened.body = std::move(refusal.body);
  }
  observe(request, asked ? *asked : unknown_request(request), who, opened.status);
  return opened;
}

Answer<ExecMessages> ApiServer::carry_out(const ApiRequest& asked, const wire::Request& request, const Identity& who)
    const {
  if (auto allowed = admit(asked, who); !allowed) return std::unexpected(allowed.error());
  if (asked.subresource != "exec") return failures::bad_request("only pods/exec is served as a WebSocket");
  if (asked.verb != "get" && asked.verb != "create") return failures::method_not_supported(*asked.type, asked.verb);
  // Whatever the method, `create` is needed, too (AuthorizePodWebsocketUpgradeCreatePermission); RBAC gives no reason.
  ApiRequest create = asked;
  create.verb = "create";
  if (!authorize(create, who)) return failures::forbidden(*asked.type, asked.name, "");
  return sim::exec(storage_, asked, request, runtime_);
}

ApiServer::Upgraded ApiServer::exec(const wire::Request& request, const Identity& who) {
  auto asked = read_request(request);
  Answer<ExecMessages> answer = asked ? carry_out(*asked, request, who) : std::unexpected(asked.error());
  Upgraded upgraded;
  if (answer) {
    upgraded.response.status = 101;
    upgraded.messages = std::move(*answer);
  } else {
    upgraded.response = response_of(answer.error());
  }
  observe(request, asked ? *asked : unknown_request(request), who, upgraded.response.status);
  return upgraded;
}

void ApiServer::observe(const wire::Request& request, const ApiRequest& asked, const Identity& who, int status) const {
  for (const Observer& observer : observers_) observer({request, asked, who, status});
}

}  // namespace snapstash::sim
