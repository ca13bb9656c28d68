#pragma once
#include <string>
#include <string_view>

namespace snapstash::diagnosis {

/// Returns what to do about something that Kubernetes, the CSI driver or Snapstash complained of, "" when the complaint
/// says it itself or nothing is known. Pure: it goes by the words that kubelet, scheduler, quota, admission and the
/// external-snapshotter use.
std::string remedy_of(std::string_view complaint);

/// Where to look when the CSI side is silent.
extern const std::string_view kLookAtTheDriver;

}  // namespace snapstash::diagnosis
