#include "features/cli/run.hpp"

#include <algorithm>
#include <iterator>
#include <ostream>
#include <sstream>

#include "features/cli/adopt.hpp"
#include "features/cli/completion.hpp"
#include "features/cli/configurations.hpp"
#include "features/cli/connection.hpp"
#include "features/cli/copy.hpp"
#include "features/cli/create.hpp"
#include "features/cli/debug.hpp"
#include "features/cli/explain.hpp"
#include "features/cli/get.hpp"
#include "features/cli/pause.hpp"
#include "features/cli/plan.hpp"
#include "features/cli/trigger.hpp"
#include "features/cli/version.hpp"

namespace snapstash::cli {
namespace {

/// Warnings (a watch that must begin anew, an odd kubeconfig) as a person reads them.
class TerminalLog final : public Log {
 public:
  explicit TerminalLog(std::ostream& err) : err_(err) {}
  void write(Level level, std::string_view message, std::span<const LogField> fields) override {
    if (level != Level::kWarning && level != Level::kError) return;
    err_ << "warning: " << message;
    for (const LogField& field : fields) err_ << " " << field.key << "=" << field.value;
    err_ << "\n";
  }

 private:
  std::ostream& err_;
};

/// The operator is worth a look, but the client's version is known without it.
Task<Result<int>> version(Ports ports, Version wanted, std::string client, std::string server) {
  auto operators = co_await find_operators(ports).as_result();
  ports.out << format_version(client, operators ? *operators : json::Value(), wanted);
  if (operators) co_return kOk;
  ports.err << "The operator's version is not known: " << explain(operators.error(), server) << "\n";
  co_return kFailure;
}

Task<Result<int>> print_names(Ports ports, Names wanted) {
  const std::vector<std::string> names = co_await names_of(ports, wanted.kind);
  for (const std::string& name : names) ports.out << name << "\n";
  co_return kOk;
}

Task<Result<int>> carry_out(
    Ports ports, const Verb& verb, kube::Files& files, const std::string& client, const std::string& server
) {
  if (const auto* wanted = std::get_if<Trigger>(&verb)) return trigger(std::move(ports), *wanted);
  if (const auto* wanted = std::get_if<Pause>(&verb)) return pause(std::move(ports), *wanted);
  if (const auto* wanted = std::get_if<Get>(&verb)) return get(std::move(ports), *wanted);
  if (const auto* wanted = std::get_if<Plan>(&verb)) return plan(std::move(ports), *wanted, files);
  if (const auto* wanted = std::get_if<Names>(&verb)) return print_names(std::move(ports), *wanted);
  if (const auto* wanted = std::get_if<Adopt>(&verb)) return adopt(std::move(ports), *wanted);
  if (const auto* wanted = std::get_if<CreateConfiguration>(&verb)) return create(std::move(ports), *wanted);
  if (const auto* wanted = std::get_if<CreateRestore>(&verb)) return create(std::move(ports), *wanted);
  if (const auto* wanted = std::get_if<CopySnapshot>(&verb)) return copy(std::move(ports), *wanted);
  if (const auto* wanted = std::get_if<CopyConfiguration>(&verb)) return copy(std::move(ports), *wanted);
  if (const auto* wanted = std::get_if<Debug>(&verb)) return debug(std::move(ports), *wanted);
  return version(std::move(ports), std::get<Version>(verb), client, server);
}

int complain(const Io& io, const std::string& message) {
  io.err << "error: " << message << "\n";
  return kFailure;
}

template <class Wanted>
std::optional<int> print_object(const CommandLine& line, const Io& io) {
  const auto* wanted = std::get_if<Wanted>(&line.verb);
  if (wanted == nullptr || wanted->output == Output::kTable) return std::nullopt;
  io.err << warn_of_ignored(wanted->ignored);
  const auto document = document_of(*wanted, line.connection.name_space);
  if (!document) return complain(io, document.error().message);
  io.out << *document;
  return kOk;
}

/// What needs no cluster; nothing = the verb does.
std::optional<int> run_alone(const CommandLine& line, const Io& io) {
  if (const auto* wanted = std::get_if<Completion>(&line.verb)) {
    io.out << completion_script(wanted->shell);
    return kOk;
  }
  const auto* version_wanted = std::get_if<Version>(&line.verb);
  if (version_wanted != nullptr && version_wanted->client_only) {
    io.out << format_version(io.version, {}, *version_wanted);
    return kOk;
  }
  if (const auto code = print_object<CreateConfiguration>(line, io)) return code;
  return print_object<CreateRestore>(line, io);
}

int run_verb(const CommandLine& line, const Io& io) {
  if (const auto code = run_alone(line, io)) return *code;
  TerminalLog log(io.err);
  wire::EventLoop loop;
  auto connection = Connection::make(
      loop, log, line,
      {.environment = io.environment,
       .user_agent = "kubectl-stash/" + io.version,
       .stdin_is_terminal = io.stdin_is_terminal}
  );
  if (!connection) return complain(io, connection.error().message);
  Connection& cluster = **connection;
  Ports ports{
      .client = cluster.client(),
      .executor = loop,
      .clock = cluster.clock(),
      .random = cluster.random(),
      .log = log,
      .out = io.out,
      .err = io.err,
      .namespace_ = cluster.namespace_()
  };
  kube::DiskFiles files;
  auto code = loop.run_task(carry_out(std::move(ports), line.verb, files, io.version, cluster.server()));
  return code ? *code : complain(io, explain(code.error(), cluster.server()));
}

/// The names of a kind that begin with what has been typed; none when the cluster does not tell.
std::vector<std::string> names_beginning_with(
    const std::string& typed, const std::string& kind, std::vector<std::string> connection, const Io& io
) {
  connection.insert(connection.end(), {"names", kind});
  const auto parsed = parse(std::move(connection));
  const auto* line = std::get_if<CommandLine>(&parsed);
  if (line == nullptr) return {};
  std::ostringstream out;
  std::ostringstream silent;  // nobody reads complaints between two keys
  run_verb(*line, {out, silent, io.environment, io.version, false});
  std::vector<std::string> names;
  std::istringstream lines(out.str());
  for (std::string name; std::getline(lines, name);) {
    if (name.starts_with(typed)) names.push_back(name);
  }
  return names;
}

/// kubectl's protocol for completion (that of cobra): a line for each candidate, and `:4`, which means: no file names.
int complete(const std::vector<std::string>& arguments, const Io& io) {
  Candidates found = candidates(arguments);
  if (!found.names.empty()) {
    const std::string typed = arguments.empty() ? "" : arguments.back();
    std::ranges::move(
        names_beginning_with(typed, found.names, connection_arguments(arguments), io), std::back_inserter(found.words)
    );
  }
  for (const std::string& word : found.words) io.out << word << "\n";
  io.out << ":4\n";
  return kOk;
}

}  // namespace

int run(std::vector<std::string> arguments, Io io) {
  if (!arguments.empty() && arguments.front() == "__complete") {
    arguments.erase(arguments.begin());
    return complete(arguments, io);
  }
  const auto parsed = parse(std::move(arguments));
  int code = kOk;
  if (const auto* ending = std::get_if<Ending>(&parsed)) {
    io.out << ending->out;
    io.err << ending->err;
    code = ending->code;
  } else {
    code = run_verb(std::get<CommandLine>(parsed), io);
  }
  // A full disk or a closed pipe must not look like success.
  return io.out.flush() ? code : std::max(code, kFailure);
}

}  // namespace snapstash::cli
