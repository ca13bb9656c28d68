#include <chrono>
#include <cstdio>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/wire/fault.hpp"

/// Matrix M10: every fault of the network at every byte of every recorded answer.
namespace snapstash::wire {
namespace {

struct Flags {
  std::string folder = SNAPSTASH_WIRE_RECORDINGS, only_recording, only_fault;
  std::size_t byte = 0;  ///< 0 = all.
};

/// A TLS handshake takes as long as ten of the others: it strikes at every so many-th byte.
std::size_t step_of(Fault fault) { return fault == Fault::kTruncate ? 11 : 1; }

/// Byte 0 of a split is no split, and a flip of it is a fault as any other.
std::size_t first_of(Fault fault) { return fault == Fault::kSplit ? 1 : 0; }

struct Tally {
  std::size_t tried = 0, broken = 0;
};

void strike_all(const Flags& flags, const Recording& recording, std::map<std::string_view, Tally>& tallies) {
  for (const Fault fault : kFaults) {
    if (!flags.only_fault.empty() && flags.only_fault != name_of(fault)) continue;
    Tally& tally = tallies[name_of(fault)];
    const auto complain = [&](std::size_t at, const std::string& why) {
      ++tally.broken;
      if (tally.broken > 20) return;
      fmt::print("M10 --recording {} --fault {} --byte {}\n    {}\n", recording.name, name_of(fault), at, why);
    };
    // A step beyond the end leaves one.
    const std::size_t first = flags.byte > 0 ? flags.byte : first_of(fault);
    const std::size_t step = flags.byte > 0 ? recording.bytes.size() : step_of(fault);
    tally.tried += strike(recording, fault, first, step, complain);
  }
}

int run_all(const Flags& flags) {
  const auto begun = std::chrono::steady_clock::now();
  std::map<std::string_view, Tally> tallies;
  std::size_t recordings = 0;
  for (const Recording& recording : load_recordings(flags.folder)) {
    if (!flags.only_recording.empty() && flags.only_recording != recording.name) continue;
    ++recordings;
    strike_all(flags, recording, tallies);
  }
  Tally sum;
  for (const auto& [fault, tally] : tallies) {
    fmt::print("{:8} M10 {}\n", tally.tried, fault);
    sum.tried += tally.tried;
    sum.broken += tally.broken;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
  fmt::print("{} recordings, {:.0f} s\n", recordings, seconds.count());
  fmt::print("{} passed, {} failed\n", sum.tried - sum.broken, sum.broken);
  return sum.broken == 0 && sum.tried > 0 ? 0 : 1;
}

int run_main(int argc, char** argv) {
  CLI::App app{"What the network can do to an answer, at every byte, over real sockets"};
  Flags flags;
  app.add_option("--recordings", flags.folder, "folder of recorded answers");
  app.add_option("--recording", flags.only_recording, "only this one");
  app.add_option("--fault", flags.only_fault, "only this one: split, end, reset, flip, truncate");
  app.add_option("--byte", flags.byte, "only there");
  try {
    app.parse(argc, argv);
    return run_all(flags);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "wire faults: {}\n", error.what());
    return 2;
  }
}

}  // namespace
}  // namespace snapstash::wire

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // what was found must outlive an abort
  return snapstash::wire::run_main(argc, argv);
}
