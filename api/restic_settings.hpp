#pragma once
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "kernel/json/fields.hpp"
#include "kernel/json/scalars.hpp"

/// Settings that only Stash's Restic driver reads. They are accepted and kept, so that YAML written for Stash applies.
namespace snapstash::api {

struct RepositoryRef {
  std::string name, namespace_;
  friend bool operator==(const RepositoryRef&, const RepositoryRef&) = default;
};

struct TaskParam {
  std::string name, value;
  friend bool operator==(const TaskParam&, const TaskParam&) = default;
};

struct TaskRef {
  std::string name;
  std::vector<TaskParam> params;
  friend bool operator==(const TaskRef&, const TaskRef&) = default;
};

struct TempDir {
  std::string medium;
  std::optional<json::IntOrString> size_limit;
  bool disable_caching = false;
  friend bool operator==(const TempDir&, const TempDir&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct Description<api::RepositoryRef> {
  using T = api::RepositoryRef;
  static constexpr std::tuple fields{
      field("name", &T::name, "Name of the Repository.").required(),
      field("namespace", &T::namespace_, "Namespace of the Repository."),
  };
};

template <>
struct Description<api::TaskParam> {
  using T = api::TaskParam;
  static constexpr std::tuple fields{
      field("name", &T::name, "Name of the parameter.").required(),
      field("value", &T::value, "Value of the parameter.").required(),
  };
};

template <>
struct Description<api::TaskRef> {
  using T = api::TaskRef;
  static constexpr std::tuple fields{
      field("name", &T::name, "Name of the Task."),
      field("params", &T::params, "Parameters of the Task."),
  };
};

template <>
struct Description<api::TempDir> {
  using T = api::TempDir;
  static constexpr std::tuple fields{
      field("medium", &T::medium, "Medium of the emptyDir."),
      field("sizeLimit", &T::size_limit, "Size limit of the emptyDir."),
      field("disableCaching", &T::disable_caching, "Switches Restic's cache off."),
  };
};

}  // namespace snapstash::json
