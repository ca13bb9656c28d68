#include "sim/world/user.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "kernel/kube/status.hpp"

namespace snapstash::sim {

int User::send(const kube::Call& call) {
  const wire::Response response = cluster_.send("user", call);
  refusal_ = response.status >= 400 ? kube::error_of(response).message : std::string();
  return response.status;
}

int User::create(const json::Value& object) {
  const ResourceType* type =
      find_type_of_kind(json::find_string(object, "/apiVersion"), json::find_string(object, "/kind"));
  if (type == nullptr) {
    refusal_ = "no such kind";
    return 404;
  }
  return send(kube::create(type->resource, json::find_string(object, "/metadata/namespace"), json::serialize(object)));
}

void User::must_create(const json::Value& object) {
  if (create(object) < 300) return;
  std::fputs(fmt::format("{}\n{}\n", json::serialize(object), refusal_).c_str(), stderr);
  std::abort();
}

void User::must_create_text(std::string_view object) { must_create(json::parse(object).value()); }

int User::patch(const kube::Resource& resource, const kube::Place& place, std::string_view patch) {
  return send(kube::merge_patch(resource, place, std::string(patch)));
}

int User::remove(const kube::Resource& resource, const kube::Place& place) {
  kube::Call call = kube::remove(resource, place, {});
  call.request.body = R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background"})";
  return send(call);
}

}  // namespace snapstash::sim
