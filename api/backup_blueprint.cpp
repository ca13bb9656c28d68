#include "api/backup_blueprint.hpp"

#include "kernel/json/codec_impl.hpp"
#include "kernel/json/schema_impl.hpp"

template struct snapstash::json::Codec<snapstash::api::BackupBlueprint>;
template struct snapstash::json::SchemaOf<snapstash::api::BackupBlueprint>;
