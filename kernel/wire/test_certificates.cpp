#include "kernel/wire/test_certificates.hpp"

#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace snapstash::wire {
namespace {

void require(bool good) {
  if (!good) throw std::runtime_error("OpenSSL would not");
}

std::shared_ptr<EVP_PKEY> make_key() {
  std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  require(key != nullptr);
  return key;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::shared_ptr<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), X509_EXTENSION_free
  );
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::shared_ptr<X509> make_certificate(const std::string& name, EVP_PKEY* key) {
  static long serial = 0;
  std::shared_ptr<X509> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
      reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0
  );
  return certificate;
}

template <class Write>
std::string pem_of(Write write) {
  const std::shared_ptr<BIO> memory(BIO_new(BIO_s_mem()), BIO_free);
  require(write(memory.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  return pem_of([=](BIO* memory) { return PEM_write_bio_X509(memory, certificate); });
}

std::shared_ptr<BIO> reader(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

}  // namespace

TestCa::TestCa(const std::string& name) : key_(make_key()), certificate_(make_certificate(name, key_.get())) {
  X509* const self = certificate_.get();
  X509_set_issuer_name(self, X509_get_subject_name(self));
  add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
  require(X509_sign(self, key_.get(), EVP_sha256()) > 0);
  pem_ = pem_of(self);
}

Identity TestCa::issue(const std::string& names) const {
  const auto key = make_key();
  // The common name is one that must not count: only subjectAltName does.
  const auto certificate = make_certificate("127.0.0.1", key.get());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  if (!names.empty()) add_extension(certificate.get(), certificate_.get(), NID_subject_alt_name, names);
  require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return {pem_of(certificate.get()), pem_of([&](BIO* memory) {
            return PEM_write_bio_PrivateKey(memory, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

std::shared_ptr<SSL_CTX> make_server_context(const ServerTls& tls) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const auto certificate_text = reader(tls.identity.certificate_pem);
  const std::shared_ptr<X509> certificate(
      PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), X509_free
  );
  const auto key_text = reader(tls.identity.key_pem);
  const std::shared_ptr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), EVP_PKEY_free
  );
  require(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1);
  require(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  if (tls.only_tls12) SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  if (tls.only_tls11) {
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  }
  if (!tls.client_ca_pem.empty()) {
    const auto text = reader(tls.client_ca_pem);
    const std::shared_ptr<X509> ca(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free);
    require(X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca.get()) == 1);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace snapstash::wire
