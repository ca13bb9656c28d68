#pragma once
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/json/scalars.hpp"

namespace snapstash::api {

struct ExecAction {
  std::vector<std::string> command;
  friend bool operator==(const ExecAction&, const ExecAction&) = default;
};

struct HttpHeader {
  std::string name, value;
  friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

struct HttpGetAction {
  std::string host, path, scheme;
  json::IntOrString port;
  std::vector<HttpHeader> http_headers;
  friend bool operator==(const HttpGetAction&, const HttpGetAction&) = default;
};

struct FormEntry {
  std::string key;
  std::vector<std::string> values;
  friend bool operator==(const FormEntry&, const FormEntry&) = default;
};

struct HttpPostAction {
  std::string host, path, scheme, body;
  json::IntOrString port;
  std::vector<HttpHeader> http_headers;
  std::vector<FormEntry> form;
  friend bool operator==(const HttpPostAction&, const HttpPostAction&) = default;
};

struct TcpSocketAction {
  std::string host;
  json::IntOrString port;
  friend bool operator==(const TcpSocketAction&, const TcpSocketAction&) = default;
};

/// A hook. Every action that is set is run, in the order of the members; the first that fails ends it (as Stash does).
struct Handler {
  std::optional<ExecAction> exec;
  std::optional<HttpGetAction> http_get;
  std::optional<HttpPostAction> http_post;
  std::optional<TcpSocketAction> tcp_socket;
  std::string container_name;
  friend bool operator==(const Handler&, const Handler&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct Description<api::ExecAction> {
  using T = api::ExecAction;
  static constexpr std::tuple fields{field("command", &T::command, "Program and arguments; no shell.")};
};

template <>
struct Description<api::HttpHeader> {
  using T = api::HttpHeader;
  static constexpr std::tuple fields{
      field("name", &T::name, "Name of the header.").required(),
      field("value", &T::value, "Value of the header.").required(),
  };
};

template <>
struct Description<api::HttpGetAction> {
  using T = api::HttpGetAction;
  static constexpr std::tuple fields{
      field("host", &T::host, "Host to connect to. Default: the pod's IP address."),
      field("path", &T::path, "Path of the request."),
      field("port", &T::port, "Number or name of the port.").required(),
      field("scheme", &T::scheme, "HTTP or HTTPS."),
      field("httpHeaders", &T::http_headers, "Headers of the request."),
  };
};

template <>
struct Description<api::FormEntry> {
  using T = api::FormEntry;
  static constexpr std::tuple fields{
      field("key", &T::key, "Key of the form's entry."),
      field("values", &T::values, "Its values."),
  };
};

template <>
struct Description<api::HttpPostAction> {
  using T = api::HttpPostAction;
  static constexpr std::tuple fields{
      field("host", &T::host, "Host to connect to. Default: the pod's IP address."),
      field("path", &T::path, "Path of the request."),
      field("port", &T::port, "Number or name of the port.").required(),
      field("scheme", &T::scheme, "HTTP or HTTPS."),
      field("httpHeaders", &T::http_headers, "Headers of the request."),
      field("body", &T::body, "Body of the request."),
      field("form", &T::form, "Form to send as the body."),
  };
};

template <>
struct Description<api::TcpSocketAction> {
  using T = api::TcpSocketAction;
  static constexpr std::tuple fields{
      field("host", &T::host, "Host to connect to. Default: the pod's IP address."),
      field("port", &T::port, "Number or name of the port.").required(),
  };
};

/// The fields of a Handler, for structs that have one as their base.
template <class T>
constexpr auto handler_fields() {
  using api::Handler;
  return std::tuple{
      field<T>("exec", &Handler::exec, "Runs a command in the container."),
      field<T>("httpGet", &Handler::http_get, "Sends a GET request; succeeds with a status of 200 to 399."),
      field<T>("httpPost", &Handler::http_post, "Sends a POST request; succeeds with a status of 200 to 399."),
      field<T>("tcpSocket", &Handler::tcp_socket, "Opens a TCP connection."),
      field<T>("containerName", &Handler::container_name, "Container of exec and of named ports. Default: the first."),
  };
}

template <>
struct Description<api::Handler> {
  static constexpr auto fields = handler_fields<api::Handler>();
};

extern template struct Codec<api::Handler>;

}  // namespace snapstash::json
