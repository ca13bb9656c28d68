// Plays the conformance suite on one server. The last line is `N passed, N failed`.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "kernel/base/random.hpp"
#include "tests/conformance/fake_server.hpp"
#include "tests/conformance/play.hpp"
#include "tests/conformance/preparation.hpp"
#include "tests/conformance/random_sequences.hpp"
#include "tests/conformance/real_server.hpp"
#include "tests/conformance/suite.hpp"

namespace snapstash::conformance {
namespace {

struct Options {
  std::string server = "real", filter, cases = SNAPSTASH_SOURCE_DIR "/tests/conformance/cases";
  bool verbose = false;
  RandomPlan random{.sequences = 0};
};

struct Sum {
  int passed = 0, failed = 0;
};

// Plays one case in a namespace of its own, which is deleted afterwards.
std::optional<std::string> play_alone(Server& server, const Case& one, const std::string& name, bool verbose) {
  if (auto made = make_namespace(server, name); !made) return made.error().message;
  Player player(server, variables_for(name), [verbose](std::string_view line) {
    if (verbose) std::cout << "    " << line << '\n';
  });
  auto why = player.play(one);
  drop_namespace(server, name);
  return why;
}

Sum play_cases(Server& server, const std::vector<Case>& cases, const Options& options) {
  SystemRandom random;
  const std::string run = random.name_suffix();
  Sum sum;
  for (const Case& one : cases) {
    if (one.title().find(options.filter) == std::string::npos) continue;
    if (options.verbose) std::cout << one.title() << '\n';
    const std::string name = fmt::format("conformance-{}-{}", run, sum.passed + sum.failed);
    if (auto why = play_alone(server, one, name, options.verbose)) {
      ++sum.failed;
      std::cout << "FAILED " << one.title() << "\n  " << *why << '\n';
    } else {
      ++sum.passed;
    }
  }
  return sum;
}

Result<std::unique_ptr<Server>> make_server(const std::string& which) {
  if (which == "fake") return make_fake_server();
  return connect_real_server();
}

Result<Sum> run_cases(const Options& options) {
  auto cases = load_cases(options.cases);
  if (!cases) return fail(std::move(cases).error());
  auto server = make_server(options.server);
  if (!server) return fail(std::move(server).error());
  if (auto ready = prepare(**server); !ready) return fail(std::move(ready).error());
  return play_cases(**server, *cases, options);
}

Result<Sum> run_random(const Options& options) {
  auto real = connect_real_server();
  if (!real) return fail(std::move(real).error());
  const auto fake = make_fake_server();
  for (Server* server : {real->get(), fake.get()}) {
    if (auto ready = prepare(*server); !ready) return fail(std::move(ready).error());
  }
  SystemRandom random;
  const bool same = compare_random_sequences(**real, *fake, options.random, random.name_suffix());
  return Sum{.passed = same ? options.random.sequences : 0, .failed = same ? 0 : 1};
}

}  // namespace
}  // namespace snapstash::conformance

int main(int argc, char** argv) {
  using namespace snapstash::conformance;
  Options options;
  CLI::App app("Plays the conformance suite on the real or on the simulator's API server.");
  app.add_option("--server", options.server, "real or fake")->check(CLI::IsMember({"real", "fake"}));
  app.add_option("--filter", options.filter, "only cases whose `subject: name` contains this");
  app.add_option("--cases", options.cases, "the folder with the cases");
  app.add_flag("-v", options.verbose, "show every exchange");
  app.add_option("--random", options.random.sequences, "play so many random sequences on both servers instead");
  app.add_option("--seed", options.random.seed, "the first of them");
  CLI11_PARSE(app, argc, argv);
  const auto sum = options.random.sequences > 0 ? run_random(options) : run_cases(options);
  if (!sum) {
    std::cerr << "snapstash_conformance: " << sum.error().message << '\n';
    return 1;
  }
  std::cout << sum->passed << " passed, " << sum->failed << " failed\n";
  return sum->failed == 0 ? 0 : 1;
}
