#pragma once
#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace snapstash::runtime {

/// Keeps a listener registered as long as it lives. It and what it listens to may go in any order.
using Subscription = std::shared_ptr<void>;

/// Functions that are called, in the order they were added, when something happens. A listener may add and drop
/// listeners, itself included, while it is called.
template <class... Arguments>
class Listeners {
 public:
  using Function = std::function<void(Arguments...)>;

  [[nodiscard]] Subscription add(Function function) {
    auto owned = std::make_shared<Function>(std::move(function));
    std::erase_if(functions_, [](const auto& weak) { return weak.expired(); });
    functions_.push_back(owned);
    return owned;
  }

  void notify(Arguments... arguments) const {
    const std::vector<std::weak_ptr<Function>> present = functions_;
    for (const auto& weak : present) {
      if (const auto function = weak.lock()) (*function)(arguments...);
    }
  }

 private:
  std::vector<std::weak_ptr<Function>> functions_;
};

}  // namespace snapstash::runtime
