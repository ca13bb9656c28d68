#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/faults/strike.hpp"

namespace snapstash::sim {

/// How often what a strike may aim at came by, per node.
struct Traffic {
  std::uint64_t writes = 0, calls = 0, frames = 0;
};

/// Lets the strikes happen, each at its point and once. Also counts what passes: a run without strikes says which
/// points there are.
class StrikePlan final : public Faults {
 public:
  explicit StrikePlan(std::vector<Strike> strikes) : strikes_(std::move(strikes)), done_(strikes_.size(), false) {}

  /// Called for strikes of the world around (Effect::kPause and after), inside of a step.
  std::function<void(const Strike&)> on_world;
  /// From now on nothing goes wrong any more.
  void cease() { ceased_ = true; }

  /// Which strikes came to their point.
  std::size_t struck() const { return struck_; }
  const std::map<std::string, Traffic>& traffic() const { return traffic_; }

  RequestVerdict on_request(const RequestPoint& point) override;
  ResponseVerdict on_response(const RequestPoint& point, const wire::Response& response) override;
  FrameVerdict on_frame(const FramePoint& point) override;

 private:
  /// Returns the strike at this point, marked as done, or nullptr.
  const Strike* take(std::string_view node, Aim aim, std::uint64_t number, bool before);
  FrameVerdict frame_verdict(const Strike& strike, const FramePoint& point);

  std::vector<Strike> strikes_;
  std::vector<bool> done_;
  std::size_t struck_ = 0;
  bool ceased_ = false;
  std::map<std::string, Traffic> traffic_;
  std::map<std::pair<std::string, std::uint64_t>, std::uint64_t> calls_;  // call number of a request in flight
  std::set<std::string> expire_;                                          // nodes whose next resumed watch has expired
  std::set<std::string> no_bookmarks_, no_end_;                           // nodes that get none
  /// By node and the number of its watch: what a stream had before, it may have again, another one's it may not.
  std::map<std::pair<std::string, std::uint64_t>, std::string> last_frame_;
};

}  // namespace snapstash::sim
