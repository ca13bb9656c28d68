#pragma once
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "features/cluster/stores.hpp"

/// For tests: stores of objects that have results to be measured.
namespace snapstash::metrics {

struct TestObjects {
  cluster::Stores stores;
  int version = 100;

  void put_configuration(
      std::string_view name, std::string_view uid = "c", std::string_view driver = "VolumeSnapshotter"
  ) {
    put(stores.configurations, configuration(name, uid, driver));
  }
  /// Still there, in a form that nobody understands.
  void break_configuration(std::string_view name, std::string_view uid = "c") {
    json::Value object = configuration(name, uid, "VolumeSnapshotter");
    object.at("spec").as_object()["schedule"] = json::Array();
    stores.configurations.apply(versioned(std::move(object)));
    ASSERT_FALSE(stores.configurations.all_broken().empty());
  }
  void remove_configuration(std::string_view name) {
    stores.configurations.remove(versioned(configuration(name, "c", "VolumeSnapshotter")));
  }

  /// The newest session of a configuration.
  void put_session(
      std::string_view configuration, std::string_view phase, std::string_view kind = "BackupConfiguration"
  ) {
    json::Value object = session(configuration, kind);
    object.as_object()["status"] =
        json::Object{{"phase", json::make_string(phase)}, {"sessionDuration", "5s"}, {"targets", json::Array()}};
    put(stores.sessions, std::move(object));
  }
  void remove_session(std::string_view configuration) { stores.sessions.remove(versioned(session(configuration))); }

  void put_restore(std::string_view name, std::string_view phase, std::string_view namespace_ = "demo") {
    put(stores.restores, json::Object{
                             {"metadata", metadata(name, namespace_, name)},
                             {"spec", json::Object{{"driver", "VolumeSnapshotter"}}},
                             {"status", json::Object{{"phase", json::make_string(phase)}, {"sessionDuration", "3s"}}}
                         });
  }

  void put_batch(std::string_view name) {
    put(stores.batches, json::Object{
                            {"metadata", metadata(name, "demo", name)},
                            {"spec",
                             json::Object{
                                 {"driver", "VolumeSnapshotter"},
                                 {"schedule", "@daily"},
                                 {"retentionPolicy", json::Object{{"name", "x"}, {"prune", true}}}
                             }}
                        });
  }

  /// As after the first lists.
  void sync() {
    for (runtime::StoreBase* store :
         {static_cast<runtime::StoreBase*>(&stores.configurations), static_cast<runtime::StoreBase*>(&stores.sessions),
          static_cast<runtime::StoreBase*>(&stores.batches), static_cast<runtime::StoreBase*>(&stores.restores),
          static_cast<runtime::StoreBase*>(&stores.restore_batches)}) {
      store->begin_initial();
      store->commit("1");
    }
  }

 private:
  static json::Object metadata(std::string_view name, std::string_view namespace_, std::string_view uid) {
    return {
        {"name", json::make_string(name)},
        {"namespace", json::make_string(namespace_)},
        {"uid", json::make_string(uid)},
        {"creationTimestamp", "2026-07-20T02:00:00Z"}
    };
  }
  static json::Object configuration(std::string_view name, std::string_view uid, std::string_view driver) {
    return {
        {"metadata", metadata(name, "demo", uid)},
        {"spec",
         json::Object{
             {"driver", json::make_string(driver)},
             {"schedule", "@daily"},
             {"retentionPolicy", json::Object{{"name", "x"}, {"prune", true}}}
         }}
    };
  }
  static json::Object session(std::string_view configuration, std::string_view kind = "BackupConfiguration") {
    return {
        {"metadata", metadata(fmt::format("{}-1", configuration), "demo", configuration)},
        {"spec",
         json::Object{
             {"invoker", json::Object{{"kind", json::make_string(kind)}, {"name", json::make_string(configuration)}}}
         }}
    };
  }
  json::Value versioned(json::Value object) {
    object.at("metadata").as_object()["resourceVersion"] = fmt::format("{}", ++version);
    return object;
  }
  template <class T>
  void put(runtime::Store<T>& store, json::Value object) {
    ASSERT_FALSE(store.apply(versioned(std::move(object))));
  }
};

}  // namespace snapstash::metrics
