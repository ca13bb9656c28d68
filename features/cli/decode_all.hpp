#pragma once
#include <ostream>
#include <vector>

#include <fmt/format.h>

#include "features/cli/ports.hpp"
#include "kernel/json/codec.hpp"

namespace snapstash::cli {

/// Returns them decoded. One object that cannot be read must not hide the others: it is left out, with a warning.
template <class T>
std::vector<T> decode_all(const Ports& ports, const json::Array& items) {
  std::vector<T> all;
  for (const json::Value& item : items) {
    auto decoded = json::decode<T>(item);
    if (decoded) {
      all.push_back(*std::move(decoded));
      continue;
    }
    ports.err << fmt::format(
        "warning: {} {}/{} cannot be read: {}\n", T::kResource.kind, json::find_string(item, "/metadata/namespace"),
        json::find_string(item, "/metadata/name"), decoded.error().message
    );
  }
  return all;
}

}  // namespace snapstash::cli
