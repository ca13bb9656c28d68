#include "kernel/kube/files.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace snapstash::kube {
namespace {

constexpr std::size_t kMaxSize = std::size_t{16} << 20U;
constexpr std::size_t kPart = 16384;

std::unexpected<Error> cannot_read(const std::string& path, int error) {
  const Code code = error == ENOENT || error == ENOTDIR ? Code::kNotFound : Code::kInvalid;
  return fail(code, fmt::format("cannot read {}: {}", path, std::generic_category().message(error)));
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Result<std::string> DiskFiles::read(const std::string& path) {
  errno = 0;
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return cannot_read(path, errno);
  std::string content;
  std::array<char, kPart> part{};
  while (std::feof(file.get()) == 0 && std::ferror(file.get()) == 0) {
    content.append(part.data(), std::fread(part.data(), 1, part.size(), file.get()));
    if (content.size() > kMaxSize) return cannot_read(path, EFBIG);
  }
  if (std::ferror(file.get()) != 0) return cannot_read(path, errno);
  return content;
}

}  // namespace snapstash::kube
