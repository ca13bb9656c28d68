#include "kernel/kube/object_meta.hpp"

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::kube::ObjectMeta>;
