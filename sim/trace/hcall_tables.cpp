// What a run file says of hypervisor calls: the declaration, and how it is read.
#include <SQLiteCpp/SQLiteCpp.h>

#include "sim/trace/declarations.hpp"
#include "sim/trace/reader_query.hpp"

namespace lparsim::trace {

using namespace query;

std::vector<Table> hcall_tables() {
  return {
      {"hcall",
       "The hypervisor calls that have a name, whether they were made or not.",
       {{"token", "INTEGER PRIMARY KEY", "", "Its function token."}, {"name", "TEXT", "", "As LoPAR calls it: H_CEDE."}},
       "",
       ""},
      {"hcall_interval",
       "The hypervisor calls of each partition in the same intervals as in `interval` (trace level summary); no row where there was none. "
       "What a Virtual Service Partition answered instead of the hypervisor is in vsp_ledger.",
       {{"server", "INTEGER", "", "Server, `server.id`."},
        {"partition", "INTEGER", "", "The caller within its server, `partition.id`."},
        {"token", "INTEGER", "", "Which call, `hcall.token`; one without a name there is unknown to the hypervisor."},
        {"begin_ps", "INTEGER", "ps", "Begin of the interval."},
        {"length_ps", "INTEGER", "ps", "Its length."},
        {"calls", "INTEGER", "", "How often."},
        {"refused", "INTEGER", "", "Of these, with a return code below 0 (H_Parameter, H_Function, ...)."}},
       "",
       ""}};
}

std::vector<HcallFacts> query::hcalls(SQLite::Database& file) {
  if (!file.tableExists("hcall")) return {};
  SQLite::Statement q{file, "SELECT token, name FROM hcall ORDER BY token"};
  return rows<HcallFacts>(q, [](SQLite::Statement& r) { return HcallFacts{count(r.getColumn(0)), text(r.getColumn(1))}; });
}

Result<std::vector<HcallIntervalSample>> Reader::hcall_intervals(std::optional<PartitionKey> partition) const {
  return guarded([&] {
    if (!database_->tableExists("hcall_interval")) return std::vector<HcallIntervalSample>{};
    SQLite::Statement q{*database_,
                        "SELECT server, \"partition\", token, begin_ps, length_ps, calls, refused FROM hcall_interval "
                        "WHERE ?1 OR (server = ?2 AND \"partition\" = ?3) ORDER BY begin_ps, server, \"partition\", token"};
    const PartitionKey key = partition.value_or(PartitionKey{});
    q.bind(1, partition ? 0 : 1);
    q.bind(2, static_cast<std::int64_t>(key.server));
    q.bind(3, static_cast<std::int64_t>(key.partition));
    return rows<HcallIntervalSample>(q, [](SQLite::Statement& r) {
      const SimTime begin = time(r.getColumn(3));
      return HcallIntervalSample{id<ServerId>(r.getColumn(0)),
                                 id<PartitionId>(r.getColumn(1)),
                                 count(r.getColumn(2)),
                                 begin,
                                 begin + time(r.getColumn(4)),
                                 static_cast<std::uint64_t>(integer(r.getColumn(5))),
                                 static_cast<std::uint64_t>(integer(r.getColumn(6)))};
    });
  });
}

}  // namespace lparsim::trace
