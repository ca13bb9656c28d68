#pragma once
#include <string_view>

#include "kernel/base/time.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"

/// Field management: who manages what (metadata.managedFields), and server-side apply.
namespace snapstash::sim {

/// A write, as managedFields notes it.
struct Write {
  kube::Resource resource;
  std::string_view subresource;  ///< "" or "status".
  std::string_view manager;
  WallTime now;
  bool force = false;  ///< Of an apply: takes over what others manage.
};

/// Applies `configuration` to `live` (nullptr: there is none yet). Returns the object that results, its managedFields
/// included; equal to `live` when nothing changes. Neither defaults nor checks it, and does not look at the uid and
/// resourceVersion that the configuration may carry.
/// Errors: kConflict with one cause FieldManagerConflict for each field that others manage; kInvalid (400) when
/// the configuration has managedFields; kInternal (500) when it does not fit the kind's types.
Result<json::Value> server_side_apply(const json::Value* live, const json::Value& configuration, const Write& write);

/// Notes a POST, PUT or PATCH in the managedFields of `after`, which is `before` (nullptr: it is created) changed.
/// managedFields that the request sent win over the live ones; an empty list resets them.
void track_write(const json::Value* before, json::Value& after, const Write& write);

/// A write that changes nothing but the times in managedFields is none: `after` gets the times of `live` back.
void keep_times_if_unchanged(const json::Value& live, json::Value& after);

}  // namespace snapstash::sim
