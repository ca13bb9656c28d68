#include "kernel/json/test_kinds.hpp"

#include "kernel/json/codec_impl.hpp"
#include "kernel/json/schema_impl.hpp"

template struct snapstash::json::Codec<snapstash::json::testing::Leaf>;
template struct snapstash::json::Codec<snapstash::json::testing::Plant>;
template struct snapstash::json::SchemaOf<snapstash::json::testing::Plant>;
