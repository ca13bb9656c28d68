#include "sim/network/exec_socket.hpp"

#include "kernel/base/event.hpp"

namespace snapstash::sim {

ExecSocket::ExecSocket(Executor& executor, std::string protocol, ExecMessages answer)
    : executor_(executor),
      protocol_(std::move(protocol)),
      answer_(std::move(answer)),
      ends_(executor.now() + std::chrono::duration_cast<MonoTime::duration>(answer_.after)) {}

Task<Result<void>> ExecSocket::send(std::string) { co_return {}; }

Task<Result<std::optional<std::string>>> ExecSocket::receive() {
  if (answer_.never) co_await Event(executor_).wait();
  if (executor_.now() < ends_) co_await sleep_until(executor_, ends_);
  if (next_ == answer_.messages.size()) co_return std::nullopt;
  co_return answer_.messages[next_++];
}

}  // namespace snapstash::sim
