#include "api/cluster/jobs.hpp"

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::Job>;
template struct snapstash::json::Codec<snapstash::api::Pod>;
template struct snapstash::json::Codec<snapstash::api::Node>;
template struct snapstash::json::Codec<snapstash::api::CoreEvent>;
