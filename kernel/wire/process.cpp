#include "kernel/wire/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>

#include "kernel/base/event.hpp"
#include "kernel/base/race.hpp"
#include "kernel/wire/asio.hpp"

namespace snapstash::wire {
namespace {

/// What the program printed is in the pipe when it ends; a child of its own may keep the pipe open for ever.
constexpr Duration kDrainTime = std::chrono::seconds(1);

/// A running program, until the last handler has seen its end. SIGCHLD tells of it.
struct Child {
  Child(EventLoop& loop, std::size_t limit)
      : loop(loop), limit(limit), output(loop.core().io), ended_signal(loop.core().io, SIGCHLD), changed(loop) {}
  EventLoop& loop;
  std::size_t limit;
  asio::posix::stream_descriptor output;
  asio::signal_set ended_signal;
  Event changed;  ///< Set whenever one of the flags below is.
  pid_t pid = 0;
  bool exited = false, drained = false, overflowed = false;
  int status = 0;
  std::string text;
  std::array<char, 4096> space;
};

void read_output(const std::shared_ptr<Child>& child) {
  child->output.async_read_some(asio::buffer(child->space), [child](ErrorCode error, std::size_t count) {
    child->text.append(child->space.data(), count);
    child->overflowed = child->text.size() > child->limit;
    child->drained = static_cast<bool>(error);
    if (child->overflowed || child->drained) {
      child->changed.set();
    } else {
      read_output(child);
    }
  });
}

/// Waits for the end for as long as it takes, also when nobody is interested any more: so no zombie stays.
void wait_for_end(const std::shared_ptr<Child>& child) {
  child->ended_signal.async_wait([child](ErrorCode error, int) {
    if (error) return;
    if (::waitpid(child->pid, &child->status, WNOHANG) == child->pid) {
      child->exited = true;
      child->changed.set();
    } else {
      wait_for_end(child);  // it was another child
    }
  });
}

/// Ends the program unless it has ended.
class Killer {
 public:
  explicit Killer(std::shared_ptr<Child> child) : child_(std::move(child)) {}
  Killer(const Killer&) = delete;
  Killer& operator=(const Killer&) = delete;
  ~Killer() {
    if (!child_->exited) ::kill(child_->pid, SIGKILL);
    ErrorCode ignored;
    child_->output.close(ignored);
  }

 private:
  std::shared_ptr<Child> child_;
};

std::vector<std::string> environment_for(const ProcessSpec& spec) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto name = text.substr(0, text.find('='));
    const bool replaced = std::ranges::any_of(spec.env, [&](const auto& ours) { return ours.first == name; });
    if (!replaced) result.emplace_back(text);
  }
  for (const auto& [name, value] : spec.env) result.push_back(fmt::format("{}={}", name, value));
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// What happens in the child between fork and exec: its three standard files, no others of ours, signals as at birth.
class SpawnSetup {
 public:
  SpawnSetup(bool inherit_stdin, int output) {
    posix_spawn_file_actions_init(&actions_);
    if (!inherit_stdin) posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none, pipe;
    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);  // the loop ignores it, and that would be inherited
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &pipe);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

std::string reason(int error) { return std::generic_category().message(error); }

Result<void> spawn(Child& child, const ProcessSpec& spec) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return fail(Code::kInternal, fmt::format("no pipe: {}", reason(errno)));
  child.output.assign(pipe[0]);
  std::vector<std::string> args{spec.command};
  args.insert(args.end(), spec.args.begin(), spec.args.end());
  std::vector<std::string> env = environment_for(spec);
  const SpawnSetup setup(spec.inherit_stdin, pipe[1]);
  const int error = ::posix_spawnp(
      &child.pid, spec.command.c_str(), setup.actions(), setup.attributes(), pointers(args).data(), pointers(env).data()
  );
  ::close(pipe[1]);
  if (error == 0) return {};
  const Code code = error == ENOENT ? Code::kNotFound : Code::kInternal;
  return fail(code, fmt::format("cannot run {}: {}", spec.command, reason(error)));
}

Task<void> next_change(std::shared_ptr<Child> child) { co_await child->changed.wait(); }

Task<Result<ProcessResult>> run(EventLoop& loop, ProcessSpec spec) {
  // SIGCHLD is listened for before the child exists, so that its end cannot be missed.
  const auto child = std::make_shared<Child>(loop, spec.output_limit);
  co_await spawn(*child, spec);
  const Killer killer(child);
  wait_for_end(child);
  read_output(child);
  while (!child->exited && !child->overflowed) {
    child->changed.reset();
    co_await child->changed.wait();
  }
  const MonoTime enough = loop.now() + kDrainTime;
  while (!child->drained && !child->overflowed && loop.now() < enough) {
    child->changed.reset();
    co_await race(loop, next_change(child), until(loop, enough));
  }
  if (child->overflowed) {
    co_return fail(Code::kInternal, fmt::format("{} printed more than {} bytes", spec.command, spec.output_limit));
  }
  const int code = WIFEXITED(child->status) ? WEXITSTATUS(child->status) : 128 + WTERMSIG(child->status);
  co_return ProcessResult{code, std::move(child->text)};
}

}  // namespace

Task<Result<ProcessResult>> run_process(EventLoop& loop, ProcessSpec spec) {
  const std::string command = spec.command;
  const Duration timeout = spec.timeout;
  auto result = co_await with_timeout(loop, timeout, run(loop, std::move(spec))).as_result();
  if (!result && result.error().is(Code::kTimeout)) {
    co_return fail(Code::kTimeout, fmt::format("{} did not end within {}", command, format_duration(timeout)));
  }
  co_return std::move(result);
}

}  // namespace snapstash::wire
