#include "tests/wire/recording.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace snapstash::wire {
namespace {

Way way_of(const std::filesystem::path& file) {
  if (file.extension() == ".call") return Way::kCall;
  if (file.extension() == ".watch") return Way::kStream;
  if (file.extension() == ".exec") return Way::kSocket;
  throw std::runtime_error(file.string() + ": is neither .call nor .watch nor .exec");
}

}  // namespace

std::vector<Recording> load_recordings(const std::filesystem::path& folder) {
  std::vector<Recording> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    Recording made{.name = entry.path().filename(), .way = way_of(entry.path()), .bytes = {}};
    made.bytes.assign(std::istreambuf_iterator<char>(file), {});
    if (made.bytes.size() < 2) throw std::runtime_error(made.name + ": is empty");
    all.push_back(std::move(made));
  }
  if (all.empty()) throw std::runtime_error(folder.string() + ": no recordings");
  std::ranges::sort(all, {}, &Recording::name);
  return all;
}

}  // namespace snapstash::wire
