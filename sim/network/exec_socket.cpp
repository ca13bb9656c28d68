#include "sim/network/exec_socket.hpp"

#include <utility>

namespace snapstash::sim {
namespace {

/// After so long without a pong kernel/wire/websocket.hpp takes its peer for dead.
constexpr Duration kSilence = std::chrono::seconds(61);

using Received = std::optional<std::string>;

Task<Result<Received>> receive_from(std::shared_ptr<ExecConnection> connection) {
  for (;;) {
    if (!connection->buffer.empty()) {
      std::string message = std::move(connection->buffer.front());
      connection->buffer.pop_front();
      co_return Received(std::move(message));
    }
    if (connection->broken) co_return fail(*connection->broken);
    if (connection->ended) co_return Received();
    connection->more.reset();
    co_await connection->more.wait();
  }
}

}  // namespace

ExecConnection::ExecConnection(NodeNetwork& owner, ExecMessages said)
    : more(owner.node_.executor), network_(&owner), said_(std::move(said)) {
  if (!owner.is_up()) on_isolated();
  if (said_.never) return;
  due_ = said_.after == Duration::zero();
  arrive();
  if (due_) return;
  arrival_ = owner.wiring_.executor.after(said_.after, [this] {
    due_ = true;
    arrive();
  });
}

void ExecConnection::arrive() {
  if (!due_ || ended || network_ == nullptr || !network_->is_up()) return;
  for (std::string& message : said_.messages) buffer.push_back(std::move(message));
  ended = true;
  silence_.cancel();
  more.set();
}

void ExecConnection::stop(std::optional<Error> error) {
  if (network_ == nullptr) return;
  network_ = nullptr;
  arrival_.cancel();
  silence_.cancel();
  if (error && !ended) {
    broken = std::move(error);
    more.set();
  }
}

void ExecConnection::on_isolated() {
  if (network_ == nullptr || ended) return;
  silence_ = network_->wiring_.executor.after(kSilence, [this] {
    stop(Error(Code::kUnknownOutcome, "the WebSocket broke: the peer fell silent"));
  });
}

void ExecConnection::on_up() {
  silence_.cancel();
  arrive();
}

Task<Result<void>> ExecSocket::send(std::string) {
  if (connection_->broken) co_return fail(*connection_->broken);
  co_return {};
}

Task<Result<Received>> ExecSocket::receive() { return receive_from(connection_); }

}  // namespace snapstash::sim
