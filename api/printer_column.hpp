#pragma once
#include <string_view>

namespace snapstash::api {

/// One column of `kubectl get`. Priority 0 is always shown, 1 with `-o wide`.
struct PrinterColumn {
  std::string_view name, type, json_path;
  int priority = 0;
  std::string_view description = {};
};

}  // namespace snapstash::api
