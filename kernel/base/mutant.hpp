#pragma once
#include <string_view>

/// Bugs that are built in on purpose, one of which can be switched on at run time: the simulator's invariants must
/// notice each (`snapstash-simulator mutants`). Only builds that say SNAPSTASH_MUTANTS have them; elsewhere this is
/// nothing at all.
namespace snapstash {

#ifdef SNAPSTASH_MUTANTS
/// Whether that bug is on.
bool is_mutant(std::string_view name);
/// Switches that bug on, and any other off; "" = none.
void set_mutant(std::string_view name);
/// Returns the one that is on, "" when none is.
std::string_view chosen_mutant();
#else
constexpr bool is_mutant(std::string_view) { return false; }
#endif

}  // namespace snapstash
