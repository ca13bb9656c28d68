#include "api/backup_configuration.hpp"

#include "kernel/json/codec_impl.hpp"
#include "kernel/json/schema_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::BackupConfiguration>;
template struct snapstash::json::SchemaOf<snapstash::api::BackupConfiguration>;
