#include "api/claim_template.hpp"

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::ClaimTemplate>;
