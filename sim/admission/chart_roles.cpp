#include "sim/admission/chart_roles.hpp"

#include "sim/admission/embedded_data.hpp"

namespace snapstash::sim {

std::span<const json::Value> chart_roles() {
  static const json::Value file = chart_roles_file();
  const json::Array& objects = file.get_array();
  return {objects.data(), objects.size()};
}

}  // namespace snapstash::sim
