#include "api/generated_files.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

namespace snapstash::api {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(GeneratedFiles, AreCommittedAsTheyAreGenerated) {
  for (const auto& [path, content] : generated_files()) {
    const fs::path file = fs::path(SNAPSTASH_SOURCE_DIR) / path;
    if (std::getenv("SNAPSTASH_WRITE_GENERATED") != nullptr) {
      fs::create_directories(file.parent_path());
      std::ofstream(file) << content;
    }
    EXPECT_EQ(read(file), content) << path
                                   << " is out of date: run this test with SNAPSTASH_WRITE_GENERATED=1 and commit it";
  }
}

TEST(GeneratedFiles, AreYaml) {
  for (const auto& [path, content] : generated_files()) {
    if (!path.ends_with(".yaml")) continue;
    const YAML::Node node = YAML::Load(content);
    EXPECT_TRUE(node["kind"].IsScalar()) << path;
  }
}

}  // namespace
}  // namespace snapstash::api
