// ${POD_ORDINAL} in templates.
#include "api/pod_ordinal.hpp"

#include "tests/fuzz/input.hpp"

using namespace snapstash;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::int32_t ordinal = input.byte() * 1001;
  const std::string_view text = input.rest();
  const auto expanded = api::expand_pod_ordinal(text, ordinal);
  if (!expanded) fuzz::check(expanded.error().is(Code::kInvalid));
  if (text.find('$') == std::string_view::npos) fuzz::check(expanded && *expanded == text);
  if (const auto value = json::parse(text)) {
    const auto whole = api::expand_pod_ordinal_in(*value, ordinal);
    if (!whole) fuzz::check(whole.error().is(Code::kInvalid));
  }
  return 0;
}
