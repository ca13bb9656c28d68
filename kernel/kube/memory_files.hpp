#pragma once
#include <map>
#include <string>
#include <utility>

#include "kernel/kube/files.hpp"

namespace snapstash::kube {

/// Files in memory, for tests. Counts reads.
class MemoryFiles final : public Files {
 public:
  MemoryFiles() = default;
  MemoryFiles(std::initializer_list<std::pair<const std::string, std::string>> list) : contents(list) {}

  Result<std::string> read(const std::string& path) override {
    ++reads;
    if (const auto broken = unreadable.find(path); broken != unreadable.end()) return fail(broken->second);
    const auto found = contents.find(path);
    if (found == contents.end()) return fail(Code::kNotFound, "cannot read " + path + ": No such file or directory");
    return found->second;
  }

  std::map<std::string, std::string> contents;
  std::map<std::string, Error> unreadable;
  int reads = 0;
};

}  // namespace snapstash::kube
