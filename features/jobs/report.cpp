#include "features/jobs/report.hpp"

#include "kernel/json/value.hpp"

namespace snapstash::jobs {
namespace {

/// Cuts at `longest` bytes, never inside a UTF-8 character.
std::string cut(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return std::string(text);
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0U) == 0x80U) --longest;
  return std::string(text.substr(0, longest)) + "…";
}

std::string encode_with(const Report& report, std::size_t longest) {
  json::Object errors;
  for (const auto& [pvc, sentence] : report.errors) errors[pvc] = cut(sentence, longest);
  return json::serialize(json::Object{{"errors", std::move(errors)}});
}

}  // namespace

std::string encode_report(const Report& report) {
  for (std::size_t longest = kReportLimit; longest >= 16; longest /= 2) {
    std::string message = encode_with(report, longest);
    if (message.size() <= kReportLimit) return message;
  }
  Report fewer = report;
  while (!fewer.errors.empty()) {
    fewer.errors.erase(std::prev(fewer.errors.end()));
    std::string message = encode_with(fewer, 16);
    if (message.size() <= kReportLimit) return message;
  }
  return encode_with({}, 0);
}

Report decode_report(std::string_view message) {
  Report report;
  const auto value = json::parse(message);
  if (!value) return report;
  const json::Object* errors = json::find_object(*value, "/errors");
  if (errors == nullptr) return report;
  for (const auto& item : *errors) {
    if (item.value().is_string()) report.errors[std::string(item.key())] = std::string(json::as_view(item.value()));
  }
  return report;
}

}  // namespace snapstash::jobs
