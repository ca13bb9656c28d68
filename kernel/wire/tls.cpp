#include "kernel/wire/tls.hpp"

#include <array>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "kernel/base/completion.hpp"
#include "kernel/base/race.hpp"
#include "kernel/wire/asio.hpp"
#include "kernel/wire/tcp.hpp"

namespace snapstash::wire {

namespace ssl = asio::ssl;

class TlsContext {
 public:
  ssl::context context{ssl::context::tls_client};
};

namespace {

constexpr Duration kHandshakeTimeout = std::chrono::seconds(10);

class TlsStream final : public ByteStream {
 public:
  TlsStream(EventLoop& loop, std::shared_ptr<TlsContext> context, std::shared_ptr<ByteStream> below)
      : context_(std::move(context)), stream_(AsioStream(loop, std::move(below)), context_->context) {}

  void handshake(std::move_only_function<void(ErrorCode)> handler) {
    stream_.async_handshake(ssl::stream_base::client, std::move(handler));
  }
  SSL* native() { return stream_.native_handle(); }

  void read_some(std::span<char> space, IoHandler handler) override {
    stream_.async_read_some(asio::buffer(space.data(), space.size()), std::move(handler));
  }
  void write_some(std::span<const char> bytes, IoHandler handler) override {
    stream_.async_write_some(asio::buffer(bytes.data(), bytes.size()), std::move(handler));
  }
  void close() noexcept override { stream_.next_layer().below().close(); }

 private:
  std::shared_ptr<TlsContext> context_;
  ssl::stream<AsioStream> stream_;
};

/// The peer's alerts that speak of our certificate (RFC 8446, 6.2): bad_certificate to unknown_ca, access_denied,
/// certificate_required.
bool refuses_us(const ErrorCode& error) {
  if (error.category() != asio::error::get_ssl_category()) return false;
  const int alert = ERR_GET_REASON(static_cast<unsigned long>(error.value())) - SSL_AD_REASON_OFFSET;
  return (alert >= SSL_AD_BAD_CERTIFICATE && alert <= SSL_AD_CERTIFICATE_UNKNOWN) || alert == SSL_AD_UNKNOWN_CA ||
         alert == SSL_AD_ACCESS_DENIED || alert == SSL_AD_CERTIFICATE_REQUIRED;
}

/// Makes OpenSSL check the certificate's names itself, so that its own words explain a failure.
bool expect_name(SSL* handle, const std::string& name) {
  X509_VERIFY_PARAM* const rules = SSL_get0_param(handle);
  if (is_ip_literal(name)) return X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) == 1;
  // As Go: only subjectAltName counts, and a wildcard stands for a whole label.
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_host(rules, name.c_str(), name.size()) == 1 &&
         SSL_set_tlsext_host_name(handle, name.c_str()) == 1;
}

Error explain(SSL* handle, const ErrorCode& error, const std::string& server_name) {
  if (refuses_us(error)) {
    return {Code::kUnauthorized, fmt::format("{} does not accept our certificate: {}", server_name, error.message())};
  }
  const long verdict = SSL_get_verify_result(handle);
  if (verdict != X509_V_OK) {
    const char* const why = X509_verify_cert_error_string(verdict);
    return {Code::kUnavailable, fmt::format("the certificate of {} is not to be trusted: {}", server_name, why)};
  }
  return {Code::kUnavailable, fmt::format("TLS handshake with {} failed: {}", server_name, error.message())};
}

Task<Result<StreamHandle>> handshake(
    EventLoop& loop, std::shared_ptr<TlsContext> context, StreamHandle below, std::string server_name
) {
  const auto stream = std::make_shared<TlsStream>(loop, std::move(context), below.release());
  StreamHandle handle(stream);
  if (!expect_name(stream->native(), server_name)) {
    co_return fail(Code::kInvalid, fmt::format("\"{}\" cannot be a TLS server's name", server_name));
  }
  const Completion<ErrorCode> done(loop);
  stream->handshake([stream, done](ErrorCode error) { done.set(error); });
  const ErrorCode error = co_await done.wait();
  if (error) co_return fail(explain(stream->native(), error, server_name));
  co_return std::move(handle);
}

Result<void> trust(ssl::context& context, const Tls& tls) {
  if (tls.insecure_skip_verify) {
    if (!tls.ca_pem.empty()) {
      return fail(Code::kInvalid, "a certificate authority and insecure-skip-tls-verify exclude each other");
    }
    context.set_verify_mode(ssl::verify_none);
    return {};
  }
  context.set_verify_mode(ssl::verify_peer);
  // As Go: any certificate in the pool is an anchor, self-signed or not.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
  ErrorCode error;
  if (tls.ca_pem.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.add_certificate_authority(asio::buffer(tls.ca_pem), error);
  }
  if (error) return fail(Code::kInvalid, fmt::format("the certificate authority cannot be used: {}", error.message()));
  return {};
}

Result<void> identify(ssl::context& context, const Tls& tls) {
  if (tls.certificate_pem.empty() && tls.key_pem.empty()) return {};
  ErrorCode error;
  // Without this an encrypted key would ask on the terminal.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
  context.use_certificate_chain(asio::buffer(tls.certificate_pem), error);
  if (error) return fail(Code::kInvalid, fmt::format("the client certificate cannot be used: {}", error.message()));
  context.use_private_key(asio::buffer(tls.key_pem), ssl::context::pem, error);
  if (error) return fail(Code::kInvalid, fmt::format("the client key cannot be used: {}", error.message()));
  if (SSL_CTX_check_private_key(context.native_handle()) != 1) {
    ERR_clear_error();
    return fail(Code::kInvalid, "the client key does not belong to the client certificate");
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<TlsContext>> make_tls_context(const Tls& tls) {
  auto made = std::make_shared<TlsContext>();
  SSL_CTX* const native = made->context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  static constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(native, kHttp11.data(), kHttp11.size());
  if (auto done = trust(made->context, tls); !done) return fail(std::move(done).error());
  if (auto done = identify(made->context, tls); !done) return fail(std::move(done).error());
  return made;
}

Task<Result<StreamHandle>> start_tls(
    EventLoop& loop, std::shared_ptr<TlsContext> context, StreamHandle below, std::string server_name
) {
  const std::string name = server_name;
  auto done = co_await with_timeout(
                  loop, kHandshakeTimeout, handshake(loop, std::move(context), std::move(below), std::move(server_name))
  )
                  .as_result();
  if (!done && done.error().is(Code::kTimeout)) {
    co_return fail(
        Code::kUnavailable, fmt::format("no TLS handshake with {} within {}", name, format_duration(kHandshakeTimeout))
    );
  }
  co_return std::move(done);
}

IoResult io_result(ErrorCode error, std::size_t count) {
  if (!error) return {IoEnd::kOk, count, {}};
  IoResult result{IoEnd::kBroken, count, error.message()};
  if (error == asio::error::eof) result.end = IoEnd::kEof;
  if (error == ssl::error::stream_truncated) result.end = IoEnd::kTruncated;
  if (refuses_us(error)) result.end = IoEnd::kRefused;
  return result;
}

}  // namespace snapstash::wire
