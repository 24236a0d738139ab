#pragma once
#include <string>

#include "sim/report/run_report.hpp"

namespace lparsim::report {

/// The part of the text report about virtual I/O: a table of disks, one of peers, and where the time of their requests went, from the
/// metrics. Empty without any.
std::string io_summary(const RunReport& report);

}  // namespace lparsim::report
