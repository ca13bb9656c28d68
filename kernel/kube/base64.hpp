#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace snapstash::kube {

/// Returns RFC 4648 base64 with padding: how Kubernetes' JSON carries bytes.
std::string encode_base64(std::string_view bytes);

/// Reads RFC 4648 base64; line breaks are skipped, as Go does. Returns nothing for anything else, missing padding
/// included.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace snapstash::kube
