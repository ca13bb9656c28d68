#include "kernel/runtime/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace snapstash::runtime {
namespace {

std::string_view name_of(MetricType type) {
  switch (type) {
    case MetricType::kCounter: return "counter";
    case MetricType::kGauge: return "gauge";
    case MetricType::kHistogram: return "histogram";
  }
  return "untyped";
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

/// Quotes are escaped in label values, not in help texts.
std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
  return out;
}

std::string label_text(const Labels& labels) {
  if (labels.empty()) return "";
  std::string text;
  for (const auto& [name, value] : labels) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "{" : ",", name, escaped(value, true));
  }
  return text + "}";
}

}  // namespace

std::string expose(const std::vector<MetricFamily>& families) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (const MetricFamily& family : families) {
    if (family.samples.empty()) continue;
    fmt::format_to(out, "# HELP {} {}\n", family.name, escaped(family.help, false));
    fmt::format_to(out, "# TYPE {} {}\n", family.name, name_of(family.type));
    for (const Sample& sample : family.samples) {
      fmt::format_to(out, "{}{}{} {}\n", family.name, sample.suffix, label_text(sample.labels), number(sample.value));
    }
  }
  return text;
}

void Histogram::observe(double value) {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)] += 1;
  sum_ += value;
}

double Histogram::count() const {
  double all = 0;
  for (const double count : counts_) all += count;
  return all;
}

void Histogram::write(const Labels& labels, std::vector<Sample>& to) const {
  double cumulated = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    cumulated += counts_[i];
    Labels with_bound = labels;
    with_bound.emplace_back("le", i < bounds_.size() ? number(bounds_[i]) : "+Inf");
    to.push_back({"_bucket", std::move(with_bound), cumulated});
  }
  to.push_back({"_sum", labels, sum_});
  to.push_back({"_count", labels, cumulated});
}

std::vector<double> exponential_bounds(double first, double factor, std::size_t count) {
  std::vector<double> bounds;
  for (double bound = first; bounds.size() < count; bound *= factor) bounds.push_back(bound);
  return bounds;
}

template <class M>
Family<M>& Registry::find_or_make(const std::string& name, std::string help, std::vector<std::string> labels, M blank) {
  auto& family = families_[name];
  if (!family) family = std::make_unique<Family<M>>(name, std::move(help), std::move(labels), std::move(blank));
  return dynamic_cast<Family<M>&>(*family);
}

Family<Counter>& Registry::counter(const std::string& name, std::string help, std::vector<std::string> labels) {
  return find_or_make(name, std::move(help), std::move(labels), Counter());
}

Family<Gauge>& Registry::gauge(const std::string& name, std::string help, std::vector<std::string> labels) {
  return find_or_make(name, std::move(help), std::move(labels), Gauge());
}

Family<Histogram>& Registry::histogram(
    const std::string& name, std::string help, std::vector<std::string> labels, std::vector<double> bounds
) {
  return find_or_make(name, std::move(help), std::move(labels), Histogram(std::move(bounds)));
}

Subscription Registry::collect(Collector collector) {
  return collectors_.add([collector = std::move(collector)](std::map<std::string, MetricFamily>& all) {
    for (MetricFamily& family : collector()) {
      const auto [it, is_new] = all.try_emplace(family.name, family);
      if (is_new) continue;
      std::ranges::move(family.samples, std::back_inserter(it->second.samples));
    }
  });
}

std::vector<MetricFamily> Registry::read() const {
  std::map<std::string, MetricFamily> all;
  for (const auto& [name, family] : families_) all.emplace(name, family->read());
  collectors_.notify(all);
  std::vector<MetricFamily> families;
  families.reserve(all.size());
  for (auto& [name, family] : all) families.push_back(std::move(family));
  return families;
}

}  // namespace snapstash::runtime
