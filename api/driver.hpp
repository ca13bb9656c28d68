#pragma once
#include "kernel/json/fields.hpp"

namespace snapstash::api {

/// Who carries out a backup. Snapstash does kVolumeSnapshotter; objects of kRestic belong to Stash and are left alone.
enum class Driver { kRestic, kVolumeSnapshotter };

}  // namespace snapstash::api

template <>
struct snapstash::json::EnumNames<snapstash::api::Driver> {
  static constexpr std::array<std::string_view, 2> values{"Restic", "VolumeSnapshotter"};
};
