// The messages of an exec, each as a length byte and so many bytes: output stays within its limit.
#include "kernel/kube/exec.hpp"

#include "tests/fuzz/input.hpp"

using namespace snapstash;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLimit = 64;
  fuzz::Input input(data, size);
  kube::ExecStream stream(kLimit);
  while (!input.empty()) {
    const std::size_t length = input.byte();
    if (!stream.take(input.take(length))) return 0;
  }
  const auto result = std::move(stream).finish();
  if (result) fuzz::check(result->out.size() <= kLimit && result->err.size() <= kLimit);
  return 0;
}
