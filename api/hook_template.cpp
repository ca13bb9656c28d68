#include "api/hook_template.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/template/format.hpp"
#include "api/template/lexer.hpp"
#include "api/template/parser.hpp"

namespace snapstash::api {

namespace {

using namespace templates;

// What the functions of a template may read and write together. Without it, 256 KiB of cheap calls on long texts would
// take minutes.
constexpr std::size_t kMaxWork = std::size_t{16} << 20U;
constexpr std::size_t kMaxListed = 40;

std::size_t cost_of(const json::Value& value) {
  std::size_t cost = sizeof value;
  if (value.is_string()) return cost + value.get_string().size();
  if (const json::Array* list = value.if_array()) {
    for (const json::Value& item : *list) cost += cost_of(item);
  } else if (const json::Object* object = value.if_object()) {
    for (const auto& member : *object) cost += member.key().size() + cost_of(member.value());
  }
  return cost;
}

// JSON has one type of numbers, Go has two: what is integral is an int.
json::Value with_integers(json::Value value) {
  if (json::Array* list = value.if_array()) {
    for (json::Value& item : *list) item = with_integers(std::move(item));
  } else if (json::Object* object = value.if_object()) {
    for (auto& member : *object) member.value() = with_integers(std::move(member.value()));
  } else if (value.is_number() && !value.is_int64()) {
    boost::json::error_code inexact;
    const auto integer = value.to_number<std::int64_t>(inexact);
    if (!inexact) return json::Value(integer);
    return json::Value(value.to_number<double>());
  }
  return value;
}

void list_fields(const json::Object& object, const std::string& prefix, std::vector<std::string>& names) {
  for (const auto& member : object) {
    if (names.size() > kMaxListed) return;
    const std::string name = fmt::format("{}.{}", prefix, std::string_view(member.key().data(), member.key().size()));
    if (const json::Object* inner = member.value().if_object()) {
      list_fields(*inner, name, names);
    } else {
      names.push_back(name);
    }
  }
}

std::string fields_of(const json::Object& data) {
  std::vector<std::string> names;
  list_fields(data, "", names);
  if (names.size() > kMaxListed) names.back() = "…";
  return fmt::format("{}", fmt::join(names, ", "));
}

class Evaluation {
 public:
  /// With `every_branch`, nothing is written, and what would be skipped is evaluated, too.
  Evaluation(std::string_view text, const json::Object& data, bool every_branch)
      : text_(text), data_(data), every_branch_(every_branch) {}

  Result<std::string> run(const Nodes& nodes) {
    if (auto done = walk(nodes); !done) return fail(std::move(done).error());
    return std::move(out_);
  }

 private:
  Result<void> walk(const Nodes& nodes) {
    for (const Node& node : nodes) {
      Result<void> done;
      if (const auto* text = std::get_if<std::string_view>(&node.what)) {
        done = write(*text);
      } else if (const auto* pipeline = std::get_if<Pipeline>(&node.what)) {
        const auto value = value_of(*pipeline);
        done = value ? write(value->is_null() ? "<no value>" : to_text(*value)) : fail(value.error());
      } else {
        done = choose(std::get<std::vector<Branch>>(node.what));
      }
      if (!done) return done;
    }
    return {};
  }

  Result<void> choose(const std::vector<Branch>& branches) {
    for (const Branch& branch : branches) {
      bool taken = true;
      if (branch.condition) {
        const auto value = value_of(*branch.condition);
        if (!value) return fail(value.error());
        taken = is_true(*value);
      }
      if (!taken && !every_branch_) continue;
      if (auto done = walk(branch.body); !done || !every_branch_) return done;
    }
    return {};
  }

  Result<void> write(std::string_view text) {
    if (every_branch_) return {};
    out_ += text;
    if (out_.size() > kMaxBytes) return fail(Code::kInvalid, "the template writes more than 1 MiB: shorten it");
    return {};
  }

  Result<json::Value> value_of(const Pipeline& pipeline) {
    std::optional<json::Value> piped;
    for (const Command& command : pipeline) {
      auto value = value_of(command, piped);
      if (!value) return value;
      piped.emplace(std::move(*value));
    }
    return std::move(*piped);
  }

  // Takes what was piped.
  Result<json::Value> value_of(const Command& command, std::optional<json::Value>& piped) {
    const Operand& first = command.operands.front();
    const auto* function = std::get_if<const Function*>(&first.what);
    if (function == nullptr) return value_of(first);
    std::vector<json::Value> arguments;
    for (const Operand& operand : std::span(command.operands).subspan(1)) {
      auto value = value_of(operand);
      if (!value) return value;
      arguments.push_back(std::move(*value));
      if (!every_branch_ && (*function)->decided_by == is_true(arguments.back())) return std::move(arguments.back());
    }
    if (piped) arguments.push_back(std::move(*piped));
    return apply(first.at, **function, arguments);
  }

  Result<json::Value> value_of(const Operand& operand) {
    if (const auto* literal = std::get_if<json::Value>(&operand.what)) return *literal;
    if (const auto* path = std::get_if<Path>(&operand.what)) return field(operand.at, *path);
    if (const auto* pipeline = std::get_if<Pipeline>(&operand.what)) return value_of(*pipeline);
    return apply(operand.at, *std::get<const Function*>(operand.what), {});
  }

  Result<json::Value> field(std::size_t at, const Path& path) {
    const json::Value* value = nullptr;
    for (const std::string_view name : path) {
      value = value == nullptr ? json::find_key(data_, name) : json::find_key(*value, name);
      if (value != nullptr) continue;
      return problem_at(
          text_, at, fmt::format("there is no .{}; there are {}", fmt::join(path, "."), fields_of(data_))
      );
    }
    json::Value found = with_integers(value == nullptr ? json::Value(data_, {}) : json::clone(*value));
    if (auto paid = pay(at, cost_of(found)); !paid) return fail(std::move(paid).error());
    return found;
  }

  Result<json::Value> apply(std::size_t at, const Function& function, std::span<const json::Value> arguments) {
    std::size_t cost = 0;
    for (const json::Value& argument : arguments) cost += cost_of(argument);
    if (auto paid = pay(at, cost); !paid) return fail(std::move(paid).error());
    auto answer = call(function, arguments);
    if (!answer) return problem_at(text_, at, fmt::format("{}: {}", function.name, answer.error().message));
    if (auto paid = pay(at, cost_of(*answer)); !paid) return fail(std::move(paid).error());
    return answer;
  }

  Result<void> pay(std::size_t at, std::size_t cost) {
    if (cost > left_) return problem_at(text_, at, "the template works on more than 16 MiB of text: shorten it");
    left_ -= cost;
    return {};
  }

  std::string_view text_;
  const json::Object& data_;
  bool every_branch_;
  std::size_t left_ = kMaxWork;
  std::string out_;
};

// What features/hooks gives to a template: Stash's Summary of a session.
json::Object sample() {
  const auto texts = [](std::initializer_list<std::string_view> names) {
    json::Object object;
    for (const std::string_view name : names) object[{name.data(), name.size()}] = "sample";
    return object;
  };
  json::Object data = texts({"Name", "Namespace"});
  data["Invoker"] = texts({"APIGroup", "Kind", "Name"});
  data["Target"] = texts({"APIVersion", "Kind", "Name", "Namespace"});
  data["Status"] = texts({"Phase", "Duration", "Error"});
  data["RetryLeft"] = 1;
  return data;
}

Result<std::string> evaluate(std::string_view text, const json::Object& data, bool every_branch) {
  const auto nodes = parse_template(text);
  if (!nodes) return fail(nodes.error());
  return Evaluation(text, data, every_branch).run(*nodes);
}

}  // namespace

Result<std::string> render_template(std::string_view text, const json::Object& data) {
  return evaluate(text, data, false);
}

std::string find_template_problem(std::string_view text) {
  const auto checked = evaluate(text, sample(), true);
  return checked ? std::string() : checked.error().message;
}

}  // namespace snapstash::api
