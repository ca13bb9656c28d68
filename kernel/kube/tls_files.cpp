#include "kernel/kube/tls_files.hpp"

#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace snapstash::kube {
namespace {

constexpr Duration kPeriod = std::chrono::minutes(5);

}  // namespace

TlsFiles::TlsFiles(Files& files, Executor& executor, Log& log, TlsSources sources)
    : files_(files), executor_(executor), log_(log), sources_(std::move(sources)) {}

/// "" only for a source that is empty: to TLS an empty text means something else than a broken one.
Result<std::string> TlsFiles::read(const Pem& pem) const {
  if (pem.empty()) return std::string();
  auto text = pem.data.empty() ? files_.read(pem.file) : Result<std::string>(pem.data);
  if (!text) return fail(Code::kInvalid, text.error().message);
  if (!text->contains("-----BEGIN ")) {
    return fail(Code::kInvalid, fmt::format("{} is not PEM", pem.data.empty() ? pem.file : "the inline data"));
  }
  return text;
}

Result<wire::Tls> TlsFiles::load(wire::Tls settings) {
  const std::tuple<const char*, const Pem*, std::string*> texts[] = {
      {"certificate authority", &sources_.certificate_authority, &settings.ca_pem},
      {"client certificate", &sources_.client_certificate, &settings.certificate_pem},
      {"client key", &sources_.client_key, &settings.key_pem},
  };
  for (const auto& [name, source, member] : texts) {
    auto text = read(*source);
    if (!text) return fail(std::move(text).error().in(name));
    *member = std::move(*text);
  }
  current_ = std::move(settings);
  return current_;
}

void TlsFiles::watch(Replace replace) {
  replace_ = std::move(replace);
  const bool has_files = !sources_.certificate_authority.file.empty() || !sources_.client_certificate.file.empty() ||
                         !sources_.client_key.file.empty();
  if (has_files) schedule();
}

void TlsFiles::schedule() {
  timer_ = executor_.after(kPeriod, [this] {
    poll_certificate_authority();
    poll_client_certificate();
    schedule();
  });
}

void TlsFiles::poll_certificate_authority() {
  auto text = read(sources_.certificate_authority);
  if (!text) return keep_old("certificate authority", text.error());
  wire::Tls next = current_;
  next.ca_pem = std::move(*text);
  if (auto used = use(std::move(next)); !used) keep_old("certificate authority", used.error());
}

void TlsFiles::poll_client_certificate() {
  if (sources_.client_certificate.empty()) return;  // a plugin's certificate is not ours to take away
  auto certificate = read(sources_.client_certificate);
  if (!certificate) return keep_old("client certificate", certificate.error());
  auto key = read(sources_.client_key);
  if (!key) return keep_old("client key", key.error());
  wire::Tls next = current_;
  next.certificate_pem = std::move(*certificate);
  next.key_pem = std::move(*key);
  if (auto used = use(std::move(next)); !used) keep_old("client certificate", used.error());
}

Result<void> TlsFiles::use_client_certificate(const std::string& certificate_pem, const std::string& key_pem) {
  wire::Tls next = current_;
  next.certificate_pem = certificate_pem;
  next.key_pem = key_pem;
  return use(std::move(next));
}

Result<void> TlsFiles::use(wire::Tls tls) {
  if (tls == current_) return {};
  if (replace_) {
    if (auto replaced = replace_(tls); !replaced) return replaced;
  }
  current_ = std::move(tls);
  return {};
}

void TlsFiles::keep_old(std::string_view what, const Error& error) {
  log_.warning("TLS files have not been renewed, the old ones stay in use", {{"file", what}, {"error", error.message}});
}

}  // namespace snapstash::kube
