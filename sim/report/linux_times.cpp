#include "sim/report/linux_times.hpp"

#include <algorithm>

namespace lparsim::report {

namespace {

double part_of(double whole, SimTime part, SimTime other) {
  const double sum = (part + other).seconds();
  return sum > 0 ? whole * part.seconds() / sum : 0.0;
}

}  // namespace

LinuxTimes::LinuxTimes(const trace::IntervalSample& i) {
  const double available = i.logical_available.seconds();
  const double busy = std::min(i.logical_busy.seconds(), available);
  user = part_of(busy, i.user, i.sys);
  system = busy - user;
  const double threads = i.virtual_processors == 0 ? 0.0 : static_cast<double>(i.logical_processors) / i.virtual_processors;
  stolen = std::min(threads * (i.wait_capacity + i.wait_processor).seconds(), available - busy);
  wait = part_of(available - busy - stolen, i.wait, i.idle);
  idle = available - busy - stolen - wait;
}

}  // namespace lparsim::report
