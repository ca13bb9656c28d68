// Kubeconfig files, YAML and JSON.
#include "kernel/kube/kubeconfig.hpp"

#include "kernel/kube/yaml.hpp"
#include "tests/fuzz/input.hpp"

using namespace snapstash;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::Input(data, size).rest();
  const auto config = kube::parse_kubeconfig(text, "config");
  if (config) {
    // Merged with itself, it is itself.
    const kube::Kubeconfig twice = kube::merge({*config, *config});
    fuzz::check(twice.users == config->users && twice.clusters == config->clusters);
    fuzz::check(twice.current_context == config->current_context);
  } else {
    fuzz::check(config.error().is(Code::kInvalid));
  }
  if (const auto value = kube::parse_yaml(text); !value) fuzz::check(value.error().is(Code::kMalformed));
  return 0;
}
