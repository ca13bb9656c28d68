#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <openssl/types.h>

#include "kernel/wire/test_certificates.hpp"

/// For the tests of this module.
namespace snapstash::wire {

/// The server's end of one connection: blocking, on the server's own thread. What cannot be done is an exception, which
/// ends the script.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer();

  /// Returns what arrives up to and with `end`; throws when the connection ends before.
  std::string read_until(std::string_view end);
  std::string read_exactly(std::size_t count);
  /// Reads one request without a body.
  std::string read_head() { return read_until("\r\n\r\n"); }
  void send(std::string_view bytes);
  /// Returns once the client has closed; what it still sends is dropped.
  void wait_for_close();
  /// Ends without a word of TLS.
  void close();
  /// Ends with a TCP reset.
  void reset();

  /// TLS, as a server. Throws when the handshake fails. Returns the SNI name, "" for none.
  std::string start_tls(const ServerTls& tls);
  /// Says close_notify.
  void end_tls();

 private:
  /// Returns 0 at the end of the connection.
  std::size_t read_some(char* space, std::size_t size);
  int socket_;
  std::string input_;
  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<SSL> ssl_;
};

/// A server on 127.0.0.1 that plays one script per connection, in order, one at a time, and then takes no more.
/// Destroying it joins its thread; scripts must end by themselves once the client has gone.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;
  explicit ScriptedServer(std::vector<Script> scripts);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer() { stop(); }

  std::uint16_t port() const { return port_; }
  /// Joins the thread. Throws what a script threw.
  void join();
  /// Ends waiting for connections, and joins.
  void stop();
  /// How many connections were taken. Call after `join`.
  std::size_t connections() const { return connections_; }

 private:
  void play(const std::vector<Script>& scripts);
  int listener_;
  std::uint16_t port_ = 0;
  std::size_t connections_ = 0;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace snapstash::wire
