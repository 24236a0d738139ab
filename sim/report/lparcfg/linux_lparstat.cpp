#include "sim/report/lparcfg/linux_lparstat.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "sim/report/lparcfg/processor_times.hpp"

namespace lparsim::report {
namespace {

std::string two_digits(double value) {
  return fmt::format("{:.2f}", value);
}

/// A share of the time that passed on the logical processors; stolen time is in neither.
std::string share(std::int64_t part, std::int64_t total) {
  if (total == 0) return "nan";
  return two_digits(static_cast<float>(static_cast<long double>(part) / static_cast<long double>(total) * 100));
}

std::string physc_of(const LinuxCounters& before, const LinuxCounters& after) {
  const auto purr = static_cast<float>(after.purr_ticks() - before.purr_ticks());
  const auto timebase = static_cast<float>(after.timebase() - before.timebase());
  return two_digits(purr / timebase);
}

/// The shared pool's idle time: a dedicated partition has no line of it, which counts as 0.
std::string app_of(const LinuxCounters& before, const LinuxCounters& after, bool dedicated) {
  if (dedicated) return two_digits(0);
  const auto idle = static_cast<float>(timebase_ticks(after.pool_idle) - timebase_ticks(before.pool_idle));
  const auto microseconds = (after.at - before.at).ps() / 1'000'000;
  const auto elapsed = static_cast<float>(static_cast<double>(microseconds) / 1e6);
  return two_digits(idle / static_cast<float>(kTimebaseHertz) / elapsed);
}

}  // namespace

LparstatRow lparstat_row(const LinuxCounters& before, const LinuxCounters& after, bool dedicated) {
  const ProcessorTimes then = processor_times(before), now = processor_times(after);
  const std::int64_t user = now.user - then.user, sys = now.sys - then.sys, idle = now.idle - then.idle;
  const std::int64_t iowait = now.iowait - then.iowait, total = user + sys + idle + iowait;
  LparstatRow row;
  row.user = share(user, total);
  row.sys = share(sys, total);
  row.wait = share(iowait, total);
  row.idle = share(idle, total);
  row.lbusy = share(user + sys, total);
  row.physc = physc_of(before, after);
  // From the printed cells.
  row.entc = two_digits(std::atof(row.physc.c_str()) / std::atof(two_digits(after.entitlement.value()).c_str()) * 100);
  row.app = app_of(before, after, dedicated);
  row.vcsw = std::to_string(after.yields);
  row.phint = std::to_string(after.phantom_interrupts);
  return row;
}

}  // namespace lparsim::report
