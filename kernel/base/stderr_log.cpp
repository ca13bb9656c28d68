#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "kernel/base/log.hpp"

namespace snapstash {
namespace {

/// Quotes as JSON does; logfmt readers accept the same escapes.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kDebug: return "debug";
    case Level::kInfo: return "info";
    case Level::kWarning: return "warning";
    case Level::kError: return "error";
  }
  return "error";
}

class StderrLog final : public Log {
 public:
  StderrLog(LogFormat format, Level threshold)
      : format_(format), threshold_(threshold), out_("", std::make_shared<spdlog::sinks::stderr_sink_st>()) {
    out_.set_pattern("%v");
    out_.set_level(spdlog::level::trace);
  }

  void write(Level level, std::string_view message, std::span<const LogField> fields) override {
    if (level < threshold_) return;
    const std::string line = format_ == LogFormat::kJson ? json(level, message, fields) : text(level, message, fields);
    out_.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  std::string text(Level level, std::string_view message, std::span<const LogField> fields) const {
    std::string line = fmt::format("{} {:<7} {}", format_micro_time(clock_.now()), level_name(level), message);
    for (const LogField& field : fields) {
      const bool plain = !field.value.empty() && field.value.find_first_of(" \"=\n\t\\") == std::string::npos;
      line += fmt::format(" {}={}", field.key, plain ? field.value : quoted(field.value));
    }
    return line;
  }

  std::string json(Level level, std::string_view message, std::span<const LogField> fields) const {
    std::string line = fmt::format(
        R"({{"ts":"{}","level":"{}","msg":{})", format_micro_time(clock_.now()), level_name(level), quoted(message)
    );
    for (const LogField& field : fields) line += fmt::format(",{}:{}", quoted(field.key), quoted(field.value));
    return line + '}';
  }

  LogFormat format_;
  Level threshold_;
  SystemClock clock_;
  spdlog::logger out_;
};

}  // namespace

std::unique_ptr<Log> make_stderr_log(LogFormat format, Level threshold) {
  return std::make_unique<StderrLog>(format, threshold);
}

}  // namespace snapstash
