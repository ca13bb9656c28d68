#pragma once
#include <string>
#include <string_view>

#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"
#include "sim/admission/field_error.hpp"
#include "sim/admission/name_rules.hpp"

/// What kind_rules.hpp's checks are made of. Each adds to `causes`.
namespace snapstash::sim::rules {

inline constexpr std::string_view kImmutable = "field is immutable";

/// An object, what it was (nullptr: it is created), and what is wrong with it so far.
struct Change {
  const json::Value* before;
  const json::Value& now;
  Causes& causes;

  /// Returns null when it is missing.
  const json::Value& old_at(std::string_view pointer) const;
  const json::Value& at(std::string_view pointer) const;
  std::string_view text(std::string_view pointer) const { return json::find_string(now, pointer); }
  void add(Cause cause) const { causes.push_back(std::move(cause)); }
};

void complain(const Complaints& wrong, const std::string& field, const json::Value& value, Causes& causes);
/// The value of `field` ("spec.backoffLimit") must not be negative.
void check_not_negative(const Change& change, std::string_view field);
/// The value of `field` must be what it was.
void check_immutable(const Change& change, std::string_view field);
void check_labels(const json::Value& labels, const std::string& field, Causes& causes);

/// Returns "/spec/template" for "spec.template".
std::string pointer_of(std::string_view field);

// One for each group of kinds.
/// Returns robfig/cron's complaint about a schedule that api::parse_cron does not take.
std::string wrong_with_schedule(std::string_view schedule);

void check_cron_job(const Change& change);
void check_job(const Change& change);
void check_job_status(const Change& change);
void check_pod_spec(const json::Value& spec, const std::string& field, Causes& causes);
void check_pod_template(const json::Value& pod_template, const std::string& field, Causes& causes);
void check_pod(const Change& change);
void check_workload(const kube::Resource& resource, const Change& change);
void check_claim(const Change& change);
void check_volume(const Change& change);
void check_storage_class(const Change& change);
void check_role(const kube::Resource& resource, const Change& change);
void check_binding(const kube::Resource& resource, const Change& change);
void check_lease(const Change& change);
void check_event(const kube::Resource& resource, const Change& change);

}  // namespace snapstash::sim::rules
