#include "kernel/runtime/controller_metrics.hpp"

#include <algorithm>

namespace snapstash::runtime {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// controller-runtime, pkg/internal/controller/metrics.
const std::vector<double> kReconcileBounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3,  0.35,
                                           0.4,   0.45, 0.5,   0.6,  0.7, 0.8,  0.9, 1.0,  1.25, 1.5,
                                           1.75,  2.0,  2.5,   3.0,  3.5, 4.0,  4.5, 5,    6,    7,
                                           8,     9,    10,    15,   20,  25,   30,  40,   50,   60};

std::vector<double> queue_bounds() { return exponential_bounds(1e-8, 10, 12); }

}  // namespace

ControllerMetrics::ControllerMetrics(
    Registry& registry, const std::string& controller, const Queue& queue, const Executor& executor
)
    : controller_(controller),
      queue_(queue),
      executor_(executor),
      results_(registry.counter(
          "controller_runtime_reconcile_total", "Reconciliations per controller and result.", {"controller", "result"}
      )),
      errors_(registry
                  .counter("controller_runtime_reconcile_errors_total", "Reconciliations that failed.", {"controller"})
                  .with({controller})),
      panics_(registry
                  .counter("controller_runtime_reconcile_panics_total", "Exceptions in reconcilers.", {"controller"})
                  .with({controller})),
      unseen_writes_(registry
                         .counter(
                             "controller_expectation_timeouts_total",
                             "Passes that went on although the store had not shown an own write in time.",
                             {"controller"}
                         )
                         .with({controller})),
      time_(registry
                .histogram(
                    "controller_runtime_reconcile_time_seconds", "Length of a reconciliation.", {"controller"},
                    kReconcileBounds
                )
                .with({controller})),
      max_concurrent_(
          registry.gauge("controller_runtime_max_concurrent_reconciles", "Passes that may run at once.", {"controller"})
              .with({controller})
      ),
      active_(
          registry.gauge("controller_runtime_active_workers", "Passes that run now.", {"controller"}).with({controller})
      ),
      adds_(
          registry.counter("workqueue_adds_total", "Keys added.", {"name", "controller"}).with({controller, controller})
      ),
      retries_(registry.counter("workqueue_retries_total", "Keys added with back-off.", {"name", "controller"})
                   .with({controller, controller})),
      queue_time_(registry
                      .histogram(
                          "workqueue_queue_duration_seconds", "How long keys waited.", {"name", "controller"},
                          queue_bounds()
                      )
                      .with({controller, controller})),
      work_time_(registry
                     .histogram(
                         "workqueue_work_duration_seconds", "How long keys were worked on.", {"name", "controller"},
                         queue_bounds()
                     )
                     .with({controller, controller})),
      collector_(registry.collect([this] { return collect(); })) {
  for (const auto* result : {"success", "error", "requeue_after"}) results_.with({controller, result});
}

void ControllerMetrics::set_concurrency(std::size_t workers) { max_concurrent_.set(static_cast<double>(workers)); }

void ControllerMetrics::pass_started() { active_.add(1); }

void ControllerMetrics::pass_ended(PassResult result, Duration took) {
  active_.add(-1);
  time_.observe(seconds(took));
  switch (result) {
    case PassResult::kSuccess: results_.with({controller_, "success"}).add(); break;
    case PassResult::kRequeueAfter: results_.with({controller_, "requeue_after"}).add(); break;
    case PassResult::kError:
      results_.with({controller_, "error"}).add();
      errors_.add();
      break;
  }
}

void ControllerMetrics::started(Duration waited) { queue_time_.observe(seconds(waited)); }

void ControllerMetrics::finished(Duration worked) { work_time_.observe(seconds(worked)); }

std::vector<MetricFamily> ControllerMetrics::collect() const {
  double unfinished = 0;
  double longest = 0;
  for (const auto& [key, since] : queue_.processing()) {
    const double running = seconds(executor_.now() - since);
    unfinished += running;
    longest = std::max(longest, running);
  }
  const Labels labels{{"name", controller_}, {"controller", controller_}};
  const auto gauge = [&](std::string name, std::string help, double value) {
    return MetricFamily{std::move(name), std::move(help), MetricType::kGauge, {{"", labels, value}}};
  };
  return {
      gauge("workqueue_depth", "Keys that wait.", static_cast<double>(queue_.depth())),
      gauge("workqueue_unfinished_work_seconds", "Time spent so far on keys that are being worked on.", unfinished),
      gauge("workqueue_longest_running_processor_seconds", "Time spent on the key that has taken longest.", longest),
  };
}

}  // namespace snapstash::runtime
