#include "features/naming/labels.hpp"

namespace snapstash::naming {

Labels offshoot(const Labels& parent, std::string_view component) {
  Labels labels = parent;
  labels[std::string(kComponent)] = component;
  labels[std::string(kManagedBy)] = kStashManager;
  return labels;
}

}  // namespace snapstash::naming
