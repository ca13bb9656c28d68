#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/executor/seeded_executor.hpp"

namespace snapstash::sim {

/// What happened in a run, for people: one line each, `time who: what`. Costs next to nothing when nobody wants it.
class Story {
 public:
  /// `executor` must outlive it.
  Story(const SeededExecutor& executor, bool wanted) : executor_(executor), wanted_(wanted) {}

  /// `make` returns the line's text and is called only when the story is wanted.
  template <class Make>
  void tell(std::string_view who, Make&& make) {
    if (wanted_) add(who, std::forward<Make>(make)());
  }

  bool wanted() const { return wanted_; }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void add(std::string_view who, std::string_view what);

  const SeededExecutor& executor_;
  bool wanted_;
  std::vector<std::string> lines_;
};

}  // namespace snapstash::sim
