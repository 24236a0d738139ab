#include "sim/trace/reader.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "sim/trace/device_rows.hpp"
#include "sim/trace/header.hpp"
#include "sim/trace/interval_sum.hpp"
#include "sim/trace/open_database.hpp"
#include "sim/trace/process.hpp"
#include "sim/trace/reader_query.hpp"
#include "sim/trace/tables.hpp"

namespace lparsim::trace {

namespace {

using namespace query;

/// Columns that later versions added are missing in older files.
bool has_column(const SQLite::Database& database, const char* table, const char* column) {
  SQLite::Statement q{database, "SELECT count(*) FROM pragma_table_info(?) WHERE name = ?"};
  q.bind(1, table);
  q.bind(2, column);
  return q.executeStep() && q.getColumn(0).getInt() > 0;
}

std::vector<ServerFacts> read_servers(const SQLite::Database& database) {
  const bool with_chips = has_column(database, "server", "cores_per_chip");
  SQLite::Statement q{database, fmt::format("SELECT id, name, model, generation, cores, smt, frequency_hz, memory_bytes, "
                                            "dispatch_window_ps, excess_slice_ps, excess_sharers, {} FROM server ORDER BY id",
                                            with_chips ? "cores_per_chip" : "0")};
  return rows<ServerFacts>(q, [](SQLite::Statement& r) {
    return ServerFacts{id<ServerId>(r.getColumn(0)),
                       text(r.getColumn(1)),
                       text(r.getColumn(2)),
                       text(r.getColumn(3)),
                       count(r.getColumn(4)),
                       count(r.getColumn(5)),
                       Hertz{r.getColumn(6).getDouble()},
                       bytes(r.getColumn(7)),
                       time(r.getColumn(8)),
                       time(r.getColumn(9)),
                       text(r.getColumn(10)),
                       count(r.getColumn(11))};
  });
}

std::vector<PoolFacts> read_pools(const SQLite::Database& database) {
  SQLite::Statement q{database, "SELECT server, id, name, maximum_pu, reserved_pu FROM pool ORDER BY rowid"};
  return rows<PoolFacts>(q, [](SQLite::Statement& r) {
    return PoolFacts{id<ServerId>(r.getColumn(0)), id<PoolId>(r.getColumn(1)), text(r.getColumn(2)), units(r.getColumn(3)),
                     units(r.getColumn(4))};
  });
}

std::vector<PartitionFacts> read_partitions(const SQLite::Database& database) {
  SQLite::Statement q{
      database,
      "SELECT server, id, name, type, mode, entitlement_pu, virtual_processors, capped, weight, pool, smt, memory_bytes, cores, "
      "sharing_mode FROM \"partition\" ORDER BY rowid"};
  return rows<PartitionFacts>(q, [](SQLite::Statement& r) {
    PartitionFacts p;
    p.server = id<ServerId>(r.getColumn(0));
    p.partition = id<PartitionId>(r.getColumn(1));
    p.name = text(r.getColumn(2));
    p.type = text(r.getColumn(3));
    p.mode = text(r.getColumn(4));
    p.entitlement = units(r.getColumn(5));
    p.virtual_processors = count(r.getColumn(6));
    p.capped = integer(r.getColumn(7)) != 0;
    p.weight = count(r.getColumn(8));
    p.pool = text(r.getColumn(9));
    p.smt = count(r.getColumn(10));
    p.memory = bytes(r.getColumn(11));
    p.cores = count(r.getColumn(12));
    p.sharing_mode = text(r.getColumn(13));
    return p;
  });
}

std::vector<WorkloadFacts> read_workloads(const SQLite::Database& database) {
  SQLite::Statement q{database, "SELECT server, \"partition\", name, type FROM workload ORDER BY rowid"};
  return rows<WorkloadFacts>(q, [](SQLite::Statement& r) {
    return WorkloadFacts{id<ServerId>(r.getColumn(0)), id<PartitionId>(r.getColumn(1)), text(r.getColumn(2)), text(r.getColumn(3))};
  });
}

}  // namespace

const char* name_of(RunState state) {
  switch (state) {
    case RunState::running:
      return "running";
    case RunState::interrupted:
      return "interrupted";
    case RunState::finished:
      break;
  }
  return "finished";
}

Reader::Reader(std::filesystem::path path, std::unique_ptr<SQLite::Database> database)
    : path_{std::move(path)}, database_{std::move(database)} {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(const std::filesystem::path& path) {
  const auto refuse = [&](const std::string& reason) {
    return unexpected(fmt::format("cannot read {}: {}", path.string(), reason));
  };
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) return refuse("it is a directory, not a run file");
  const Result<Header> header = read_header(path);
  if (!header) return refuse(header.error());
  if (header->size == 0) return refuse("the file is empty; a run file of lparsim is needed");
  if (!header->is_run_file) return refuse("it is not a run file of lparsim");
  if (header->version > kFormatVersion)
    return refuse(fmt::format("it was written by a newer lparsim (format {}; this one reads up to {})", header->version, kFormatVersion));
  if (header->version < kOldestFormatVersion)
    return refuse(
        fmt::format("it was written by an older lparsim (format {}; this one reads {} to {}); run its scenario again, whose text is in "
                    "column scenario_text of table run",
                    header->version, kOldestFormatVersion, kFormatVersion));
  std::error_code no_journal;
  const std::uintmax_t journal = std::filesystem::file_size(path.string() + "-wal", no_journal);
  if ((no_journal || journal == 0) && header->size < header->should_be)
    return refuse(fmt::format("it is cut short: {} of {} bytes are there", header->size, header->should_be));
  try {
    Reader reader{path, open_database(path)};
    if (!reader.database_->tableExists("run")) return refuse("the run that wrote it was stopped before it had begun");
    return reader;
  } catch (const SQLite::Exception& e) {
    return refuse(e.what());
  }
}

std::shared_ptr<void> Reader::snapshot() const {
  return std::make_shared<SQLite::Transaction>(*database_);
}

RunState Reader::state() const {
  const auto state = guarded([&] { return database_->execAndGet("SELECT state FROM run").getString(); });
  if (state && *state == "finished") return RunState::finished;
  const auto process = guarded([&] {
    ProcessIdentity p;
    SQLite::Statement q{*database_, "SELECT key, value FROM host"};
    while (q.executeStep()) {
      const std::string key = text(q.getColumn(0));
      if (key == "pid") p.pid = integer(q.getColumn(1));
      if (key == "process_start") p.start = integer(q.getColumn(1));
      if (key == "boot_id") p.boot_id = text(q.getColumn(1));
    }
    return p;
  });
  return process && is_alive(*process) ? RunState::running : RunState::interrupted;
}

Result<RunInfo> Reader::run() const {
  return guarded([&] {
    SQLite::Statement q{*database_,
                        "SELECT scenario, description, scenario_text, overrides, seed, version, duration_ps, warmup_ps FROM run"};
    RunInfo run;
    if (q.executeStep()) {
      run.scenario_name = text(q.getColumn(0));
      run.description = text(q.getColumn(1));
      run.scenario_text = text(q.getColumn(2));
      run.overrides = text(q.getColumn(3));
      run.seed = static_cast<std::uint64_t>(integer(q.getColumn(4)));
      run.version = text(q.getColumn(5));
      run.duration = time(q.getColumn(6));
      run.warmup = time(q.getColumn(7));
    }
    run.servers = read_servers(*database_);
    run.pools = read_pools(*database_);
    run.partitions = read_partitions(*database_);
    run.workloads = read_workloads(*database_);
    run.vsp_hooks = vsp_hooks(*database_);
    run.hcalls = hcalls(*database_);
    read_devices(*database_, run);
    SQLite::Statement assumptions{*database_, "SELECT text FROM assumption ORDER BY id"};
    run.assumptions = rows<std::string>(assumptions, [](SQLite::Statement& r) { return text(r.getColumn(0)); });
    return run;
  });
}

Result<SimTime> Reader::simulated() const {
  return guarded([&] { return SimTime::from_ps(database_->execAndGet("SELECT simulated_ps FROM run").getInt64()); });
}

Result<HostFacts> Reader::host() const {
  return guarded([&] {
    HostFacts host;
    SQLite::Statement q{*database_, "SELECT key, value FROM host"};
    while (q.executeStep()) {
      const std::string key = text(q.getColumn(0));
      const SQLite::Column value = q.getColumn(1);
      if (key == "hostname") host.hostname = text(value);
      if (key == "started_at") host.started_at = text(value);
      if (key == "finished_at") host.finished_at = text(value);
      if (key == "trace_level") host.trace_level = text(value);
      if (key == "scenario_file") host.scenario_file = text(value);
      if (key == "wall_s") host.wall_seconds = value.getDouble();
      if (key == "events") host.events = integer(value);
      if (key == "dispatches") host.dispatches = integer(value);
      if (key == "peak_memory_bytes") host.peak_memory_bytes = integer(value);
    }
    return host;
  });
}

Result<std::vector<MetricValue>> Reader::metrics() const {
  return guarded([&] {
    const bool with_intervals = has_column(*database_, "metric", "ci95");
    SQLite::Statement q{*database_,
                        fmt::format("SELECT name, value, unit, description, {} FROM metric ORDER BY id", with_intervals ? "ci95" : "NULL")};
    return rows<MetricValue>(q, [](SQLite::Statement& r) {
      return MetricValue{text(r.getColumn(0)), real(r.getColumn(1)), text(r.getColumn(2)), text(r.getColumn(3)), real(r.getColumn(4))};
    });
  });
}

Result<std::vector<std::string>> Reader::remarks() const {
  return guarded([&] {
    if (!database_->tableExists("remark")) return std::vector<std::string>{};
    SQLite::Statement q{*database_, "SELECT text FROM remark ORDER BY id"};
    return rows<std::string>(q, [](SQLite::Statement& r) { return text(r.getColumn(0)); });
  });
}

Result<std::vector<ExpectationResult>> Reader::expectations() const {
  return guarded([&] {
    SQLite::Statement q{*database_, "SELECT text, metric, passed, actual, unit, reason FROM expectation ORDER BY id"};
    return rows<ExpectationResult>(q, [](SQLite::Statement& r) {
      const SQLite::Column passed = r.getColumn(2);
      return ExpectationResult{
          text(r.getColumn(0)), text(r.getColumn(1)), passed.isNull() ? std::nullopt : std::optional{integer(passed) != 0},
          real(r.getColumn(3)), text(r.getColumn(4)), text(r.getColumn(5))};
    });
  });
}

Result<std::vector<ControlChange>> Reader::control_changes() const {
  return guarded([&] {
    if (!database_->tableExists("control")) return std::vector<ControlChange>{};
    SQLite::Statement q{*database_, "SELECT number, at_ps, text FROM control ORDER BY number"};
    return rows<ControlChange>(q, [](SQLite::Statement& r) {
      return ControlChange{count(r.getColumn(0)), time(r.getColumn(1)), text(r.getColumn(2))};
    });
  });
}

Result<std::vector<LogEntry>> Reader::log() const {
  return guarded([&] {
    SQLite::Statement q{*database_, "SELECT at_ps, severity, text FROM log ORDER BY rowid"};
    return rows<LogEntry>(q, [](SQLite::Statement& r) {
      return LogEntry{time(r.getColumn(0)), text(r.getColumn(1)), text(r.getColumn(2))};
    });
  });
}

Result<std::vector<PoolIntervalSample>> Reader::pool_intervals() const {
  return guarded([&] {
    SQLite::Statement q{*database_, "SELECT server, pool, begin_ps, length_ps, used_ps, idle_ps FROM pool_interval ORDER BY rowid"};
    return rows<PoolIntervalSample>(q, [](SQLite::Statement& r) {
      return PoolIntervalSample{id<ServerId>(r.getColumn(0)), id<PoolId>(r.getColumn(1)),
                                time(r.getColumn(2)),         time(r.getColumn(2)) + time(r.getColumn(3)),
                                time(r.getColumn(4)),         time(r.getColumn(5))};
    });
  });
}

Result<std::vector<VpIntervalSample>> Reader::vp_intervals(ServerId server, PartitionId partition) const {
  return guarded([&] {
    SQLite::Statement q{*database_,
                        "SELECT vp, begin_ps, length_ps, consumed_ps, wait_capacity_ps, wait_processor_ps, dispatches, voluntary, "
                        "involuntary, same_core, same_chip, other_chip FROM vp_interval WHERE server = ? AND \"partition\" = ? "
                        "ORDER BY begin_ps, vp"};
    q.bind(1, static_cast<std::uint32_t>(server));
    q.bind(2, static_cast<std::uint32_t>(partition));
    return rows<VpIntervalSample>(q, [&](SQLite::Statement& r) {
      VpIntervalSample i{server, partition, count(r.getColumn(0)), time(r.getColumn(1)), time(r.getColumn(1)) + time(r.getColumn(2)), {},
                         {},     {}};
      int at = 3;
      for (SimTime* sum : {&i.consumed, &i.wait_capacity, &i.wait_processor}) *sum = time(r.getColumn(at++));
      for (std::uint64_t* sum : {&i.dispatches, &i.voluntary, &i.involuntary, &i.same_core, &i.same_chip, &i.other_chip})
        *sum = static_cast<std::uint64_t>(integer(r.getColumn(at++)));
      return i;
    });
  });
}

Result<std::vector<LogicalIntervalSample>> Reader::logical_intervals(ServerId server, PartitionId partition) const {
  return guarded([&] {
    SQLite::Statement q{*database_,
                        "SELECT vp, thread, begin_ps, length_ps, user_ps, sys_ps, wait_ps, idle_ps, busy_ps, context_switches, "
                        "involuntary_switches, same_logical, same_virtual, other_virtual FROM logical_interval "
                        "WHERE server = ? AND \"partition\" = ? ORDER BY begin_ps, vp, thread"};
    q.bind(1, static_cast<std::uint32_t>(server));
    q.bind(2, static_cast<std::uint32_t>(partition));
    return rows<LogicalIntervalSample>(q, [&](SQLite::Statement& r) {
      LogicalIntervalSample i;
      i.server = server;
      i.partition = partition;
      i.vp = count(r.getColumn(0));
      i.thread = count(r.getColumn(1));
      i.begin = time(r.getColumn(2));
      i.end = i.begin + time(r.getColumn(3));
      int at = 4;
      for (SimTime* sum : {&i.user, &i.sys, &i.wait, &i.idle, &i.busy}) *sum = time(r.getColumn(at++));
      for (std::uint64_t* sum : {&i.context_switches, &i.involuntary_switches, &i.same_logical, &i.same_virtual, &i.other_virtual})
        *sum = static_cast<std::uint64_t>(integer(r.getColumn(at++)));
      return i;
    });
  });
}

Result<std::vector<IntervalSample>> Reader::intervals(ServerId server, PartitionId partition, std::optional<SimTime> step) const {
  auto samples = guarded([&] {
    SQLite::Statement q{
        *database_,
        "SELECT begin_ps, length_ps, virtual_processors, logical_processors, capped, weight, entitled_ps, consumed_ps, user_ps, sys_ps, "
        "wait_ps, idle_ps, donated_ps, logical_busy_ps, logical_available_ps, pool_idle_ps, wait_capacity_ps, wait_processor_ps, "
        "scaled_ps, scaled_idle_ps, spinning_ps, snoozing_ps, runnable_ps, unfolded_ps, dispatches, preemptions, vcsw, phint, "
        "context_switches, interrupts FROM interval WHERE server = ? AND \"partition\" = ? ORDER BY begin_ps"};
    q.bind(1, static_cast<std::uint32_t>(server));
    q.bind(2, static_cast<std::uint32_t>(partition));
    return rows<IntervalSample>(q, [&](SQLite::Statement& r) {
      IntervalSample i;
      i.server = server;
      i.partition = partition;
      i.begin = time(r.getColumn(0));
      i.end = i.begin + time(r.getColumn(1));
      i.virtual_processors = count(r.getColumn(2));
      i.logical_processors = count(r.getColumn(3));
      i.capped = integer(r.getColumn(4)) != 0;
      i.weight = count(r.getColumn(5));
      int at = 6;
      for (SimTime IntervalSample::*sum : kIntervalTimes) i.*sum = time(r.getColumn(at++));
      for (std::uint64_t IntervalSample::*sum : kIntervalCounts) i.*sum = static_cast<std::uint64_t>(integer(r.getColumn(at++)));
      return i;
    });
  });
  if (!samples || !step) return samples;
  return put_together(*samples, *step);
}

}  // namespace lparsim::trace
