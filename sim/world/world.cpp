#include "sim/world/world.hpp"

#include <utility>

#include <fmt/format.h>

#include "sim/admission/chart_roles.hpp"

namespace snapstash::sim {
namespace {

json::Value text(std::string_view value) { return json::make_string(value); }

json::Value namespace_object(std::string_view name) {
  return json::Object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", json::Object{{"name", text(name)}}}};
}

OperatorSettings operator_settings(bool elects) {
  OperatorSettings settings;
  settings.leader_elect = elects;
  settings.lease_namespace = std::string(kReleaseNamespace);
  settings.lease_name = std::string(kRelease);
  settings.role_prefix = std::string(kRelease);
  settings.pods.image = "ghcr.io/snapstash/snapstash:sim";
  return settings;
}

}  // namespace

World::World(std::uint64_t seed, WorldOptions options)
    : options_(std::move(options)),
      executor_(seed, options_.order, options_.start),
      random_(seed ^ 0x5DEE'CE66'D5A1'F00DULL),
      story_(executor_, options_.story) {
  ApiServer::Settings settings = options_.api_server;
  settings.authorize = options_.authorize;
  for (int i = 0; i < std::max(options_.api_servers, 1); ++i) {
    servers_.push_back(std::make_unique<ApiServer>(storage_, executor_, executor_.clock(), random_, settings));
  }
  Faults& faults = options_.faults != nullptr ? *options_.faults : no_faults_;
  wiring_.emplace(Wiring{.executor = executor_, .random = random_, .faults = faults, .story = story_});
  cluster_.emplace(Cluster{storage_, *servers_.front(), executor_, random_, story_});
  user_.emplace(*cluster_);
  install();
  install_nodes();
  make_actors();
  make_replicas();
}

World::~World() {
  // Processes first: what they are made of posts into everything else.
  replicas_.clear();
  kubelet_->shut_down();
}

void World::install() {
  for (const std::string_view name : {"default", "kube-system"}) user_->must_create(namespace_object(name));
  user_->must_create(namespace_object(kReleaseNamespace));
  for (const json::Value& each : chart_roles()) user_->must_create(each);
}

void World::install_nodes() {
  for (int i = 1; i <= options_.nodes; ++i) {
    json::Object node{
        {"apiVersion", "v1"},
        {"kind", "Node"},
        {"metadata",
         json::Object{
             {"name", text(fmt::format("node-{}", i))},
             {"uid", text(random_.uuid())},
             {"creationTimestamp", text(format_time(wall()))}
         }},
        {"spec", json::Object{}},
        {"status",
         json::Object{
             {"conditions", json::Array{json::Object{
                                {"type", "Ready"},
                                {"status", "True"},
                                {"reason", "KubeletReady"},
                                {"lastTransitionTime", text(format_time(wall()))}
                            }}}
         }}
    };
    storage_.put(get_type(kinds::kNode), std::move(node));
  }
}

void World::make_actors() {
  Cluster& cluster = *cluster_;
  accounts_ = std::make_unique<ServiceAccountController>(cluster);
  cron_jobs_ = std::make_unique<CronJobController>(cluster);
  jobs_ = std::make_unique<JobController>(cluster);
  Kubelet::Settings kubelet{.order = options_.order, .trouble = options_.pods};
  kubelet_ = std::make_unique<Kubelet>(cluster, *wiring_, job_counters_, job_image(services_), std::move(kubelet));
  node_controller_ = std::make_unique<NodeController>(cluster, *kubelet_);
  workloads_ = std::make_unique<WorkloadController>(cluster);
  snapshots_ = std::make_unique<SnapshotController>(cluster, options_.snapshots);
  snapshotter_ = std::make_unique<CsiSnapshotter>(cluster, *snapshots_);
  provisioner_ = std::make_unique<Provisioner>(cluster, options_.claims);
  collectors_ = std::make_unique<Collectors>(cluster);
  applications_ = std::make_unique<Applications>(
      cluster, [this](const std::string& node) { return kubelet_->is_lost(node); }, options_.apps
  );
  for (const auto& server : servers_) {
    server->set_runtime([this](const StoredObject& pod, const std::string& container, const auto& command) {
      return applications_->run(pod, container, command);
    });
  }
}

void World::make_replicas() {
  const bool elects = options_.elects || options_.replicas > 1;
  for (int i = 0; i < options_.replicas; ++i) {
    Replica::Settings settings{
        .name = fmt::format("operator-{}", i),
        .identity = service_account(std::string(kReleaseNamespace), std::string(kRelease)),
        .program = operator_settings(elects),
        .order = options_.order
    };
    replicas_.push_back(std::make_unique<Replica>(*wiring_, std::move(settings), *servers_.front()));
  }
}

void World::start_operators() {
  for (const auto& replica : replicas_) replica->start();
}

void World::count_step() {
  if (executor_.now() != moment_) {
    moment_ = executor_.now();
    moment_steps_ = 0;
  }
  if (++moment_steps_ > options_.longest_moment && !stuck_) {
    stuck_ = fmt::format("{} steps at {} without time moving", moment_steps_, format_micro_time(wall()));
  }
}

bool World::step(MonoTime until) {
  if (!executor_.step(until)) return false;
  count_step();
  return true;
}

bool World::run_for(Duration duration) {
  const MonoTime end = executor_.now() + std::chrono::duration_cast<MonoTime::duration>(duration);
  while (step(end)) {
    if (stuck_ || (after_step && !after_step())) return false;
  }
  return true;
}

bool World::run_until(const std::function<bool()>& holds, Duration limit) {
  if (holds()) return true;
  const MonoTime end = executor_.now() + std::chrono::duration_cast<MonoTime::duration>(limit);
  std::int64_t seen = storage_.revision();
  while (step(end)) {
    if (stuck_ || (after_step && !after_step())) return false;
    if (std::exchange(seen, storage_.revision()) != storage_.revision() && holds()) return true;
  }
  return holds();
}

void World::after(Duration duration, std::function<void()> action) {
  executor_.after(duration, [action = std::move(action)] { action(); }).detach();
}

void World::lose_node(const std::string& node) {
  kubelet_->lose_node(node);
  node_controller_->look();
}

void World::return_node(const std::string& node) {
  kubelet_->return_node(node);
  node_controller_->look();
}

}  // namespace snapstash::sim
