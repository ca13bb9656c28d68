#include "sim/matrices/campaign.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "kernel/base/mutant.hpp"

namespace snapstash::sim {
namespace {

/// No mutant is on as long as it lives.
class SoundProgram {
 public:
#ifdef SNAPSTASH_MUTANTS
  SoundProgram() : mutant_(chosen_mutant()) { set_mutant(""); }
  ~SoundProgram() { set_mutant(mutant_); }

 private:
  std::string mutant_;
#endif
};

/// Reference ends, computed when first needed, by a program without bugs.
const EndState& reference_of(const Scenario& scenario, int replicas) {
  [[maybe_unused]] const SoundProgram sound;
  static std::map<std::pair<std::string_view, int>, EndState> known;
  const auto key = std::pair(scenario.name, replicas);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  return known[key] = run({.scenario = &scenario, .replicas = replicas}, {}).end;
}

void say(int to, const std::string& line) {
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(to, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) std::_Exit(3);  // the parent is gone
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Lines of less than PIPE_BUF (4,096) bytes arrive whole, whoever else writes.
std::string one_line(std::string text) {
  constexpr std::size_t kLongest = 1500;
  if (text.size() > kLongest) text.resize(kLongest);
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

/// The child: every `stride`-th case from `first` on. Protocol, a line each: `begin I`; `broken I SENTENCE`;
/// `end I STRUCK STEPS REQUESTS`.
[[noreturn]] void work(std::span<const Case> cases, std::size_t first, std::size_t stride, int to) {
  for (std::size_t i = first; i < cases.size(); i += stride) {
    say(to, fmt::format("begin {}\n", i));
    const RunPlan& plan = cases[i].plan;
    // An hour of calm takes as long as all that went before: it is looked at in every sixteenth run.
    const bool calm = i % 16 == 0;
    const EndState& reference = reference_of(*plan.scenario, plan.replicas);
    const RunResult result = run(plan, {.story = false, .calm = calm, .reference = &reference});
    for (const Violation& each : result.violations) {
      say(to, fmt::format("broken {} {}: {}\n", i, each.invariant, one_line(each.what)));
    }
    say(to, fmt::format("end {} {} {} {}\n", i, result.struck, result.steps, result.requests));
  }
  std::_Exit(0);
}

/// Every so many-th case is one worker's.
struct Worker {
  pid_t pid = -1;
  std::size_t next = 0;                ///< Its first case that has not ended.
  std::vector<std::string> sentences;  ///< Of that case.
};

class Campaign {
 public:
  Campaign(
      std::span<const Case> cases, int processes, const std::function<void(const BrokenRun&)>& on_failure,
      bool first_only
  )
      : cases_(cases), workers_(static_cast<std::size_t>(processes)), on_failure_(on_failure), first_only_(first_only) {
    for (std::size_t k = 0; k < workers_.size(); ++k) workers_[k].next = k;
  }

  /// In rounds: whoever died in the middle of a case goes on behind it in the next.
  Tally run() {
    while (!enough_ && start()) {
      while (!enough_ && read()) {
      }
      end();
    }
    return std::move(tally_);
  }

 private:
  /// Starts whoever has something left. Returns whether anybody does.
  bool start() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    bool any = false;
    for (Worker& worker : workers_) {
      if (worker.next >= cases_.size()) continue;
      any = true;
      worker.pid = ::fork();
      if (worker.pid < 0) std::abort();
      if (worker.pid == 0) {
        ::close(ends[0]);
        work(cases_, worker.next, workers_.size(), ends[1]);
      }
    }
    ::close(ends[1]);
    from_ = ends[0];
    return any;
  }

  /// Reads what has come. Returns false when nobody works any more.
  bool read() {
    std::array<char, 65536> bytes;
    const ssize_t count = ::read(from_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (std::size_t newline; (newline = buffer_.find('\n', begin)) != std::string::npos; begin = newline + 1) {
      take(buffer_.substr(begin, newline - begin));
    }
    buffer_.erase(0, begin);
    return true;
  }

  void end() {
    ::close(from_);
    for (Worker& worker : workers_) {
      if (worker.pid < 0) continue;
      if (enough_) ::kill(worker.pid, SIGKILL);
      int status = 0;
      ::waitpid(worker.pid, &status, 0);
      worker.pid = -1;
      if (!enough_ && worker.next < cases_.size()) note_death(worker, status);
    }
  }

  void take(const std::string& line) {
    const std::size_t space = line.find(' ');
    const std::string verb = line.substr(0, space);
    char* rest = nullptr;
    const std::size_t index = std::strtoull(line.c_str() + space + 1, &rest, 10);
    Worker& worker = workers_[index % workers_.size()];
    if (verb == "begin") {
      worker.next = index;
      worker.sentences.clear();
    } else if (verb == "broken") {
      worker.sentences.emplace_back(rest + 1);
    } else {
      const std::size_t struck = std::strtoull(rest, &rest, 10);
      const std::uint64_t steps = std::strtoull(rest, &rest, 10);
      count(
          index, struck, {.runs = 1, .failed = 0, .steps = steps, .requests = std::strtoull(rest, &rest, 10)},
          worker.sentences
      );
      worker.next = index + workers_.size();
    }
  }

  void count(std::size_t index, std::size_t struck, Tally::Row run, const std::vector<std::string>& sentences) {
    const Case& what = cases_[index];
    Tally::Row& row = tally_.by_matrix[std::string(what.matrix)];
    row.runs += run.runs;
    row.steps += run.steps;
    row.requests += run.requests;
    // Which of several came to their point is not told; a run in which all did counts for all.
    if (struck == what.plan.strikes.size()) {
      for (const Strike& strike : what.plan.strikes) ++tally_.by_effect[std::string(name_of(strike.effect))];
    }
    if (sentences.empty()) return;
    ++row.failed;
    on_failure_({&what, sentences});
    enough_ = enough_ || first_only_;
  }

  void note_death(Worker& worker, int status) {
    std::string how = WIFSIGNALED(status) ? fmt::format("died of signal {}", WTERMSIG(status))
                                          : fmt::format("ended with code {}", WEXITSTATUS(status));
    count(worker.next, 0, {.runs = 1}, {std::move(how)});
    worker.next += workers_.size();
  }

  std::span<const Case> cases_;
  std::vector<Worker> workers_;
  const std::function<void(const BrokenRun&)>& on_failure_;
  bool first_only_, enough_ = false;
  int from_ = -1;
  std::string buffer_;
  Tally tally_;
};

}  // namespace

std::uint64_t Tally::failed() const {
  std::uint64_t sum = 0;
  for (const auto& [matrix, row] : by_matrix) sum += row.failed;
  return sum;
}

std::uint64_t Tally::runs() const {
  std::uint64_t sum = 0;
  for (const auto& [matrix, row] : by_matrix) sum += row.runs;
  return sum;
}

Tally run_campaign(
    std::span<const Case> cases, int processes, const std::function<void(const BrokenRun&)>& on_failure, bool first_only
) {
  return Campaign(cases, processes, on_failure, first_only).run();
}

}  // namespace snapstash::sim
