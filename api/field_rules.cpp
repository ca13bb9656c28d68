#include "api/field_rules.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "api/duration_rules.hpp"
#include "api/hook_template.hpp"
#include "api/sentences.hpp"
#include "kernel/base/time.hpp"

namespace snapstash::api {

namespace {

void add(Problems& problems, std::string_view field, std::string_view message) {
  problems.push_back({std::string(field), std::string(message)});
}

bool is_label_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

void check_port(const json::IntOrString& port, const std::string& field, Problems& problems) {
  if (const auto* number = std::get_if<std::int32_t>(&port.value)) {
    if (*number < 1 || *number > 65535) add(problems, field, "must be a port from 1 to 65535, or the name of one");
  } else if (std::get<std::string>(port.value).empty()) {
    add(problems, field, "must be a port from 1 to 65535, or the name of one");
  }
}

void check_scheme(const std::string& scheme, const std::string& field, Problems& problems) {
  std::string upper = scheme;
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (!upper.empty() && upper != "HTTP" && upper != "HTTPS") add(problems, field, "must be HTTP or HTTPS");
}

void check_template(const std::string& text, const std::string& field, Problems& problems) {
  std::string problem = find_template_problem(text);
  if (!problem.empty()) problems.push_back({field, std::move(problem)});
}

void check_exec(const ExecAction& exec, const std::string& field, Problems& problems) {
  if (exec.command.empty()) add(problems, field + ".command", "names no program to run");
  for (std::size_t i = 0; i < exec.command.size(); ++i) {
    check_template(exec.command[i], fmt::format("{}.command[{}]", field, i), problems);
  }
}

void check_post(const HttpPostAction& post, const std::string& field, Problems& problems) {
  check_port(post.port, field + ".port", problems);
  check_scheme(post.scheme, field + ".scheme", problems);
  check_template(post.body, field + ".body", problems);
  for (std::size_t i = 0; i < post.form.size(); ++i) {
    for (const std::string& value : post.form[i].values) {
      check_template(value, fmt::format("{}.form[{}].values", field, i), problems);
    }
  }
}

/// Whether an action says itself whom it speaks to, so that it needs no pod.
template <class Action>
bool is_addressed(const std::optional<Action>& action) {
  return !action || (!action->host.empty() && std::holds_alternative<std::int32_t>(action->port.value));
}

}  // namespace

bool is_object_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  // A letter or digit on both sides of every dot, hyphens only inside: so each character has a rule about the one
  // before.
  char before = '.';
  for (const char c : name) {
    if (c == '.' ? !is_label_char(before) : !is_label_char(c) && (c != '-' || before == '.')) return false;
    before = c;
  }
  return is_label_char(before);
}

void check_object_name(std::string_view name, std::string_view field, Problems& problems) {
  if (is_object_name(name)) return;
  add(problems, field,
      fmt::format(
          "\"{}\" is not a name: at most 253 lower-case letters, digits, - and ., beginning and ending with a letter "
          "or "
          "digit",
          name
      ));
}

void check_positive_duration(std::string_view text, std::string_view field, Problems& problems) {
  if (text.empty()) return;
  const auto duration = parse_duration(text);
  if (!duration || *duration <= Duration::zero()) {
    add(problems, field, fmt::format("\"{}\" {}", text, kDurationSentence));
  }
}

void check_delay(std::string_view text, std::string_view field, Problems& problems) {
  if (text.empty()) return;
  const auto duration = parse_duration(text);
  if (!duration || *duration < Duration::zero()) add(problems, field, fmt::format("\"{}\" {}", text, kDelaySentence));
}

void check_at_least(
    std::optional<std::int64_t> number, std::int64_t minimum, std::string_view field, Problems& problems
) {
  if (number && *number < minimum) add(problems, field, fmt::format("is {}, must be at least {}", *number, minimum));
}

void check_same_namespace(const TargetRef& ref, std::string_view own, std::string_view field, Problems& problems) {
  if (ref.namespace_.empty() || ref.namespace_ == own) return;
  add(problems, field,
      fmt::format(
          "cross-namespace target reference is not allowed for \"{}\": create this object in namespace {}, beside its "
          "target",
          ref.kind, ref.namespace_
      ));
}

void check_handler(const Handler& handler, const std::string& field, Problems& problems) {
  if (!handler.exec && !handler.http_get && !handler.http_post && !handler.tcp_socket) {
    add(problems, field, "has no action: set one of exec, httpGet, httpPost and tcpSocket");
  }
  if (handler.exec) check_exec(*handler.exec, field + ".exec", problems);
  if (handler.http_get) {
    check_port(handler.http_get->port, field + ".httpGet.port", problems);
    check_scheme(handler.http_get->scheme, field + ".httpGet.scheme", problems);
  }
  if (handler.http_post) check_post(*handler.http_post, field + ".httpPost", problems);
  if (handler.tcp_socket) check_port(handler.tcp_socket->port, field + ".tcpSocket.port", problems);
}

void check_global_handler(const Handler& handler, const std::string& field, Problems& problems) {
  const bool fits = !handler.exec && is_addressed(handler.http_get) && is_addressed(handler.http_post) &&
                    is_addressed(handler.tcp_socket);
  if (!fits) problems.push_back({field, std::string(kGlobalHookSentence)});
}

}  // namespace snapstash::api
