#include "api/cluster/volumes.hpp"

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::PersistentVolumeClaim>;
template struct snapstash::json::Codec<snapstash::api::PersistentVolume>;
template struct snapstash::json::Codec<snapstash::api::StorageClass>;
