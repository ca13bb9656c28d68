#pragma once
#include <memory>
#include <string>

#include "kernel/base/executor.hpp"
#include "kernel/base/task.hpp"
#include "kernel/wire/byte_stream.hpp"

/// Internal to this module.
namespace snapstash::wire {

/// Owns one connection and the bytes that arrived on it; destroying it closes it.
///
/// One read is kept outstanding across owners and tasks (a read of TLS cannot be taken back), so that an idle
/// connection notices at once that its peer has gone, and whoever asks next gets what that read brings.
class Connection {
 public:
  Connection(Executor& executor, StreamHandle stream);
  Connection(Connection&& other) noexcept = default;
  Connection& operator=(Connection&& other) noexcept;
  ~Connection() { close(); }

  /// What has arrived and was not consumed yet; the user removes what it takes.
  std::string& input();

  /// Waits for more bytes and appends them to `input()`. At most one at a time. May be destroyed and called again.
  Task<IoResult> fill();
  /// Writes all of `bytes`. The result's count tells how much was written before an error. At most one at a time;
  /// a task that is destroyed before its end leaves a half-written message behind: then close.
  Task<IoResult> write(std::string bytes);

  /// Starts reading, and calls `callback` from the loop when anything comes: bytes, the end, or an error. Until then
  /// nothing else may use the connection. `stop_watching` takes it back; the read stays under way for the next `fill`.
  void watch(std::move_only_function<void()> callback);
  void stop_watching();

  void close() noexcept;
  /// Gives the ByteStream away, without what has arrived. REQUIRES: no read is outstanding.
  StreamHandle release_stream();

 private:
  struct State;
  static void start_read(const std::shared_ptr<State>& state);
  static Task<IoResult> fill(std::shared_ptr<State> state);
  static Task<IoResult> write(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace snapstash::wire
