#pragma once
#include <string>
#include <vector>

namespace snapstash::api {

/// A committed file that the field tables imply.
struct GeneratedFile {
  std::string path;  ///< From the repository's root.
  std::string content;
};

/// Returns the chart's CRDs (one file each) and admission policy (policy and binding), and the API reference. Whatever
/// is committed must be equal: a test compares, and writes them anew with SNAPSTASH_WRITE_GENERATED=1.
std::vector<GeneratedFile> generated_files();

}  // namespace snapstash::api
