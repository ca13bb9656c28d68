#include "tests/conformance/random_sequences.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "tests/conformance/masking.hpp"
#include "tests/conformance/preparation.hpp"
#include "tests/conformance/sequence.hpp"

namespace snapstash::conformance {
namespace {

rc::Gen<Operation> any_operation() {
  return rc::gen::build<Operation>(
      rc::gen::set(
          &Operation::action, rc::gen::map(
                                  rc::gen::inRange(0, static_cast<int>(Action::kWatch) + 1),
                                  [](int index) { return static_cast<Action>(index); }
                              )
      ),
      rc::gen::set(&Operation::custom, rc::gen::arbitrary<bool>()),
      rc::gen::set(&Operation::name, rc::gen::inRange<std::uint8_t>(0, 3)),
      rc::gen::set(&Operation::labels, rc::gen::inRange<std::uint8_t>(0, 16)),
      rc::gen::set(&Operation::holds, rc::gen::inRange<std::uint8_t>(0, 4)),
      rc::gen::set(&Operation::manager, rc::gen::inRange<std::uint8_t>(0, 2))
  );
}

Result<std::vector<std::string>> play_alone(
    Server& server, const std::string& name, const std::vector<Operation>& operations
) {
  if (auto made = make_namespace(server, name); !made) return fail(std::move(made).error());
  auto transcript = Sequence(server, name).play(operations);
  drop_namespace(server, name);
  if (!transcript) return fail(std::move(transcript).error());
  return masked(*transcript);
}

// Fails the property, with the first difference as the reason.
void compare(const std::vector<std::string>& real, const std::vector<std::string>& fake) {
  const auto [ours, theirs] = std::ranges::mismatch(real, fake);
  if (ours == real.end() && theirs == fake.end()) return;
  RC_FAIL(fmt::format("real: {}\nfake: {}", ours == real.end() ? "-" : *ours, theirs == fake.end() ? "-" : *theirs));
}

}  // namespace

bool compare_random_sequences(Server& real, Server& fake, const RandomPlan& plan, const std::string& run) {
  const std::string params = fmt::format("seed={} max_success={} max_size=40", plan.seed, plan.sequences);
  ::setenv("RC_PARAMS", params.c_str(), 1);
  int played = 0;
  return rc::check("the same requests have the same answers and events", [&] {
    const auto operations = *rc::gen::container<std::vector<Operation>>(any_operation());
    const std::string name = fmt::format("conformance-{}-random-{}", run, played++);
    const auto ours = play_alone(real, name, operations);
    const auto theirs = play_alone(fake, name, operations);
    if (!ours) RC_FAIL("real: " + ours.error().message);
    if (!theirs) RC_FAIL("fake: " + theirs.error().message);
    compare(*ours, *theirs);
  });
}

}  // namespace snapstash::conformance
