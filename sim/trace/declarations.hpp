#pragma once
// The parts of the declaration of the run file; private to sim/trace.
#include <vector>

#include "sim/trace/tables.hpp"

namespace lparsim::trace {

inline constexpr const char* kDispatchReasons =
    "Why it got the core, as in the dispatch trace log: 0 external interrupt, 1 firmware, 2 prod, 3 decrementer, 4 boot, 6 conferred, "
    "7 entitled slice goes on, 8 page fault, 10 doorbell.";
inline constexpr const char* kPreemptReasons =
    "Why it lost the core, as in the dispatch trace log: 0 none, 1 firmware, 2 cede, 3 confer, 4 end of slice.";

/// Level of detail.
std::vector<Table> detail_tables();
/// Of virtual I/O.
std::vector<Table> io_tables();
View io_view();
/// Of devices and their connections.
std::vector<Table> device_tables();
/// Of Virtual Service Partitions.
std::vector<Table> vsp_tables();
std::vector<View> vsp_views();

/// Of hypervisor calls.
std::vector<Table> hcall_tables();

std::vector<View> declare_views();

}  // namespace lparsim::trace
