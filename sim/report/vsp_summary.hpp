#pragma once
#include <string>

#include "sim/report/run_report.hpp"

namespace lparsim::report {

/// What Virtual Service Partitions did and what it added, for the text report; empty where there is none.
std::string vsp_summary(const RunReport& report);

}  // namespace lparsim::report
