#include "kernel/wire/connection.hpp"

#include <array>
#include <optional>

#include "kernel/base/completion.hpp"

namespace snapstash::wire {

/// Lives until the last handler has been called.
struct Connection::State {
  State(Executor& executor, std::shared_ptr<ByteStream> stream) : executor(executor), stream(std::move(stream)) {}
  Executor& executor;
  std::shared_ptr<ByteStream> stream;
  std::string input;
  std::string output;
  std::optional<Completion<IoResult>> read;  ///< Set while a read is outstanding, or its result was not fetched.
  std::move_only_function<void()> watcher;
  /// One TLS record's worth; not in `input`, which its user may move while a read is under way.
  std::array<char, 16'384> space;
};

Connection::Connection(Executor& executor, StreamHandle stream)
    : state_(std::make_shared<State>(executor, stream.release())) {}

Connection& Connection::operator=(Connection&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}

std::string& Connection::input() { return state_->input; }

void Connection::start_read(const std::shared_ptr<State>& state) {
  const Completion<IoResult> done(state->executor);
  state->read = done;
  state->stream->read_some(state->space, [state, done](ErrorCode error, std::size_t count) {
    state->input.append(state->space.data(), count);
    done.set(io_result(error, count));
    if (auto watcher = std::exchange(state->watcher, {})) watcher();
  });
}

Task<IoResult> Connection::fill() { return fill(state_); }

Task<IoResult> Connection::fill(std::shared_ptr<State> state) {
  if (!state->read) start_read(state);
  const Completion<IoResult> done = *state->read;
  IoResult result = co_await done.wait();
  state->read.reset();
  co_return result;
}

Task<IoResult> Connection::write(std::string bytes) {
  state_->output = std::move(bytes);
  return write(state_);
}

Task<IoResult> Connection::write(std::shared_ptr<State> state) {
  std::size_t written = 0;
  while (written < state->output.size()) {
    const Completion<IoResult> done(state->executor);
    state->stream->write_some(
        std::span(state->output).subspan(written),
        [state, done](ErrorCode error, std::size_t count) { done.set(io_result(error, count)); }
    );
    IoResult result = co_await done.wait();
    written += result.count;
    if (result.end != IoEnd::kOk) {
      result.count = written;
      co_return result;
    }
  }
  state->output = {};
  co_return IoResult{IoEnd::kOk, written, {}};
}

void Connection::watch(std::move_only_function<void()> callback) {
  state_->watcher = std::move(callback);
  if (!state_->read) start_read(state_);
}

void Connection::stop_watching() { state_->watcher = {}; }

void Connection::close() noexcept {
  if (!state_) return;
  state_->watcher = {};
  if (state_->stream) state_->stream->close();
}

StreamHandle Connection::release_stream() { return StreamHandle(std::exchange(state_->stream, {})); }

}  // namespace snapstash::wire
