#pragma once
#include <string>
#include <vector>

namespace snapstash::cli {

/// Returns rows as kubectl prints tables: the first is the header, columns are as wide as their widest cell and three
/// spaces apart, no line ends in a space. Width is counted in characters, not bytes. Empty for no rows.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace snapstash::cli
