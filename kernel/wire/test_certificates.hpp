#pragma once
#include <memory>
#include <string>

#include <openssl/types.h>

/// For the tests of this module: certificates made on the spot, and a server's side of TLS.
namespace snapstash::wire {

struct Identity {
  std::string certificate_pem, key_pem;
};

/// A certificate authority of its own.
class TestCa {
 public:
  explicit TestCa(const std::string& name);
  const std::string& pem() const { return pem_; }
  /// Issues a certificate. `names` as OpenSSL writes subjectAltName: "DNS:api.example.org,IP:127.0.0.1"; "" = none.
  Identity issue(const std::string& names) const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
  std::string pem_;
};

struct ServerTls {
  Identity identity;
  std::string client_ca_pem;  ///< "" = clients are not asked for a certificate; otherwise they must have one of it.
  bool only_tls12 = false;
  bool only_tls11 = false;
};

std::shared_ptr<SSL_CTX> make_server_context(const ServerTls& tls);

}  // namespace snapstash::wire
