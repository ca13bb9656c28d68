// Quantities as bytes.
#include "kernel/kube/quantity.hpp"

#include "tests/fuzz/input.hpp"

using namespace snapstash;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto bytes = kube::parse_bytes(fuzz::Input(data, size).rest())) fuzz::check(*bytes >= 0);
  return 0;
}
