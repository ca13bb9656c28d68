#include "sim/api_server/exec.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

std::vector<std::string> containers_of(const StoredObject& pod) {
  std::vector<std::string> names;
  const json::Array* containers = json::find_array(pod.value(), "/spec/containers");
  if (containers == nullptr) return names;
  for (const json::Value& each : *containers) names.emplace_back(json::find_string(each, "/name"));
  return names;
}

/// pkg/registry/core/pod/strategy.go, streamLocation.
Answer<std::string> container_meant(const StoredObject& pod, std::string_view named) {
  const std::vector<std::string> names = containers_of(pod);
  if (named.empty()) {
    if (names.size() == 1) return names.front();
    return failures::bad_request(fmt::format(
        "a container name must be specified for pod {}, choose one of: [{}]", pod.name(), fmt::join(names, " ")
    ));
  }
  if (std::ranges::find(names, named) != names.end()) return std::string(named);
  return failures::bad_request(fmt::format("container {} is not valid for pod {}", named, pod.name()));
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

json::Object status_of(const ExecOutcome& outcome) {
  if (outcome.exit_code == 0) return {{"metadata", json::Object{}}, {"status", "Success"}};
  return {
      {"metadata", json::Object{}},
      {"status", "Failure"},
      {"message", fmt::format("command terminated with non-zero exit code: exit status {}", outcome.exit_code)},
      {"reason", "NonZeroExitCode"},
      {"details",
       json::Object{
           {"causes",
            json::Array{json::Object{{"reason", "ExitCode"}, {"message", fmt::format("{}", outcome.exit_code)}}}}
       }}
  };
}

json::Array messages_of(const ExecOutcome& outcome) {
  json::Array messages;
  const auto add = [&](char channel, const std::string& data) {
    messages.push_back(json::make_string(std::string(1, channel) + data));
  };
  if (!outcome.out.empty()) add('\1', outcome.out);
  if (!outcome.err.empty()) add('\2', outcome.err);
  add('\3', json::serialize(status_of(outcome)));
  return messages;
}

Failure unreachable(const StoredObject& pod) {
  Failure failure;
  failure.code = 500;
  failure.reason = "InternalError";
  failure.message = fmt::format("error dialing backend: the node of pod {} does not answer", pod.name());
  return failure;
}

}  // namespace

wire::Response exec(
    const Storage& storage, const ApiRequest& asked, const wire::Request& request, const Runtime& runtime
) {
  const ObjectPtr pod = storage.find(*asked.type, asked.namespace_, asked.name);
  if (!pod) return response_of(failures::not_found(*asked.type, asked.name).error());
  const std::string_view phase = json::find_string(pod->value(), "/status/phase");
  if (phase == "Succeeded" || phase == "Failed") {
    return response_of(failures::bad_request(
                           fmt::format("cannot exec into a container in a completed pod; current phase is {}", phase)
    )
                           .error());
  }
  const auto container = container_meant(*pod, asked.parameter("container"));
  if (!container) return response_of(container.error());
  if (json::find_string(pod->value(), "/spec/nodeName").empty()) {
    return response_of(failures::bad_request(fmt::format("pod {} does not have a host assigned", pod->name())).error());
  }
  if (phase != "Running" || !runtime) {
    return response_of(failures::not_found(*asked.type, asked.name).error());  // the kubelet: container not found
  }
  const ExecOutcome outcome = runtime(*pod, *container, words_of(request));
  if (outcome.unreachable) return response_of(unreachable(*pod));
  return {
      .status = 101,
      .headers = {},
      .body = json::serialize(json::Object{
          {"messages", messages_of(outcome)},
          {"after", std::chrono::duration_cast<std::chrono::nanoseconds>(outcome.takes).count()},
          {"never", outcome.hangs}
      })
  };
}

ExecMessages read_exec_answer(const wire::Response& answer) {
  ExecMessages read;
  const json::Value value = *json::parse(answer.body);
  for (const json::Value& each : *json::find_array(value, "/messages")) read.messages.emplace_back(json::as_view(each));
  read.after = std::chrono::nanoseconds(json::find(value, "/after")->to_number<std::int64_t>());
  read.never = json::find(value, "/never")->get_bool();
  return read;
}

}  // namespace snapstash::sim
