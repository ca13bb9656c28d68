#include "api/backup_batch.hpp"

#include "kernel/json/codec_impl.hpp"
#include "kernel/json/schema_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::BackupBatch>;
template struct snapstash::json::SchemaOf<snapstash::api::BackupBatch>;
