// Durations and times: what was written from a value is read as that value.
#include "kernel/base/time.hpp"
#include "tests/fuzz/input.hpp"

using namespace snapstash;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::Input(data, size).rest();
  if (const auto duration = parse_duration(text)) {
    fuzz::check(parse_duration(format_duration(*duration)) == duration);
  }
  if (const auto time = parse_time(text)) fuzz::check(parse_time(format_micro_time(*time)) == time);
  return 0;
}
