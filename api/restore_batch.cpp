#include "api/restore_batch.hpp"

#include "kernel/json/codec_impl.hpp"
#include "kernel/json/schema_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::RestoreBatch>;
template struct snapstash::json::SchemaOf<snapstash::api::RestoreBatch>;
