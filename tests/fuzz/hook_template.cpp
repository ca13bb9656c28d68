// Templates of hooks, which whoever may write a BackupConfiguration writes.
#include "api/hook_template.hpp"

#include "tests/fuzz/input.hpp"

using namespace snapstash;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::Input(data, size).rest();
  const json::Object facts{
      {"Name", "n"},
      {"Namespace", "ns"},
      {"Invoker", json::Object{{"APIGroup", "g"}, {"Kind", "k"}, {"Name", "i"}}},
      {"Target", json::Object{{"APIVersion", "v"}, {"Kind", "k"}, {"Name", "t"}, {"Namespace", "ns"}}},
      {"Status", json::Object{{"Phase", "Failed"}, {"Duration", "1s"}, {"Error", "e \"q\" <&>"}}},
      {"RetryLeft", 2}
  };
  const bool fine = api::find_template_problem(text).empty();
  const auto rendered = api::render_template(text, facts);
  if (rendered) fuzz::check(rendered->size() <= std::size_t{1} << 20);
  if (!rendered) fuzz::check(rendered.error().is(Code::kInvalid));
  if (text.find("{{") == std::string_view::npos) fuzz::check(fine && rendered && *rendered == text);
  return 0;
}
