#include "kernel/base/mutant.hpp"

#ifdef SNAPSTASH_MUTANTS
#include <string>

namespace snapstash {
namespace {

std::string& chosen() {
  static std::string name;
  return name;
}

}  // namespace

bool is_mutant(std::string_view name) { return chosen() == name; }
std::string_view chosen_mutant() { return chosen(); }
void set_mutant(std::string_view name) { chosen() = name; }

}  // namespace snapstash
#endif
