#include "features/jobs/create.hpp"

namespace snapstash::jobs {

Task<Result<std::string>> create(const cluster::Context& context, std::string owner_uid, json::Value job) {
  const json::Value created =
      co_await context.client.create(api::Job::kResource, std::move(job), kube::owned_by(std::move(owner_uid)));
  co_return std::string(json::find_string(created, "/metadata/resourceVersion"));
}

}  // namespace snapstash::jobs
