#pragma once
#include <string>

#include "kernel/json/value.hpp"

namespace snapstash::cli {

/// Returns the metadata of a copy of an object: name, labels and annotations, without those that speak of the original
/// alone: Snapstash's, the CSI controllers' and kubectl apply's. Pure.
json::Object portable_metadata(const json::Value& object, const std::string& namespace_);

}  // namespace snapstash::cli
