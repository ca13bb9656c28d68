#include "features/cli/version.hpp"

#include <fmt/format.h>

#include "api/cluster/workloads.hpp"

namespace snapstash::cli {
namespace {

std::int64_t number(const json::Value& value, std::string_view pointer) {
  const json::Value* found = json::find(value, pointer);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

json::Value summary_of(const json::Value& deployment) {
  return json::Object{
      {"namespace", json::make_string(json::find_string(deployment, "/metadata/namespace"))},
      {"name", json::make_string(json::find_string(deployment, "/metadata/name"))},
      {"image", json::make_string(json::find_string(deployment, "/spec/template/spec/containers/0/image"))},
      {"ready", fmt::format("{}/{}", number(deployment, "/status/readyReplicas"), number(deployment, "/spec/replicas"))}
  };
}

}  // namespace

std::string format_version(const std::string& client, const json::Value& operators, const Version& wanted) {
  if (wanted.brief) {
    std::string text = client.substr(0, client.find(' ')) + "\n";
    if (!operators.is_array()) return text;
    for (const json::Value& each : operators.get_array())
      text += fmt::format("{}\n", json::find_string(each, "/image"));
    return text;
  }
  if (wanted.output != Output::kTable) {
    json::Object document{{"client", client}};
    if (!operators.is_null()) document["operators"] = operators;
    return format_document(document, wanted.output);
  }
  std::string text = fmt::format("Client: {}\n", client);
  if (!operators.is_array()) return text;
  for (const json::Value& each : operators.get_array()) {
    text += fmt::format(
        "Operator: {} (Deployment {}/{}, {} ready)\n", json::find_string(each, "/image"),
        json::find_string(each, "/namespace"), json::find_string(each, "/name"), json::find_string(each, "/ready")
    );
  }
  if (operators.get_array().empty()) text += "Operator: none found in this cluster\n";
  return text;
}

Task<Result<json::Value>> find_operators(const Ports& ports) {
  kube::Selection selection{
      .namespace_ = "",
      .label_selector = "app.kubernetes.io/part-of=snapstash,app.kubernetes.io/component=operator",
      .field_selector = ""
  };
  const kube::RawPage page = co_await ports.client.list_page(api::Deployment::kResource, std::move(selection), 100, "");
  json::Array operators;
  for (const json::Value& each : page.items) operators.push_back(summary_of(each));
  co_return operators;
}

}  // namespace snapstash::cli
