#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/runtime/listeners.hpp"

/// Numbers for Prometheus, and their text form (exposition format 0.0.4). One thread.
namespace snapstash::runtime {

using Labels = std::vector<std::pair<std::string, std::string>>;

struct Sample {
  std::string suffix;  ///< "", or "_bucket", "_sum", "_count" of a histogram.
  Labels labels;
  double value = 0;
};

enum class MetricType { kCounter, kGauge, kHistogram };

/// All samples of one name.
struct MetricFamily {
  std::string name, help;
  MetricType type = MetricType::kGauge;
  std::vector<Sample> samples;
};

/// Returns the text that a scrape gets. Pure. Content-Type: kExpositionType.
std::string expose(const std::vector<MetricFamily>& families);

inline constexpr std::string_view kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

/// Only grows.
class Counter {
 public:
  void add(double by = 1) { value_ += by; }
  double value() const { return value_; }
  void write(const Labels& labels, std::vector<Sample>& to) const { to.push_back({"", labels, value_}); }
  static constexpr MetricType kType = MetricType::kCounter;

 private:
  double value_ = 0;
};

class Gauge {
 public:
  void set(double value) { value_ = value; }
  void add(double by) { value_ += by; }
  double value() const { return value_; }
  void write(const Labels& labels, std::vector<Sample>& to) const { to.push_back({"", labels, value_}); }
  static constexpr MetricType kType = MetricType::kGauge;

 private:
  double value_ = 0;
};

/// Counts observations up to each of its bounds; the last bucket, +Inf, is implied.
class Histogram {
 public:
  /// REQUIRES: bounds ascend.
  explicit Histogram(std::vector<double> bounds = {}) : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}
  void observe(double value);
  double sum() const { return sum_; }
  double count() const;
  void write(const Labels& labels, std::vector<Sample>& to) const;
  static constexpr MetricType kType = MetricType::kHistogram;

 private:
  std::vector<double> bounds_;
  std::vector<double> counts_;  ///< Of each bucket by itself; summed up when written.
  double sum_ = 0;
};

/// Returns `count` bounds: first, first × factor, …
std::vector<double> exponential_bounds(double first, double factor, std::size_t count);

class AnyFamily {
 public:
  virtual ~AnyFamily() = default;
  virtual MetricFamily read() const = 0;
};

/// The metrics of one name, one per combination of label values. References to them stay valid until removed.
template <class M>
class Family final : public AnyFamily {
 public:
  Family(std::string name, std::string help, std::vector<std::string> labels, M blank)
      : name_(std::move(name)), help_(std::move(help)), labels_(std::move(labels)), blank_(std::move(blank)) {}

  /// Returns the metric with these label values, at zero if it is new. REQUIRES: as many values as there are labels.
  M& with(const std::vector<std::string>& values) { return metrics_.try_emplace(values, blank_).first->second; }
  M& only() { return with({}); }
  void remove(const std::vector<std::string>& values) { metrics_.erase(values); }

  MetricFamily read() const override {
    MetricFamily family{name_, help_, M::kType, {}};
    for (const auto& [values, metric] : metrics_) {
      Labels labels;
      for (std::size_t i = 0; i < labels_.size() && i < values.size(); ++i) labels.emplace_back(labels_[i], values[i]);
      metric.write(labels, family.samples);
    }
    return family;
  }

 private:
  std::string name_, help_;
  std::vector<std::string> labels_;
  M blank_;
  std::map<std::vector<std::string>, M> metrics_;
};

/// All metrics of the program. Passed where it is needed; there is no global one.
class Registry {
 public:
  /// Returns the family of that name, making it if it is new. REQUIRES: a name always has the same type and labels.
  Family<Counter>& counter(const std::string& name, std::string help, std::vector<std::string> labels = {});
  Family<Gauge>& gauge(const std::string& name, std::string help, std::vector<std::string> labels = {});
  Family<Histogram>& histogram(
      const std::string& name, std::string help, std::vector<std::string> labels, std::vector<double> bounds
  );

  using Collector = std::function<std::vector<MetricFamily>()>;
  /// Asks `collector` at every scrape, as long as the subscription lives. Families of one name are joined.
  [[nodiscard]] Subscription collect(Collector collector);

  /// Returns everything, by name.
  std::vector<MetricFamily> read() const;
  std::string expose() const { return runtime::expose(read()); }

 private:
  template <class M>
  Family<M>& find_or_make(const std::string& name, std::string help, std::vector<std::string> labels, M blank);

  std::map<std::string, std::unique_ptr<AnyFamily>> families_;
  Listeners<std::map<std::string, MetricFamily>&> collectors_;
};

}  // namespace snapstash::runtime
