#include "kernel/runtime/process_metrics.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

namespace snapstash::runtime {
namespace {

std::string contents_of(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::optional<double> number_in(std::string_view text) {
  unsigned long long number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end == text.data()) return std::nullopt;
  return static_cast<double>(number);
}

/// Returns the fields after the program's name, which is in parentheses and may contain anything, blanks and ')'
/// included. The first is field 3 of the manual.
std::vector<std::string_view> fields_after_name(std::string_view stat) {
  std::vector<std::string_view> fields;
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return fields;
  stat.remove_prefix(name_end + 1);
  while (true) {
    const std::size_t begin = stat.find_first_not_of(" \n");
    if (begin == std::string_view::npos) return fields;
    stat.remove_prefix(begin);
    fields.push_back(stat.substr(0, stat.find_first_of(" \n")));
    stat.remove_prefix(fields.back().size());
  }
}

std::optional<double> boot_time(std::string_view stat) {
  const std::size_t at = stat.find("btime ");
  return at == std::string_view::npos ? std::nullopt : number_in(stat.substr(at + 6));
}

double count_open_files() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end; it.increment(error))
    ++count;
  return count > 0 ? count - 1 : 0;  // one is the directory itself
}

}  // namespace

std::optional<ProcessFacts> parse_process(std::string_view self_stat, std::string_view stat, const ProcUnits& units) {
  const auto fields = fields_after_name(self_stat);
  const auto field = [&](std::size_t number) {
    return fields.size() > number - 3 ? number_in(fields[number - 3]) : std::nullopt;
  };
  const auto user = field(14);
  const auto system = field(15);
  const auto started = field(22);
  const auto virtual_bytes = field(23);
  const auto resident_pages = field(24);
  const auto boot = boot_time(stat);
  if (!user || !system || !started || !virtual_bytes || !resident_pages || !boot) return std::nullopt;
  return ProcessFacts{
      .resident_bytes = *resident_pages * units.page_bytes,
      .virtual_bytes = *virtual_bytes,
      .cpu_seconds = (*user + *system) / units.ticks_per_second,
      .started_at = *boot + *started / units.ticks_per_second,
  };
}

std::vector<MetricFamily> process_families(const ProcessFacts& facts) {
  const auto family = [](std::string name, std::string help, MetricType type, double value) {
    return MetricFamily{std::move(name), std::move(help), type, {{"", {}, value}}};
  };
  return {
      family("process_resident_memory_bytes", "Resident memory.", MetricType::kGauge, facts.resident_bytes),
      family("process_virtual_memory_bytes", "Virtual memory.", MetricType::kGauge, facts.virtual_bytes),
      family("process_cpu_seconds_total", "User and system time.", MetricType::kCounter, facts.cpu_seconds),
      family("process_start_time_seconds", "Start, in Unix seconds.", MetricType::kGauge, facts.started_at),
      family("process_open_fds", "Open file descriptors.", MetricType::kGauge, facts.open_files),
  };
}

Subscription export_process(Registry& registry) {
  const ProcUnits units{static_cast<double>(::sysconf(_SC_CLK_TCK)), static_cast<double>(::sysconf(_SC_PAGESIZE))};
  return registry.collect([units]() -> std::vector<MetricFamily> {
    auto facts = parse_process(contents_of("/proc/self/stat"), contents_of("/proc/stat"), units);
    if (!facts) return {};
    facts->open_files = count_open_files();
    return process_families(*facts);
  });
}

}  // namespace snapstash::runtime
