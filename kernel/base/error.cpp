#include "kernel/base/error.hpp"

namespace snapstash {

std::string_view name_of(Code code) {
  switch (code) {
    case Code::kNotFound: return "NotFound";
    case Code::kAlreadyExists: return "AlreadyExists";
    case Code::kConflict: return "Conflict";
    case Code::kExpired: return "Expired";
    case Code::kUnauthorized: return "Unauthorized";
    case Code::kForbidden: return "Forbidden";
    case Code::kInvalid: return "Invalid";
    case Code::kTooManyRequests: return "TooManyRequests";
    case Code::kTooLargeVersion: return "ResourceVersionTooLarge";
    case Code::kUnavailable: return "Unavailable";
    case Code::kUnknownOutcome: return "UnknownOutcome";
    case Code::kTimeout: return "Timeout";
    case Code::kMalformed: return "Malformed";
    case Code::kCancelled: return "Cancelled";
    case Code::kInternal: return "Internal";
  }
  return "Internal";
}

Error Error::in(std::string_view context) && {
  message = std::string(context) + ": " + message;
  return std::move(*this);
}

}  // namespace snapstash
