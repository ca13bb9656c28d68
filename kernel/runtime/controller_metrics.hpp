#pragma once
#include <string>

#include "kernel/base/executor.hpp"
#include "kernel/runtime/metrics.hpp"
#include "kernel/runtime/queue.hpp"

namespace snapstash::runtime {

/// What a reconcile pass came to, as controller-runtime's `result` label has it.
enum class PassResult { kSuccess, kError, kRequeueAfter };

/// The metrics of one controller and its queue, under controller-runtime's names (dashboards for them exist).
/// The registry, the queue and the executor must outlive it.
class ControllerMetrics final : public QueueObserver {
 public:
  ControllerMetrics(Registry& registry, const std::string& controller, const Queue& queue, const Executor& executor);

  void set_concurrency(std::size_t workers);
  void pass_started();
  void pass_ended(PassResult result, Duration took);
  void exception_caught() { panics_.add(); }
  /// A key was put off because the store did not show our own write within the bound.
  void expectation_timed_out() { unseen_writes_.add(); }

  void added() override { adds_.add(); }
  void retried() override { retries_.add(); }
  void started(Duration waited) override;
  void finished(Duration worked) override;

 private:
  std::vector<MetricFamily> collect() const;

  std::string controller_;
  const Queue& queue_;
  const Executor& executor_;
  Family<Counter>& results_;
  Counter& errors_;
  Counter& panics_;
  Counter& unseen_writes_;
  Histogram& time_;
  Gauge& max_concurrent_;
  Gauge& active_;
  Counter& adds_;
  Counter& retries_;
  Histogram& queue_time_;
  Histogram& work_time_;
  Subscription collector_;
};

}  // namespace snapstash::runtime
