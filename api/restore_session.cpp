#include "api/restore_session.hpp"

#include "kernel/json/codec_impl.hpp"
#include "kernel/json/schema_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::RestoreSession>;
template struct snapstash::json::SchemaOf<snapstash::api::RestoreSession>;
