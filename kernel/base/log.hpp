#pragma once
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "kernel/base/text.hpp"
#include "kernel/base/time.hpp"

namespace snapstash {

enum class Level { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

/// One stable key and its value. Keys are camelCase, as in client-go: controller, namespace, name, error, …
struct LogField {
  std::string_view key;
  std::string value;
  LogField(std::string_view key, std::string value) : key(key), value(std::move(value)) {}
  LogField(std::string_view key, std::string_view value) : key(key), value(value) {}
  LogField(std::string_view key, const Text& value) : key(key), value(value.view()) {}
  LogField(std::string_view key, const char* value) : key(key), value(value) {}
  template <class T>
    requires std::is_arithmetic_v<T>
  LogField(std::string_view key, T value) : key(key), value(fmt::format("{}", value)) {}
};

/// Where the program says what it does. A port. Log once, at the edge, with the decision's reason.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(Level level, std::string_view message, std::span<const LogField> fields) = 0;

  using Fields = std::initializer_list<LogField>;
  void debug(std::string_view message, Fields fields = {}) {
    write(Level::kDebug, message, {fields.begin(), fields.size()});
  }
  void info(std::string_view message, Fields fields = {}) {
    write(Level::kInfo, message, {fields.begin(), fields.size()});
  }
  void warning(std::string_view message, Fields fields = {}) {
    write(Level::kWarning, message, {fields.begin(), fields.size()});
  }
  void error(std::string_view message, Fields fields = {}) {
    write(Level::kError, message, {fields.begin(), fields.size()});
  }
};

/// Swallows everything; for tests that do not look.
class NullLog final : public Log {
 public:
  void write(Level, std::string_view, std::span<const LogField>) override {}
};

/// Returns a log on standard error, one line per entry: `time level message key=value …`, or one JSON object with
/// `ts`, `level`, `msg` and the fields. Entries below `threshold` are dropped.
std::unique_ptr<Log> make_stderr_log(LogFormat format, Level threshold);

}  // namespace snapstash
