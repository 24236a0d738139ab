#pragma once
// Tables `device`, `connection` and `io_route`; private to sim/trace.
#include "sim/trace/facts.hpp"

namespace SQLite {
class Database;
}

namespace lparsim::trace {

void insert_devices(SQLite::Database& file, const RunInfo& run);
/// Fills in devices, connections and routes; none in files of before they were written.
void read_devices(SQLite::Database& file, RunInfo& run);

}  // namespace lparsim::trace
