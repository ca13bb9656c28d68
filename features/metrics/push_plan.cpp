#include "features/metrics/push_plan.hpp"

#include <functional>
#include <set>

#include "features/metrics/stash_names.hpp"
#include "kernel/kube/request.hpp"
#include "kernel/runtime/metrics.hpp"

namespace snapstash::metrics {

std::vector<PushStep> plan_push(const cluster::Stores& stores, const Pushed& pushed) {
  std::vector<PushStep> steps;
  std::set<std::string> present;
  const auto compare = [&](StashGroup group) {
    const auto known = pushed.find(group.job);
    present.insert(group.job);
    if (known != pushed.end() && known->second.owners != group.owners) {
      steps.push_back({PushStep::Kind::kDelete, std::move(group.job), {}, ""});
      return;
    }
    std::string body = runtime::expose(group.families);
    if (body.empty()) return;
    Told told{std::move(group.owners), std::hash<std::string>()(body)};
    if (known != pushed.end() && known->second == told) return;
    steps.push_back({PushStep::Kind::kPush, std::move(group.job), std::move(told), std::move(body)});
  };
  visit_stash_groups(stores, compare);
  for (const auto& [job, told] : pushed) {
    if (!present.contains(job)) steps.push_back({PushStep::Kind::kDelete, job, {}, ""});
  }
  return steps;
}

void note(const PushStep& step, Pushed& pushed) {
  if (step.kind == PushStep::Kind::kPush) {
    pushed[step.job] = step.told;
  } else {
    pushed.erase(step.job);
  }
}

wire::Request request_of(const PushStep& step) {
  wire::Request request;
  request.target = "/metrics/job/" + kube::percent_encode(step.job);
  request.headers.add("User-Agent", "snapstash-metrics");
  if (step.kind == PushStep::Kind::kPush) {
    request.method = "POST";
    request.headers.add("Content-Type", std::string(runtime::kExpositionType));
    request.body = step.body;
  } else {
    request.method = "DELETE";
  }
  return request;
}

Result<wire::Endpoint> parse_pushgateway(std::string_view url) {
  if (url.contains('@')) return fail(Code::kInvalid, "must hold no user and no password");
  if (url.find_first_of("?#") != std::string_view::npos) return fail(Code::kInvalid, "must hold no query, no fragment");
  if (!url.contains("://")) return fail(Code::kInvalid, "must begin with http:// or https://");
  return wire::parse_endpoint(url);
}

}  // namespace snapstash::metrics
