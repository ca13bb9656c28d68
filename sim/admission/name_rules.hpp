#pragma once
#include <string>
#include <string_view>
#include <vector>

/// What a name may look like (apimachinery's validation): each returns what is wrong, in its words; empty when nothing.
namespace snapstash::sim {

using Complaints = std::vector<std::string>;

/// "a lowercase RFC 1123 subdomain must …"; at most 253 bytes.
Complaints wrong_with_subdomain(std::string_view name);
/// "a lowercase RFC 1123 label must …"; at most 63 bytes.
Complaints wrong_with_label_name(std::string_view name);
/// Names of roles and bindings: anything that can be a segment of a path.
Complaints wrong_with_path_segment(std::string_view name);
/// The key of a label, a finalizer: "name part must …".
Complaints wrong_with_qualified_name(std::string_view name);
/// The value of a label.
Complaints wrong_with_label_value(std::string_view value);

}  // namespace snapstash::sim
