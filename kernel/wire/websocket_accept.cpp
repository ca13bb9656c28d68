#include "kernel/wire/websocket_accept.hpp"

#include <array>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace snapstash::wire {

std::string websocket_accept(const std::string& head) {
  const std::string name = "Sec-WebSocket-Key: ";
  const auto start = head.find(name) + name.size();
  const std::string text = head.substr(start, head.find('\r', start) - start) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 64> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<char*>(encoded.data()), static_cast<std::size_t>(size)};
}

}  // namespace snapstash::wire
