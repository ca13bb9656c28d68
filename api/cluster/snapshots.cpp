#include "api/cluster/snapshots.hpp"

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::VolumeSnapshot>;
template struct snapstash::json::Codec<snapstash::api::VolumeSnapshotContent>;
template struct snapstash::json::Codec<snapstash::api::VolumeSnapshotClass>;
