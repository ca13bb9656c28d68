#include "sim/admission/server_side_apply.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/admission/canonical.hpp"
#include "sim/admission/field_error.hpp"
#include "sim/admission/managed_fields.hpp"
#include "sim/admission/typed_object.hpp"

/// After apimachinery's managedfields and structured-merge-diff's merge.Updater, for one version of each kind.
namespace snapstash::sim {
namespace {

void put(FieldSet& set, std::string_view first, std::string_view second = {}) {
  FieldSet::Node& node = set.at(first);
  if (second.empty()) {
    node.member = true;
  } else {
    node.below.at(second).member = true;
  }
}

/// What nobody manages.
const FieldSet& stripped() {
  static const FieldSet set = [] {
    FieldSet made;
    put(made, "f:apiVersion");
    put(made, "f:kind");
    put(made, "f:metadata");
    for (const std::string_view field :
         {"f:name", "f:namespace", "f:creationTimestamp", "f:selfLink", "f:uid", "f:clusterName", "f:generation",
          "f:managedFields", "f:resourceVersion"}) {
      put(made, "f:metadata", field);
    }
    return made;
  }();
  return set;
}

FieldSet make_reset_fields(const Write& write, const FieldType& type) {
  FieldSet set;
  if (write.subresource == "status") {
    put(set, "f:spec");
    if (!is_built_in(write.resource)) put(set, "f:metadata");
    if (write.resource.kind == "Pod") {
      put(set, "f:metadata", "f:deletionTimestamp");
      put(set, "f:metadata", "f:ownerReferences");
    }
  } else if (type.names("status")) {
    put(set, "f:status");
  }
  return set;
}

/// One write to one object: the kind's type, and what this endpoint does not write.
struct Operation {
  const Write& write;
  const FieldType& type;
  FieldSet reset;

  explicit Operation(const Write& of) : write(of), type(field_type(of.resource)), reset(make_reset_fields(of, type)) {}

  Manager self(std::string_view operation) const {
    return {
        .name = std::string(write.manager),
        .operation = std::string(operation),
        .api_version = write.resource.api_version(),
        .subresource = std::string(write.subresource),
        .time = format_time(write.now),
        .fields = {}
    };
  }
};

Comparison compare_for(const Operation& operation, const json::Value& before, const json::Value& after) {
  Comparison difference = compare(operation.type, before, after);
  difference.added.subtract_below(operation.reset);
  difference.modified.subtract_below(operation.reset);
  difference.removed.subtract_below(operation.reset);
  return difference;
}

std::string named(const Manager& manager) {
  std::string text = fmt::format("\"{}\"", manager.name);
  if (!manager.subresource.empty()) text += fmt::format(" with subresource \"{}\"", manager.subresource);
  // The server has no time to tell here, although its code knows how.
  if (manager.operation == "Update") text += fmt::format(" using {}", manager.api_version);
  return text;
}

struct Conflict {
  Manager with;
  std::string path;
};

Error conflict_error(const std::vector<Conflict>& conflicts) {
  std::string message;
  if (conflicts.size() == 1) {
    const Conflict& only = conflicts.front();
    message = fmt::format("Apply failed with 1 conflict: conflict with {}: {}", named(only.with), only.path);
  } else {
    message = fmt::format("Apply failed with {} conflicts: ", conflicts.size());
    std::map<std::string, std::string> by_manager;
    for (const Conflict& each : conflicts) by_manager[named(each.with)] += "\n- " + each.path;
    bool first = true;
    for (const auto& [manager, paths] : by_manager) {
      message += fmt::format("{}conflicts with {}:{}", first ? "" : "\n", manager, paths);
      first = false;
    }
  }
  Error error = status_error(409, "Conflict", std::move(message));
  for (const Conflict& each : conflicts) {
    error.causes.push_back({"FieldManagerConflict", each.path, "conflict with " + named(each.with)});
  }
  return error;
}

/// Takes what has changed from all managers but `self`. Returns the conflicts.
std::vector<Conflict> take_over(Managers& managers, const Comparison& difference, const Manager* self) {
  FieldSet taken = difference.modified;
  taken.add(difference.added);
  std::vector<Conflict> conflicts;
  for (Manager& manager : managers) {
    if (self != nullptr && manager.is(*self)) continue;
    const FieldSet both = manager.fields.intersection(taken);
    for (std::string& path : both.paths()) conflicts.push_back({manager, std::move(path)});
    manager.fields.subtract(both);
    manager.fields.subtract(difference.removed);
  }
  std::erase_if(managers, [](const Manager& each) { return each.fields.empty(); });
  return conflicts;
}

/// Removes what the manager applied last time and does not now, unless another manager has it.
json::Value prune(const FieldType& type, const json::Value& merged, const FieldSet& last, const Managers& managers) {
  FieldSet managed;
  for (const Manager& manager : managers) managed.add(manager.fields);
  if (last.is_within(managed)) return merged;
  managed = with_named_fields(type, std::move(managed));
  const FieldSet had = with_named_fields(type, last);
  const FieldSet all = with_named_fields(type, fields_of(type, merged));

  // What others own comes back, with all that is below the items that are theirs.
  FieldSet removed = all;
  removed.subtract(with_named_fields(type, fields_of(type, remove_fields(type, merged, had))));
  removed.subtract(managed);
  const json::Value owned = remove_fields(type, merged, removed);

  // So does what nobody owns.
  FieldSet given_up = all;
  given_up.subtract(with_named_fields(type, fields_of(type, owned)));
  return remove_fields(type, merged, given_up.intersection(had));
}

bool has_managed_fields(const json::Value& object) { return json::find(object, "/metadata/managedFields") != nullptr; }

std::string described(const json::Value& object, const kube::Resource& resource) {
  std::string_view namespace_ = json::find_string(object, "/metadata/namespace");
  return fmt::format(
      "{}/{}; {}, Kind={}", namespace_, json::find_string(object, "/metadata/name"), resource.api_version(),
      resource.kind
  );
}

void note(Managers& managers, Manager self) {
  if (self.fields.empty()) return;
  if (Manager* previous = find_manager(managers, self)) {
    previous->fields.add(self.fields);
    previous->time = self.time;
  } else {
    managers.push_back(std::move(self));
  }
}

Managers managers_before_apply(const Operation& operation, const json::Value& live) {
  Managers managers = managers_of(live);
  if (!managers.empty() || json::find_string(live, "/metadata/uid").empty()) return managers;
  // An object from before fields were managed.
  Manager before = operation.self("Update");
  before.name = "before-first-apply";
  before.subresource.clear();
  before.fields = fields_of(operation.type, live);
  before.fields.subtract_below(operation.reset);
  before.fields.subtract(stripped());
  note(managers, std::move(before));
  return managers;
}

}  // namespace

Result<json::Value> server_side_apply(const json::Value* live, const json::Value& configuration, const Write& write) {
  if (has_managed_fields(configuration)) {
    return fail(status_error(400, "BadRequest", "metadata.managedFields must be nil"));
  }
  const Operation operation(write);
  const FieldType& type = operation.type;
  if (const auto why = mismatch(type, configuration)) {
    return fail(status_error(
        500, "",
        fmt::format("failed to create typed patch object ({}): {}", described(configuration, write.resource), *why)
    ));
  }
  json::Value before = live == nullptr ? json::Value(json::Object()) : json::clone(*live);
  Managers managers = managers_before_apply(operation, before);
  drop_managed_fields(before);

  Manager self = operation.self("Apply");
  self.fields = fields_of(type, configuration);
  self.fields.subtract_below(operation.reset);
  std::optional<Manager> last;
  if (Manager* previous = find_manager(managers, self)) {
    last = std::move(*previous);
    *previous = self;
  } else {
    managers.push_back(self);
  }

  json::Value after = merge(type, before, configuration);
  if (last) after = prune(type, after, last->fields, managers);
  const Comparison difference = compare_for(operation, before, after);
  const std::vector<Conflict> conflicts = take_over(managers, difference, &self);
  if (!write.force && !conflicts.empty()) return fail(conflict_error(conflicts));
  if (Manager* mine = find_manager(managers, self)) {
    if (after == before) mine->time = last ? last->time : "";
    mine->fields.subtract(stripped());
  }
  std::erase_if(managers, [](const Manager& each) { return each.fields.empty(); });
  set_managers(after, std::move(managers));
  return after;
}

void track_write(const json::Value* before, json::Value& after, const Write& write) {
  const Operation operation(write);
  const json::Value nothing = json::Object();
  json::Value old = before == nullptr ? nothing : json::clone(*before);
  if (before == nullptr && is_built_in(write.resource)) add_plain_structs(operation.type, old);
  Managers managers = managers_of(old);
  const json::Array* sent = json::find_array(after, "/metadata/managedFields");
  if (sent != nullptr && write.subresource.empty()) {
    const bool reset = sent->empty() || (sent->size() == 1 && sent->front() == nothing);
    Managers given = managers_of(after);
    if (reset || !given.empty()) managers = std::move(given);
  }
  drop_managed_fields(old);
  drop_managed_fields(after);
  // An object without managed fields does not get any by an update.
  if (managers.empty() && !json::find_string(old, "/metadata/uid").empty()) return;

  Comparison difference = compare_for(operation, old, after);
  take_over(managers, difference, nullptr);
  Manager self = operation.self("Update");
  self.fields = std::move(difference.modified);
  self.fields.add(difference.added);
  self.fields.subtract(stripped());
  note(managers, std::move(self));
  set_managers(after, std::move(managers));
}

void keep_times_if_unchanged(const json::Value& live, json::Value& after) {
  const Managers then = managers_of(live);
  Managers now = managers_of(after);
  if (then.size() != now.size()) return;
  for (Manager& each : now) {
    const auto same = std::ranges::find_if(then, [&](const Manager& other) { return other.is(each); });
    if (same == then.end() || same->fields != each.fields || same->api_version != each.api_version) return;
    each.time = same->time;
  }
  json::Value bare_then = json::clone(live), bare_now = json::clone(after);
  drop_managed_fields(bare_then);
  drop_managed_fields(bare_now);
  if (bare_then == bare_now) set_managers(after, std::move(now));
}

}  // namespace snapstash::sim
