// Schedules: what is accepted has something in each set, or a period.
#include "api/cron.hpp"

#include "tests/fuzz/input.hpp"

using namespace snapstash;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto schedule = api::parse_cron(fuzz::Input(data, size).rest());
  if (!schedule) {
    fuzz::check(schedule.error().is(Code::kInvalid) && !schedule.error().message.empty());
  } else if (schedule->every) {
    fuzz::check(*schedule->every >= std::chrono::seconds(1));
  } else {
    fuzz::check(schedule->minutes != 0 && schedule->minutes >> 60U == 0);
    fuzz::check(schedule->hours != 0 && schedule->hours >> 24U == 0);
    fuzz::check(schedule->days_of_month != 0 && schedule->days_of_month >> 32U == 0);
    fuzz::check(schedule->months != 0 && schedule->months >> 13U == 0);
    fuzz::check(schedule->days_of_week != 0 && schedule->days_of_week >> 7U == 0);
  }
  return 0;
}
