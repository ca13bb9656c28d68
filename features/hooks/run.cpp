#include "features/hooks/run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/hook_template.hpp"
#include "kernel/base/race.hpp"
#include "kernel/kube/exec.hpp"

namespace snapstash::hooks {
namespace {

constexpr std::size_t kShownOutput = 300;
constexpr Duration kFirstPause = std::chrono::seconds(1), kLongestPause = std::chrono::seconds(15);

using Done = Result<void>;

/// Everything that the actions of one hook share.
struct Setting {
  const jobs::Ports& ports;
  const api::Handler& handler;
  const Errand& errand;
  const json::Object data;  ///< For templates.
};

/// The end of what a command wrote, on one line: there the reason is.
std::string tail_of(const kube::ExecResult& result) {
  std::string text = result.err.empty() ? result.out : result.err;
  std::ranges::replace(text, '\n', ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (text.size() > kShownOutput) {
    std::size_t begin = text.size() - kShownOutput;
    while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) ++begin;
    text = "…" + text.substr(begin);
  }
  return text;
}

bool nothing_was_started(const Error& error) {
  return error.is(Code::kUnavailable) || error.is(Code::kTooManyRequests);
}

Task<Result<std::vector<std::string>>> rendered(const Setting& setting, std::vector<std::string> texts) {
  for (std::string& text : texts) text = co_await api::render_template(text, setting.data);
  co_return texts;
}

/// Calls `attempt` until it has started something, with growing pauses. Whoever calls sets the limit.
Task<Done> persistently(const Setting& setting, std::function<Task<Done>()> attempt) {
  for (Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    auto done = co_await attempt().as_result();
    if (done || !nothing_was_started(done.error())) co_return done;
    setting.ports.log.warning("a hook could not be started yet", {{"error", done.error().message}});
    const Duration asked = done.error().retry_after.value_or(std::chrono::seconds(0));
    co_await sleep_for(setting.ports.executor, std::max(pause, asked));
  }
}

Task<Done> exec_once(const Setting& setting, kube::ExecSpec spec) {
  const auto result = co_await kube::exec(setting.ports.client, spec);
  if (result.exit_code == 0) co_return {};
  const std::string tail = tail_of(result);
  co_return fail(
      Code::kInvalid, tail.empty() ? fmt::format("exit code {}", result.exit_code)
                                   : fmt::format("exit code {}: {}", result.exit_code, tail)
  );
}

Task<Done> exec_in(const Setting& setting, AppPod pod, std::vector<std::string> command) {
  const auto container = container_of(pod, setting.handler.container_name);
  if (!container) co_return fail(container.error());
  kube::ExecSpec spec{
      .namespace_ = setting.ports.namespace_,
      .pod = pod.metadata.name,
      .container = container->name,
      .command = std::move(command)
  };
  setting.ports.log.info("runs a hook's command", {{"pod", spec.pod}, {"container", spec.container}});
  co_return co_await persistently(setting, [&setting, &spec] { return exec_once(setting, spec); }).as_result();
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// httpGet and httpPost, as far as they are the same.
struct HttpAction {
  std::string method, host, path, scheme, body, content_type;
  json::IntOrString port;
  std::vector<api::HttpHeader> headers;
};

Task<Done> ask_once(const Setting& setting, HttpAction action, std::uint16_t port) {
  wire::Endpoint endpoint;
  endpoint.scheme = action.scheme.empty() ? "http" : lower(action.scheme);
  endpoint.host = action.host;
  endpoint.port = port;
  endpoint.tls.insecure_skip_verify = true;
  wire::Request request;
  request.method = action.method;
  request.target = action.path.starts_with('/') ? action.path : "/" + action.path;
  for (const api::HttpHeader& header : action.headers) request.headers.add(header.name, header.value);
  if (!action.content_type.empty() && !request.headers.find("Content-Type")) {
    request.headers.add("Content-Type", action.content_type);
  }
  if (!request.headers.find("User-Agent")) request.headers.add("User-Agent", "snapstash-hook");
  request.body = action.body;
  request.timeout = setting.errand.timeout;
  const int status = co_await setting.ports.outbound.ask(std::move(endpoint), std::move(request));
  if (status >= 200 && status < 400) co_return {};
  co_return fail(Code::kInvalid, fmt::format("{} {} was answered with HTTP {}", action.method, action.path, status));
}

/// Returns the number of an action's port, and sets its host if it has none. `pod` is absent when the action names its
/// host itself and its port by number.
Result<std::uint16_t> resolve(
    const Setting& setting, const std::optional<AppPod>& pod, const json::IntOrString& port, std::string& host
) {
  if (!pod) return static_cast<std::uint16_t>(std::get<std::int32_t>(port.value));
  if (host.empty()) host = pod->status.pod_ip;
  return port_of(*pod, setting.handler.container_name, port);
}

Task<Done> ask(const Setting& setting, std::optional<AppPod> pod, HttpAction action) {
  const std::uint16_t port = co_await resolve(setting, pod, action.port, action.host);
  co_return co_await persistently(setting, [&setting, &action, port] {
    return ask_once(setting, action, port);
  }).as_result();
}

Task<Done> knock(const Setting& setting, std::optional<AppPod> pod, api::TcpSocketAction action) {
  const std::uint16_t port = co_await resolve(setting, pod, action.port, action.host);
  co_return co_await persistently(setting, [&setting, &action, port] {
    return setting.ports.outbound.knock(action.host, port);
  }).as_result();
}

Task<Result<std::vector<AppPod>>> pods_of(const Setting& setting) {
  kube::Selection all{
      .namespace_ = setting.ports.namespace_, .label_selector = setting.errand.audience.selector, .field_selector = ""
  };
  auto page = co_await setting.ports.client.list<AppPod>(std::move(all));
  std::vector<AppPod> pods = choose(std::move(page.items), setting.errand.audience);
  if (pods.empty()) {
    co_return fail(
        Code::kInvalid, fmt::format(
                            "no pod of {} {} is {}, so there is nothing to run it in", setting.errand.facts.target.kind,
                            setting.errand.facts.target.name, setting.errand.audience.all ? "running" : "ready"
                        )
    );
  }
  co_return pods;
}

/// The first failure of one action in several pods; the pod's name comes with it.
Done summary(const std::vector<AppPod>& pods, std::vector<Done> results) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) return fail(std::move(results[i]).error().in(fmt::format("pod {}", pods[i].metadata.name)));
  }
  return {};
}

Task<Done> in_all(const Setting& setting, std::function<Task<Done>(AppPod)> action) {
  const std::vector<AppPod> pods = co_await pods_of(setting);
  std::vector<Task<Done>> tasks;
  tasks.reserve(pods.size());
  for (const AppPod& pod : pods) {
    tasks.push_back(with_timeout(setting.ports.executor, setting.errand.timeout, action(pod)));
  }
  co_return summary(pods, co_await all(setting.ports.executor, std::move(tasks)));
}

/// A host of its own, and a port that needs no pod to be looked up in: said once, whatever pods there are.
bool needs_no_pod(const std::string& host, const json::IntOrString& port) {
  return !host.empty() && std::holds_alternative<std::int32_t>(port.value);
}

Task<Done> run_exec(const Setting& setting) {
  auto command = co_await rendered(setting, setting.handler.exec->command);
  co_return co_await in_all(setting, [&setting, &command](AppPod pod) {
    return exec_in(setting, std::move(pod), command);
  }).as_result();
}

Task<Done> run_http(const Setting& setting, HttpAction action) {
  if (needs_no_pod(action.host, action.port)) {
    auto once = with_timeout(setting.ports.executor, setting.errand.timeout, ask(setting, std::nullopt, action));
    co_return co_await std::move(once).as_result();
  }
  co_return co_await in_all(setting, [&setting, &action](AppPod pod) {
    return ask(setting, std::move(pod), action);
  }).as_result();
}

Task<Done> run_get(const Setting& setting) {
  const api::HttpGetAction& get = *setting.handler.http_get;
  HttpAction action{.method = "GET", .host = get.host, .path = get.path, .scheme = get.scheme};
  action.port = get.port;
  action.headers = get.http_headers;
  co_return co_await run_http(setting, std::move(action)).as_result();
}

Task<Result<std::string>> form_of(const Setting& setting, std::vector<api::FormEntry> form) {
  std::string body;
  for (const api::FormEntry& entry : form) {
    for (const std::string& value : entry.values) {
      if (!body.empty()) body += "&";
      body += kube::percent_encode(entry.key) + "=";
      body += kube::percent_encode(co_await api::render_template(value, setting.data));
    }
  }
  co_return body;
}

Task<Done> run_post(const Setting& setting) {
  const api::HttpPostAction& post = *setting.handler.http_post;
  HttpAction action{.method = "POST", .host = post.host, .path = post.path, .scheme = post.scheme};
  action.port = post.port;
  action.headers = post.http_headers;
  // With both, the body is sent.
  if (!post.body.empty() || post.form.empty()) {
    action.body = co_await api::render_template(post.body, setting.data);
  } else {
    action.body = co_await form_of(setting, post.form);
    action.content_type = "application/x-www-form-urlencoded";
  }
  co_return co_await run_http(setting, std::move(action)).as_result();
}

Task<Done> run_tcp(const Setting& setting) {
  const api::TcpSocketAction& action = *setting.handler.tcp_socket;
  if (needs_no_pod(action.host, action.port)) {
    auto once = with_timeout(setting.ports.executor, setting.errand.timeout, knock(setting, std::nullopt, action));
    co_return co_await std::move(once).as_result();
  }
  co_return co_await in_all(setting, [&setting, &action](AppPod pod) {
    return knock(setting, std::move(pod), action);
  }).as_result();
}

}  // namespace

Task<Result<void>> run(jobs::Ports ports, api::Handler handler, Errand errand) {
  const Setting setting{.ports = ports, .handler = handler, .errand = errand, .data = to_json(errand.facts)};
  if (handler.exec) co_await run_exec(setting);
  if (handler.http_get) co_await run_get(setting);
  if (handler.http_post) co_await run_post(setting);
  if (handler.tcp_socket) co_await run_tcp(setting);
  co_return {};
}

}  // namespace snapstash::hooks
