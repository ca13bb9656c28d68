#include "api/retention_policy.hpp"

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::RetentionPolicy>;
