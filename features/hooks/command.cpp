#include "features/hooks/command.hpp"

#include "features/hooks/run.hpp"
#include "features/jobs/report.hpp"

namespace snapstash::hooks {

Task<int> run_post(jobs::Ports ports, Errand errand) {
  const auto done = co_await run(ports, *errand.post, errand).as_result();
  const std::string outcome = done ? std::string() : done.error().message;
  ports.last_words(jobs::encode_report({.errors = {}, .hooks = {{std::string(jobs::kPost), outcome}}}));
  if (done) {
    ports.log.info("the post hook ran", {{"session", errand.facts.name}});
    co_return jobs::kDone;
  }
  ports.log.error("the post hook failed", {{"session", errand.facts.name}, {"error", outcome}});
  co_return jobs::kFailed;
}

}  // namespace snapstash::hooks
