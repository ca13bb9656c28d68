#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace snapstash::wire {

/// How a client asks for an answer.
enum class Way {
  kCall,    ///< Whole: a file NAME.call.
  kStream,  ///< Bit by bit, as a watch: NAME.watch.
  kSocket,  ///< As the frames of a WebSocket, after a handshake that is made on the spot: NAME.exec.
};

/// What an API server once answered, byte by byte.
struct Recording {
  std::string name;
  Way way = Way::kCall;
  std::string bytes;
};

/// Returns the recordings of a folder by name. Throws std::runtime_error for a file of another kind, and when there is
/// none.
std::vector<Recording> load_recordings(const std::filesystem::path& folder);

}  // namespace snapstash::wire
