#include "sim/admission/chart_roles.hpp"

#include <cstdlib>

namespace snapstash::sim {

std::span<const json::Value> chart_roles() {
  static const json::Array objects = [] {
    auto value = json::parse(
#include "chart_roles.inc"
    );
    if (!value || !value->is_array()) std::abort();  // a committed file that is not JSON
    return std::move(value->get_array());
  }();
  return {objects.data(), objects.size()};
}

}  // namespace snapstash::sim
