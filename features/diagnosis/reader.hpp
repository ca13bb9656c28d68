#pragma once
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "features/diagnosis/facts.hpp"
#include "features/jobs/job_view.hpp"
#include "kernel/base/task.hpp"
#include "kernel/kube/client.hpp"

namespace snapstash::diagnosis {

/// Reads what it may. What it may not, or cannot, is noted and missing from the diagnosis, and is no error: who asks
/// why a backup failed seldom has all rights. What it has read it remembers: the members of a batch are looked at one
/// after the other, and much of what is around them is the same. What it could not read it asks for, and notes, again.
/// Must outlive its tasks.
class Reader {
 public:
  explicit Reader(kube::Client& client) : client_(client) {}

  /// Returns nothing when there is no such object, or it could not be read; `what` is how it is called then.
  Task<std::optional<json::Value>> get(kube::Resource resource, kube::Place place, std::string what);

  template <class T>
  Task<std::optional<T>> get(kube::Place place, std::string what) {
    const auto object = co_await get(T::kResource, std::move(place), what);
    if (!object) co_return std::nullopt;
    auto decoded = json::decode<T>(*object);
    if (decoded) co_return *std::move(decoded);
    note(what, decoded.error().message);
    co_return std::nullopt;
  }

  /// Returns nothing when they could not be listed. An object that cannot be read is left out and noted.
  Task<std::optional<json::Array>> list(kube::Resource resource, kube::Selection where, std::string what);

  template <class T>
  Task<std::vector<T>> list(kube::Selection where, std::string what) {
    std::vector<T> all;
    const auto items = co_await list(T::kResource, std::move(where), what);
    if (!items) co_return all;
    for (const json::Value& item : *items) {
      auto decoded = json::decode<T>(item);
      if (decoded) {
        all.push_back(*std::move(decoded));
      } else {
        note(fmt::format("one of {}", what), decoded.error().message);
      }
    }
    co_return all;
  }

  /// Whether the API server knows a group, at its path ("/apis/stash.appscode.com/v1beta1"); true when in doubt.
  Task<bool> knows(std::string path);

  /// Returns the Jobs that an object controls, each with its pods' trouble, or the event that says why it has no pod.
  Task<std::vector<jobs::JobView>> jobs_of(
      std::string namespace_, std::string owner_uid, const std::vector<Event>& events
  );

  /// Returns the warnings about objects of these names in a namespace, the newest last. A name that ends in a dash
  /// stands for all that begin with it.
  Task<std::vector<Event>> warnings(std::string namespace_, std::vector<std::string> names);

  kube::Client& client() { return client_; }
  const std::vector<std::string>& unseen() const { return unseen_; }

 private:
  void note(const std::string& what, const std::string& why);
  Task<std::optional<json::Value>> ask(kube::Resource resource, kube::Place place, std::string what);
  Task<std::optional<json::Array>> ask(kube::Resource resource, kube::Selection where, std::string what);

  kube::Client& client_;
  std::vector<std::string> unseen_;
  std::map<std::string, json::Value> objects_;  ///< By what was asked for.
  std::map<std::string, json::Array> lists_;
  std::map<std::string, bool> groups_;
};

}  // namespace snapstash::diagnosis
