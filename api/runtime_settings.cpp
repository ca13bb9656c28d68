#include "api/runtime_settings.hpp"

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::RuntimeSettings>;
