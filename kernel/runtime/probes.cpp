#include "kernel/runtime/probes.hpp"

#include <set>

#include <fmt/format.h>

namespace snapstash::runtime {
namespace {

struct Query {
  bool verbose = false;
  std::set<std::string, std::less<>> excluded;
};

Query parse_query(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::string_view key = pair.substr(0, pair.find('='));
    if (key == "verbose") query.verbose = true;
    if (key == "exclude" && pair.size() > key.size()) query.excluded.emplace(pair.substr(key.size() + 1));
  }
  return query;
}

}  // namespace

Probes::Answer Probes::answer(std::string_view path, std::string_view query) const {
  if (!path.starts_with('/')) return {404, "not found\n"};
  path.remove_prefix(1);
  const std::string_view kind = path.substr(0, path.find('/'));
  const bool live = kind == "healthz" || kind == "livez";
  if (!live && kind != "readyz") return {404, "not found\n"};
  const Checks& checks = live ? live_ : ready_;
  const std::string_view only = path.size() > kind.size() ? path.substr(kind.size() + 1) : std::string_view();
  if (!only.empty() && !checks.contains(only)) return {404, "no such check\n"};

  const Query asked = parse_query(query);
  std::string lines;
  bool good = true;
  for (const auto& [name, check] : checks) {
    if (!only.empty() && name != only) continue;
    if (asked.excluded.contains(name)) {
      lines += fmt::format("[+]{} excluded: ok\n", name);
      continue;
    }
    const Result<void> result = check();
    good = good && result.has_value();
    lines += result ? fmt::format("[+]{} ok\n", name) : fmt::format("[-]{} failed: {}\n", name, result.error().message);
  }
  if (!good) return {500, lines + fmt::format("{} check failed\n", kind)};
  if (asked.verbose) return {200, lines + fmt::format("{} check passed\n", kind)};
  return {200, "ok"};
}

}  // namespace snapstash::runtime
