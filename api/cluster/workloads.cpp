#include "api/cluster/workloads.hpp"

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::Deployment>;
template struct snapstash::json::Codec<snapstash::api::DaemonSet>;
template struct snapstash::json::Codec<snapstash::api::StatefulSet>;
