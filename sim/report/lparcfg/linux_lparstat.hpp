#pragma once
#include <string>

#include "sim/report/lparcfg/linux_counters.hpp"

namespace lparsim::report {

/// One line of `lparstat INTERVAL` of powerpc-utils 1.3.10, each cell as it prints it.
struct LparstatRow {
  std::string user, sys, wait, idle, physc, entc, lbusy, app, vcsw, phint;
};

/// What that command makes of the files of /proc at two times: from the same whole numbers and in the same precision (single, but for
/// %entc, which starts from the printed physc), so that the last digit agrees too. validation/real_client holds it against the real one.
LparstatRow lparstat_row(const LinuxCounters& before, const LinuxCounters& after, bool dedicated);

}  // namespace lparsim::report
