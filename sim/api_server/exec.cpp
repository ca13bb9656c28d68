#include "sim/api_server/exec.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace snapstash::sim {
namespace {

/// How long the API server tries to reach a kubelet (net.Dialer's timeout in its transport).
constexpr Duration kDialTimeout = std::chrono::seconds(30);

std::vector<std::string> names_at(const StoredObject& pod, std::string_view pointer) {
  std::vector<std::string> names;
  const json::Array* containers = json::find_array(pod.value(), pointer);
  if (containers == nullptr) return names;
  for (const json::Value& each : *containers) names.emplace_back(json::find_string(each, "/name"));
  return names;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// pkg/registry/core/pod/strategy.go, streamLocation.
Answer<std::string> container_meant(const StoredObject& pod, std::string_view named) {
  const std::vector<std::string> names = names_at(pod, "/spec/containers");
  const std::vector<std::string> first = names_at(pod, "/spec/initContainers");
  if (named.empty()) {
    if (names.size() == 1) return names.front();
    std::string choice = fmt::format(
        "a container name must be specified for pod {}, choose one of: [{}]", pod.name(), fmt::join(names, " ")
    );
    if (!first.empty()) choice += fmt::format(" or one of the init containers: [{}]", fmt::join(first, " "));
    return failures::bad_request(std::move(choice));
  }
  if (has(names, named) || has(first, named)) return std::string(named);
  return failures::bad_request(fmt::format("container {} is not valid for pod {}", named, pod.name()));
}

bool is_running(const StoredObject& pod, const std::string& container) {
  return json::find_string(pod.value(), "/status/phase") == "Running" &&
         has(names_at(pod, "/spec/containers"), container);
}

/// Every value of a query's parameter; a command has one for each word.
std::vector<std::string> words_of(const wire::Request& request) {
  std::vector<std::string> words;
  std::string_view rest = request.target;
  rest.remove_prefix(std::min(rest.find('?') + 1, rest.size()));
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    wire::Request single;
    single.target = "/?" + std::string(one);
    const ApiRequest read = unknown_request(single);
    if (const auto found = read.query.find("command"); found != read.query.end()) words.push_back(found->second);
  }
  return words;
}

/// As codeExitToStatusError writes it.
json::Object status_of(int exit_code) {
  if (exit_code == 0) return {{"metadata", json::Object{}}, {"status", "Success"}};
  const json::Object cause{{"reason", "ExitCode"}, {"message", fmt::format("{}", exit_code)}};
  return {
      {"metadata", json::Object{}},
      {"status", "Failure"},
      {"message",
       fmt::format("command terminated with non-zero exit code: command terminated with exit code {}", exit_code)},
      {"reason", "NonZeroExitCode"},
      {"details", json::Object{{"causes", json::Array{cause}}}}
  };
}

/// As apimachinery's NewInternalError.
json::Object internal_error(const std::string& why) {
  return {
      {"metadata", json::Object{}},
      {"status", "Failure"},
      {"message", "Internal error occurred: " + why},
      {"reason", "InternalError"},
      {"details", json::Object{{"causes", json::Array{json::Object{{"message", why}}}}}},
      {"code", 500}
  };
}

std::string on_channel(char channel, std::string_view data) { return std::string(1, channel).append(data); }

std::string outcome(const json::Object& status) { return on_channel('\3', json::serialize(status)); }

ExecMessages messages_of(const ExecOutcome& result) {
  ExecMessages said{.messages = {}, .after = result.takes, .never = result.hangs};
  if (!result.out.empty()) said.messages.push_back(on_channel('\1', result.out));
  if (!result.err.empty()) said.messages.push_back(on_channel('\2', result.err));
  said.messages.push_back(outcome(status_of(result.exit_code)));
  return said;
}

ExecMessages unreachable(const StoredObject& pod) {
  const std::string why = fmt::format(
      "error sending request: Post \"https://{}:10250/exec/{}/{}\": dial tcp: i/o timeout",
      json::find_string(pod.value(), "/spec/nodeName"), pod.namespace_(), pod.name()
  );
  return {.messages = {outcome(internal_error(why))}, .after = kDialTimeout};
}

}  // namespace

Answer<ExecMessages> exec(
    const Storage& storage, const ApiRequest& asked, const wire::Request& request, const Runtime& runtime
) {
  const ObjectPtr pod = storage.find(*asked.type, asked.namespace_, asked.name);
  if (!pod) return failures::not_found(*asked.type, asked.name);
  const auto container = container_meant(*pod, asked.parameter("container"));
  if (!container) return std::unexpected(container.error());
  if (json::find_string(pod->value(), "/spec/nodeName").empty()) {
    return failures::bad_request(fmt::format("pod {} does not have a host assigned", pod->name()));
  }
  if (!runtime || !is_running(*pod, *container)) {
    const std::string why = fmt::format("unable to upgrade connection: container not found (\"{}\")", *container);
    return ExecMessages{.messages = {outcome(internal_error(why))}};
  }
  const ExecOutcome result = runtime(*pod, *container, words_of(request));
  return result.unreachable ? unreachable(*pod) : messages_of(result);
}

}  // namespace snapstash::sim
