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

json::Object encode_map(const std::map<std::string, std::string>& sentences, std::size_t longest) {
  json::Object object;
  for (const auto& [key, sentence] : sentences) object[key] = cut(sentence, longest);
  return object;
}

std::map<std::string, std::string> decode_map(const json::Value& value, std::string_view pointer) {
  std::map<std::string, std::string> sentences;
  const json::Object* object = json::find_object(value, pointer);
  if (object == nullptr) return sentences;
  for (const auto& item : *object) {
    if (item.value().is_string()) sentences[std::string(item.key())] = std::string(json::as_view(item.value()));
  }
  return sentences;
}

std::string encode_with(const Report& report, std::size_t longest) {
  json::Object object{{"errors", encode_map(report.errors, longest)}};
  if (!report.hooks.empty()) object["hooks"] = encode_map(report.hooks, longest);
  return json::serialize(object);
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
  return encode_with({.errors = {}, .hooks = report.hooks}, 16);
}

Report decode_report(std::string_view message) {
  Report report;
  const auto value = json::parse(message);
  if (!value) return report;
  report.errors = decode_map(*value, "/errors");
  report.hooks = decode_map(*value, "/hooks");
  return report;
}

}  // namespace snapstash::jobs
