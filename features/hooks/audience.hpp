#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/json/scalars.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

/// The pods that hooks are for: those of the target. Pure.
namespace snapstash::hooks {

/// Whom a hook addresses: nobody, unless `selector` or `claim` says who.
struct Audience {
  std::string selector;  ///< Of labels, as a list request takes it; "" = whatever labels they have.
  std::string claim;     ///< Only those that mount this PVC; "" = whatever they mount.
  bool all = true;       ///< All that are running, or else the first that is ready.
  friend bool operator==(const Audience&, const Audience&) = default;
};

/// core/v1 Pod, as far as a hook needs to know it.
struct AppPod {
  static constexpr kube::Resource kResource{"", "v1", "Pod", "pods"};
  struct Port {
    std::string name;
    std::int32_t number = 0;
    friend bool operator==(const Port&, const Port&) = default;
  };
  struct Container {
    std::string name;
    std::vector<Port> ports;
    friend bool operator==(const Container&, const Container&) = default;
  };
  struct ClaimSource {
    std::string claim_name;
    friend bool operator==(const ClaimSource&, const ClaimSource&) = default;
  };
  struct Volume {
    std::optional<ClaimSource> claim;
    friend bool operator==(const Volume&, const Volume&) = default;
  };
  struct Condition {
    std::string type, status;
    friend bool operator==(const Condition&, const Condition&) = default;
  };
  struct Spec {
    std::vector<Container> containers;
    std::vector<Volume> volumes;
    friend bool operator==(const Spec&, const Spec&) = default;
  };
  struct Status {
    std::string phase, pod_ip;
    std::vector<Condition> conditions;
    friend bool operator==(const Status&, const Status&) = default;
  };
  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  friend bool operator==(const AppPod&, const AppPod&) = default;
};

/// Returns those of `pods` that are meant, by name. Pods that are starting, ending or over are not: they cannot be
/// spoken to.
std::vector<AppPod> choose(std::vector<AppPod> pods, const Audience& audience);

/// Returns a workload's spec.selector as a list request takes it. Errors: kInvalid for an operator that is none.
Result<std::string> selector_of(const json::Value& workload);

/// Returns the container of that name, or the first when `name` is "". Errors: kInvalid, naming those there are.
Result<AppPod::Container> container_of(const AppPod& pod, const std::string& name);

/// Returns the number of a port, given by number or by its name in the container. Errors: kInvalid.
Result<std::uint16_t> port_of(const AppPod& pod, const std::string& container, const json::IntOrString& port);

}  // namespace snapstash::hooks

namespace snapstash::json {

template <>
struct Description<hooks::AppPod::Port> {
  using T = hooks::AppPod::Port;
  static constexpr std::tuple fields{field("name", &T::name, ""), field("containerPort", &T::number, "")};
};

template <>
struct Description<hooks::AppPod::Container> {
  using T = hooks::AppPod::Container;
  static constexpr std::tuple fields{field("name", &T::name, ""), field("ports", &T::ports, "")};
};

template <>
struct Description<hooks::AppPod::ClaimSource> {
  static constexpr std::tuple fields{field("claimName", &hooks::AppPod::ClaimSource::claim_name, "")};
};

template <>
struct Description<hooks::AppPod::Volume> {
  static constexpr std::tuple fields{field("persistentVolumeClaim", &hooks::AppPod::Volume::claim, "")};
};

template <>
struct Description<hooks::AppPod::Condition> {
  using T = hooks::AppPod::Condition;
  static constexpr std::tuple fields{field("type", &T::type, ""), field("status", &T::status, "")};
};

template <>
struct Description<hooks::AppPod::Spec> {
  using T = hooks::AppPod::Spec;
  static constexpr std::tuple fields{field("containers", &T::containers, ""), field("volumes", &T::volumes, "")};
};

template <>
struct Description<hooks::AppPod::Status> {
  using T = hooks::AppPod::Status;
  static constexpr std::tuple fields{
      field("phase", &T::phase, ""), field("podIP", &T::pod_ip, ""), field("conditions", &T::conditions, "")
  };
};

template <>
struct Description<hooks::AppPod> {
  using T = hooks::AppPod;
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""), field("spec", &T::spec, ""), field("status", &T::status, "")
  };
};

extern template struct Codec<hooks::AppPod>;

}  // namespace snapstash::json
