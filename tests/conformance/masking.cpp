#include "tests/conformance/masking.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include <fmt/format.h>

namespace snapstash::conformance {
namespace {

// By length first: decimals without leading zeros.
struct ByVersion {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

bool is_list(const json::Value& document) { return json::find_array(document, "/items") != nullptr; }

class Masking {
 public:
  explicit Masking(const Transcript& transcript) {
    std::set<std::string, ByVersion> versions;
    for (const auto& [title, document] : transcript.entries) {
      if (!is_list(document)) collect(document, versions);
    }
    for (const std::string& version : versions) versions_.emplace(version, versions_.size());
  }

  std::string mask(const std::string& title, const json::Value& document) {
    return title + " " + json::serialize(masked_value("", document));
  }

 private:
  static void collect(const json::Value& document, std::set<std::string, ByVersion>& versions) {
    const std::string_view version = json::find_string(document, "/metadata/resourceVersion");
    if (!version.empty()) versions.emplace(version);
  }

  json::Value masked_value(std::string_view key, const json::Value& value) {
    if (value.is_string()) return json::make_string(masked_text(key, std::string(json::as_view(value))));
    if (const json::Array* array = value.if_array()) {
      json::Array masked;
      for (const json::Value& item : *array) masked.push_back(masked_value("", item));
      if (key == "managedFields") sort(masked);
      return masked;
    }
    if (const json::Object* object = value.if_object()) return masked_object(*object);
    return value;
  }

  json::Value masked_object(const json::Object& object) {
    std::map<std::string, const json::Value*> members;
    for (const auto& [key, member] : object) members.emplace(std::string(std::string_view(key)), &member);
    json::Object masked;
    for (const auto& [key, member] : members) {
      if (key != "continue") masked.emplace(key, masked_value(key, *member));
    }
    return masked;
  }

  // Entries of one second are sorted by who wrote them, others by time: which second it was is chance.
  static void sort(json::Array& entries) {
    std::ranges::sort(entries, {}, [](const json::Value& entry) { return json::serialize(entry); });
  }

  std::string masked_text(std::string_view key, std::string text) {
    static const std::regex kUid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    static const std::regex kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)");
    static const std::regex kVersion(R"(\b\d{3,}\b)");
    if (key == "resourceVersion") return versioned(text);
    std::smatch match;
    while (std::regex_search(text, match, kUid)) {
      const std::size_t number = uids_.emplace(match.str(), uids_.size()).first->second;
      text.replace(
          static_cast<std::size_t>(match.position()), static_cast<std::size_t>(match.length()),
          fmt::format("uid#{}", number)
      );
    }
    text = std::regex_replace(text, kTime, "TIME");
    return key == "message" ? std::regex_replace(text, kVersion, "VERSION") : text;
  }

  std::string versioned(const std::string& version) const {
    const auto found = versions_.find(version);
    return found == versions_.end() ? "of others" : fmt::format("version#{}", found->second);
  }

  std::map<std::string, std::size_t> versions_, uids_;
};

}  // namespace

std::vector<std::string> masked(const Transcript& transcript) {
  Masking masking(transcript);
  std::vector<std::string> texts;
  texts.reserve(transcript.entries.size());
  for (const auto& [title, document] : transcript.entries) texts.push_back(masking.mask(title, document));
  return texts;
}

}  // namespace snapstash::conformance
