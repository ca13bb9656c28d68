#include "kernel/wire/scripted_server.hpp"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace snapstash::wire {

Peer::~Peer() { close(); }

void Peer::close() {
  ssl_.reset();
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void Peer::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

std::size_t Peer::read_some(char* space, std::size_t size) {
  if (ssl_) {
    ERR_clear_error();
    const int count = SSL_read(ssl_.get(), space, static_cast<int>(size));
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  const auto count = ::recv(socket_, space, size, 0);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::string Peer::read_until(std::string_view end) {
  for (;;) {
    if (const auto found = input_.find(end); found != std::string::npos) {
      std::string result = input_.substr(0, found + end.size());
      input_.erase(0, found + end.size());
      return result;
    }
    std::array<char, 4096> space;
    const std::size_t count = read_some(space.data(), space.size());
    if (count == 0) throw std::runtime_error("the client left after: " + input_);
    input_.append(space.data(), count);
  }
}

std::string Peer::read_exactly(std::size_t count) {
  while (input_.size() < count) {
    std::array<char, 4096> space;
    const std::size_t more = read_some(space.data(), space.size());
    if (more == 0) throw std::runtime_error("the client left after: " + input_);
    input_.append(space.data(), more);
  }
  std::string result = input_.substr(0, count);
  input_.erase(0, count);
  return result;
}

void Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                            : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) throw std::runtime_error("the client does not take it");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Peer::wait_for_close() {
  std::array<char, 4096> space;
  while (read_some(space.data(), space.size()) > 0) {
  }
}

std::string Peer::start_tls(const ServerTls& tls) {
  context_ = make_server_context(tls);
  ssl_ = std::shared_ptr<SSL>(SSL_new(context_.get()), SSL_free);
  SSL_set_fd(ssl_.get(), socket_);
  if (SSL_accept(ssl_.get()) != 1) throw std::runtime_error("TLS handshake failed");
  const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

void Peer::end_tls() { SSL_shutdown(ssl_.get()); }

ScriptedServer::ScriptedServer(std::vector<Script> scripts) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0) {
    throw std::runtime_error("cannot listen");
  }
  ::getsockname(listener_, generic, &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, scripts = std::move(scripts)] {
    try {
      play(scripts);
    } catch (...) {
      failure_ = std::current_exception();
    }
    ::shutdown(listener_, SHUT_RDWR);  // whoever comes now is refused, and does not wait for ever
  });
}

void ScriptedServer::play(const std::vector<Script>& scripts) {
  for (const Script& script : scripts) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connections_;
    Peer peer(socket);
    script(peer);
  }
}

void ScriptedServer::stop() {
  ::shutdown(listener_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  if (listener_ >= 0) ::close(std::exchange(listener_, -1));
}

void ScriptedServer::join() {
  if (thread_.joinable()) thread_.join();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

}  // namespace snapstash::wire
