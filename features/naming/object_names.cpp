#include "features/naming/object_names.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace snapstash::naming {
namespace {

constexpr std::size_t kNameLength = 253;  // DNS-1123 subdomain

std::string without_outer_dashes(std::string_view text) {
  const auto first = text.find_first_not_of('-');
  if (first == std::string_view::npos) return "";
  const auto last = text.find_last_not_of('-');
  return std::string(text.substr(first, last - first + 1));
}

std::string dots_to_dashes(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '.', '-');
  return out;
}

/// Stash's "ValidNameWithPrefixNSuffix": both ends of a long name are kept.
std::string both_ends(const std::string& name, std::size_t longest) {
  if (name.size() <= longest) return without_outer_dashes(name);
  const std::size_t head = (longest + 1) / 2;
  const std::size_t tail = longest / 2;
  return without_outer_dashes(name.substr(0, head) + name.substr(name.size() - tail));
}

/// `name-suffix` with the suffix always whole.
std::string with_suffix(std::string_view name, std::string_view suffix, std::size_t longest) {
  return fmt::format("{}-{}", bounded(name, longest - suffix.size() - 1), suffix);
}

std::string hex_digits(std::string_view uid, std::size_t count) {
  std::string digits;
  for (const char c : uid) {
    if (c != '-' && digits.size() < count) digits += c;
  }
  return digits;
}

}  // namespace

std::string hash8(std::string_view text) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
  return fmt::format("{:08x}", static_cast<std::uint32_t>(hash ^ (hash >> 32)));
}

std::string bounded(std::string_view name, std::size_t longest) {
  if (name.size() <= longest) return std::string(name);
  std::string head(name.substr(0, longest - 9));
  while (!head.empty() && (head.back() == '-' || head.back() == '.')) head.pop_back();
  return fmt::format("{}-{}", head, hash8(name));
}

std::string trigger(std::string_view configuration) {
  const std::string name = "stash-trigger-" + dots_to_dashes(configuration);
  const std::size_t cut = name.size() > kCronJobLength ? name.size() - kCronJobLength : 0;
  return without_outer_dashes(std::string_view(name).substr(cut));
}

bool is_cut(std::string_view configuration) {
  constexpr std::string_view kTrigger = "stash-trigger-";  // the tighter of the two
  return kTrigger.size() + configuration.size() > kCronJobLength;
}

std::string snapshotter_account(std::string_view configuration) {
  return both_ends(fmt::format("backupconfiguration-{}-0", configuration), kLabelLength);
}

std::string member_account(std::string_view batch, int member) {
  return both_ends(fmt::format("backupbatch-{}-{}", batch, member), kLabelLength);
}

std::string restorer_account(std::string_view session) {
  return both_ends(fmt::format("restoresession-{}-0", session), kLabelLength);
}

std::string restorer_member_account(std::string_view batch, int member) {
  return both_ends(fmt::format("restorebatch-{}-{}", batch, member), kLabelLength);
}

std::string job(std::string_view session, int attempt) {
  const std::string name = "stash-vs-" + dots_to_dashes(session);
  if (attempt <= 1) return bounded(name);
  return with_suffix(name, fmt::format("{}", attempt), kLabelLength);
}

std::string hook_job(std::string_view session) { return bounded("stash-hook-" + dots_to_dashes(session)); }

std::string member_job(std::string_view session, int member, int attempt) {
  const std::string suffix = attempt <= 1 ? fmt::format("{}", member) : fmt::format("{}-{}", member, attempt);
  return with_suffix("stash-vs-" + dots_to_dashes(session), suffix, kLabelLength);
}

std::string member_hook_job(std::string_view session, int member) {
  return with_suffix("stash-hook-" + dots_to_dashes(session), fmt::format("{}", member), kLabelLength);
}

std::string batch_hook_job(std::string_view session, std::string_view hook) {
  return with_suffix("stash-hook-" + dots_to_dashes(session), hook, kLabelLength);
}

std::string hook_binding(std::string_view binding) { return bounded(fmt::format("{}-hooks", binding)); }

std::string session_of_slot(std::string_view configuration, std::int64_t slot_unix_seconds) {
  return with_suffix(configuration, fmt::format("{}", slot_unix_seconds), kLabelLength);
}

std::string session_of_manual_job(std::string_view configuration, std::string_view job_uid) {
  return with_suffix(configuration, hex_digits(job_uid, 8), kLabelLength);
}

std::string session_by_hand(std::string_view configuration, std::string_view suffix) {
  return with_suffix(configuration, suffix, kLabelLength);
}

std::string session_of_retry(std::string_view session, int number) {
  return with_suffix(session, fmt::format("r{}", number), kLabelLength);
}

std::string snapshot(std::string_view pvc, WallTime session_created) {
  return with_suffix(pvc, fmt::format("{}", unix_seconds(session_created)), kNameLength);
}

std::string snapshot_besides(std::string_view name, std::string_view session_uid) {
  return with_suffix(name, hex_digits(session_uid, 4), kNameLength);
}

}  // namespace snapstash::naming
