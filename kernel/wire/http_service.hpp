#pragma once
#include <list>
#include <memory>

#include "kernel/base/executor.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/wire/connection.hpp"
#include "kernel/wire/http_server.hpp"
#include "kernel/wire/tcp.hpp"

/// Internal to this module.
namespace snapstash::wire {

/// What HttpServer does, upon any executor and any listener: so its bounds can be tested in virtual time.
class HttpService {
 public:
  HttpService(Executor& executor, HttpServer::Handler handler)
      : executor_(executor), handler_(std::move(handler)), left_(executor), tasks_(executor) {}
  HttpService(const HttpService&) = delete;
  HttpService& operator=(const HttpService&) = delete;

  /// Takes and serves connections from now on.
  void serve(std::unique_ptr<Listener> listener) { tasks_.spawn(accept_all(std::move(listener))); }

 private:
  /// One connection as the list of all sees it.
  struct Client {
    explicit Client(Connection connection) : connection(std::move(connection)) {}
    Connection connection;
    bool waiting = true;  ///< For its client to say something.
  };

  Task<void> accept_all(std::unique_ptr<Listener> listener);
  Task<void> serve(std::list<Client>::iterator client);
  Task<Result<bool>> serve_one(Client& client);
  void close_longest_waiting();

  Executor& executor_;
  HttpServer::Handler handler_;
  std::list<Client> clients_;  ///< Whoever waits longest comes first.
  Event left_;                 ///< Set when a client goes.
  TaskGroup tasks_;            ///< Last, so that it goes first.
};

}  // namespace snapstash::wire
