#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

/// Jobs, their pods, the nodes those run on, and events, as far as they say how a Job gets on.
namespace snapstash::api {

/// A condition of a built-in kind, without its times.
struct StatusCondition {
  std::string type, status, reason, message;
  friend bool operator==(const StatusCondition&, const StatusCondition&) = default;
};

struct Job {
  static constexpr kube::Resource kResource{"batch", "v1", "Job", "jobs"};
  struct Status {
    std::vector<StatusCondition> conditions;
    std::int32_t active = 0, failed = 0;
    friend bool operator==(const Status&, const Status&) = default;
  };
  kube::ObjectMeta metadata;
  Status status;
  friend bool operator==(const Job&, const Job&) = default;
};

struct ContainerWaiting {
  std::string reason, message;
  friend bool operator==(const ContainerWaiting&, const ContainerWaiting&) = default;
};

struct ContainerTerminated {
  std::int32_t exit_code = 0;
  std::string reason, message;
  friend bool operator==(const ContainerTerminated&, const ContainerTerminated&) = default;
};

struct Pod {
  static constexpr kube::Resource kResource{"", "v1", "Pod", "pods"};
  struct Spec {
    std::string node_name;
    friend bool operator==(const Spec&, const Spec&) = default;
  };
  struct ContainerState {
    std::optional<ContainerWaiting> waiting;
    std::optional<ContainerTerminated> terminated;
    friend bool operator==(const ContainerState&, const ContainerState&) = default;
  };
  struct ContainerStatus {
    ContainerState state;
    friend bool operator==(const ContainerStatus&, const ContainerStatus&) = default;
  };
  struct Status {
    std::string phase, reason, message;
    std::vector<StatusCondition> conditions;
    std::vector<ContainerStatus> containers;
    friend bool operator==(const Status&, const Status&) = default;
  };
  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  friend bool operator==(const Pod&, const Pod&) = default;
};

struct Node {
  static constexpr kube::Resource kResource{"", "v1", "Node", "nodes", false};
  struct Status {
    std::vector<StatusCondition> conditions;
    friend bool operator==(const Status&, const Status&) = default;
  };
  kube::ObjectMeta metadata;
  Status status;
  friend bool operator==(const Node&, const Node&) = default;
};

/// core/v1 Event: what `kubectl describe` shows below an object.
struct CoreEvent {
  static constexpr kube::Resource kResource{"", "v1", "Event", "events"};
  kube::ObjectMeta metadata;
  std::string type, reason, message;
  friend bool operator==(const CoreEvent&, const CoreEvent&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct Description<api::StatusCondition> {
  using T = api::StatusCondition;
  static constexpr std::tuple fields{
      field("type", &T::type, ""), field("status", &T::status, ""), field("reason", &T::reason, ""),
      field("message", &T::message, "")
  };
};

template <>
struct Description<api::Job::Status> {
  using T = api::Job::Status;
  static constexpr std::tuple fields{
      field("conditions", &T::conditions, ""), field("active", &T::active, ""), field("failed", &T::failed, "")
  };
};

template <>
struct Description<api::Job> {
  using T = api::Job;
  static constexpr std::tuple fields{field("metadata", &T::metadata, ""), field("status", &T::status, "")};
};

template <>
struct Description<api::Pod::Spec> {
  static constexpr std::tuple fields{field("nodeName", &api::Pod::Spec::node_name, "")};
};

template <>
struct Description<api::ContainerWaiting> {
  using T = api::ContainerWaiting;
  static constexpr std::tuple fields{field("reason", &T::reason, ""), field("message", &T::message, "")};
};

template <>
struct Description<api::ContainerTerminated> {
  using T = api::ContainerTerminated;
  static constexpr std::tuple fields{
      field("exitCode", &T::exit_code, ""), field("reason", &T::reason, ""), field("message", &T::message, "")
  };
};

template <>
struct Description<api::Pod::ContainerState> {
  using T = api::Pod::ContainerState;
  static constexpr std::tuple fields{field("waiting", &T::waiting, ""), field("terminated", &T::terminated, "")};
};

template <>
struct Description<api::Pod::ContainerStatus> {
  static constexpr std::tuple fields{field("state", &api::Pod::ContainerStatus::state, "")};
};

template <>
struct Description<api::Pod::Status> {
  using T = api::Pod::Status;
  static constexpr std::tuple fields{
      field("phase", &T::phase, ""), field("reason", &T::reason, ""), field("message", &T::message, ""),
      field("conditions", &T::conditions, ""), field("containerStatuses", &T::containers, "")
  };
};

template <>
struct Description<api::Pod> {
  using T = api::Pod;
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""), field("spec", &T::spec, ""), field("status", &T::status, "")
  };
};

template <>
struct Description<api::Node::Status> {
  static constexpr std::tuple fields{field("conditions", &api::Node::Status::conditions, "")};
};

template <>
struct Description<api::Node> {
  using T = api::Node;
  static constexpr std::tuple fields{field("metadata", &T::metadata, ""), field("status", &T::status, "")};
};

template <>
struct Description<api::CoreEvent> {
  using T = api::CoreEvent;
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""), field("type", &T::type, ""), field("reason", &T::reason, ""),
      field("message", &T::message, "")
  };
};

extern template struct Codec<api::Job>;
extern template struct Codec<api::Pod>;
extern template struct Codec<api::Node>;
extern template struct Codec<api::CoreEvent>;

}  // namespace snapstash::json
