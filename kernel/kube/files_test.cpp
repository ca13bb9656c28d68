#include "kernel/kube/files.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

TEST(DiskFiles, ReadsAllBytes) {
  const std::string path = testing::TempDir() + "/snapstash_files_test";
  const std::string bytes("a\0b\n\xff", 5);
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(DiskFiles().read(path), bytes);
  std::filesystem::remove(path);
}

TEST(DiskFiles, TellsMissingFromUnreadable) {
  const auto missing = DiskFiles().read("/nonexistent/file");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_EQ(missing.error().message, "cannot read /nonexistent/file: No such file or directory");
  const auto directory = DiskFiles().read("/");
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, Code::kInvalid);
}

TEST(DiskFiles, StopsReadingWhatHasNoEnd) { EXPECT_EQ(DiskFiles().read("/dev/zero").error().code, Code::kInvalid); }

}  // namespace
}  // namespace snapstash::kube
