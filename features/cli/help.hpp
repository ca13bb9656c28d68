#pragma once
#include <string_view>

/// What `--help` says of a verb below its flags: rules, and examples to copy.
namespace snapstash::cli::help {

extern const std::string_view kCreateConfiguration, kCreateRestore, kCopySnapshot, kCopyConfiguration, kDebugBackup,
    kDebugRestore, kDebugOperator;

}  // namespace snapstash::cli::help
