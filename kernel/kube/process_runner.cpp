#include "kernel/kube/process_runner.hpp"

#include <utility>

namespace snapstash::kube {
namespace {

class SystemProcessRunner final : public ProcessRunner {
 public:
  explicit SystemProcessRunner(wire::EventLoop& loop) : loop_(loop) {}
  Task<Result<wire::ProcessResult>> run(wire::ProcessSpec spec) override {
    return wire::run_process(loop_, std::move(spec));
  }

 private:
  wire::EventLoop& loop_;
};

}  // namespace

std::unique_ptr<ProcessRunner> make_process_runner(wire::EventLoop& loop) {
  return std::make_unique<SystemProcessRunner>(loop);
}

}  // namespace snapstash::kube
