#include "sim/trace/run_file.hpp"

#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "sim/trace/bulk_insert.hpp"
#include "sim/trace/detail_tables.hpp"
#include "sim/trace/device_rows.hpp"
#include "sim/trace/history_rows.hpp"
#include "sim/trace/inserter.hpp"
#include "sim/trace/io_rows.hpp"
#include "sim/trace/process.hpp"
#include "sim/trace/tables.hpp"
#include "sim/trace/target.hpp"
#include "sim/trace/vsp_rows.hpp"

namespace lparsim::trace {

namespace {

/// How long to wait for readers to leave the file before it stays in WAL mode.
constexpr int kReadersLeaveMilliseconds = 1000;

const char* name_of(Level level) {
  switch (level) {
    case Level::off:
      return "off";
    case Level::summary:
      return "summary";
    case Level::full:
      break;
  }
  return "full";
}

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      break;
  }
  return "error";
}

std::string machine_of(const RunInfo& run) {
  std::string machine;
  for (const ServerFacts& s : run.servers) machine += (machine.empty() ? "" : ", ") + (s.model.empty() ? s.generation : s.model);
  return machine;
}

/// BulkInsert::Result of an array of Row, whose columns in the order of the table are what kColumn hands over.
template <class Row, auto kColumn>
void result(sqlite3_context* to, const void* rows, std::size_t row, int column) {
  kColumn(to, static_cast<const Row*>(rows)[row], column);
}

}  // namespace

struct RunFile::Statements {
  explicit Statements(SQLite::Database& d)
      : name{d, "name"},
        track{d, "track"},
        dispatch{d, "dispatch", result<DispatchSpan, dispatch_column>},
        span{d, "span", result<SpanRow, span_column>},
        counter{d, "counter", result<CounterRow, counter_column>},
        io_request{d, "io_request", result<IoRequestRow, io_request_column>},
        io_interval{d, "io_interval", result<IoIntervalSample, io_interval_column>},
        vsp_call{d, "vsp_call", result<VspCall, vsp_call_column>},
        vsp_ledger{d, "vsp_ledger", result<VspLedgerRow, vsp_ledger_column>},
        instant{d, "instant"},
        interval{d, "interval"},
        vp_interval{d, "vp_interval"},
        logical_interval{d, "logical_interval"},
        pool_interval{d, "pool_interval"},
        device_interval{d, "device_interval"},
        io_target{d, "io_target"},
        io_path{d, "io_path"},
        vsp_event{d, "vsp_event"},
        hcall_interval{d, "hcall_interval"},
        control{d, "control"},
        log{d, "log"},
        metric{d, "metric"},
        expectation{d, "expectation"},
        remark{d, "remark"},
        host{d, "host"} {}
  Inserter name, track;
  BulkInsert dispatch, span, counter, io_request, io_interval, vsp_call, vsp_ledger;
  Inserter instant, interval, vp_interval, logical_interval, pool_interval, device_interval, io_target, io_path, vsp_event, hcall_interval,
      control, log, metric, expectation, remark, host;
};

/// Runs the action and gives every SQLite error path and reason.
template <class Action>
void RunFile::guarded(const Action& action) {
  try {
    action();
  } catch (const SQLite::Exception& e) {
    std::string reason = e.what();
    const bool io = e.getErrorCode() == SQLITE_IOERR || e.getErrorCode() == SQLITE_CANTOPEN || e.getErrorCode() == SQLITE_FULL;
    const int system = io && database_ ? sqlite3_system_errno(database_->getHandle()) : 0;
    if (system != 0) reason += fmt::format(" ({})", std::error_code{system, std::generic_category()}.message());
    throw WriteError(fmt::format("cannot write {}: {}", path_.string(), reason));
  }
}

RunFile::RunFile(std::filesystem::path path, Level level, const RunInfo& run) {
  std::error_code error;
  path_ = std::filesystem::weakly_canonical(path, error);
  if (error) path_ = std::move(path);
  prepare_target(path_);
  try {
    guarded([&] { create(level, run); });
  } catch (const WriteError&) {
    remove_run_file(path_);
    throw;
  }
}

RunFile::~RunFile() = default;

void RunFile::create(Level level, const RunInfo& run) {
  database_ = std::make_unique<SQLite::Database>(path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, kReadersLeaveMilliseconds);
  database_->exec(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", kApplicationId, kFormatVersion));
  database_->exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  begin();
  for (const Table& t : tables()) database_->exec(create_statement(t));
  for (const View& v : views()) database_->exec(create_statement(v));
  Inserter note{*database_, "schema_note"};
  const auto add_notes = [&](const auto& described) {
    note(described.name, "", described.meaning, "");
    for (const Column& c : described.columns) note(described.name, c.name, c.meaning, c.unit);
  };
  for (const Table& t : tables()) add_notes(t);
  for (const View& v : views()) add_notes(v);
  statements_ = std::make_unique<Statements>(*database_);
  if (level == Level::full) detail_ = std::make_unique<DetailTables>(*database_, run.duration);
  insert_facts(run);
  const ProcessIdentity process = this_process();
  Inserter& host = statements_->host;
  host("pid", process.pid);
  host("process_start", process.start);
  host("boot_id", process.boot_id);
  host("hostname", host_name());
  host("started_at", utc_now());
  host("trace_level", name_of(level));
  host("scenario_file", run.scenario_file);
  transaction_->commit();
  transaction_.reset();
}

void RunFile::insert_facts(const RunInfo& run) {
  Inserter{*database_, "run"}(run.scenario_name, run.description, run.scenario_text, run.overrides, run.seed, run.version, machine_of(run),
                              run.duration, run.warmup, SimTime{}, "interrupted");
  Inserter assumption{*database_, "assumption"};
  std::int64_t id = 0;
  for (const std::string& text : run.assumptions) assumption(++id, text);
  Inserter server{*database_, "server"};
  for (const ServerFacts& s : run.servers)
    server(number(s.server), s.name, s.model, s.generation, s.cores, s.smt, s.frequency.value, s.memory.count, s.dispatch_window.ps(),
           s.excess_slice.ps(), s.excess_sharers, s.cores_per_chip);
  Inserter pool{*database_, "pool"};
  for (const PoolFacts& p : run.pools) pool(number(p.server), number(p.pool), p.name, p.maximum.value(), p.reserved.value());
  Inserter partition{*database_, "partition"};
  for (const PartitionFacts& p : run.partitions)
    partition(number(p.server), number(p.partition), p.name, p.type, p.mode, p.entitlement.value(), p.virtual_processors, p.capped,
              p.weight, p.pool, p.smt, p.memory.count, p.cores, p.sharing_mode);
  Inserter hcall{*database_, "hcall"};
  for (const HcallFacts& h : run.hcalls) hcall(h.token, h.name);
  Inserter workload{*database_, "workload"};
  Inserter hook{*database_, "vsp_hook"};
  for (const VspHookFacts& h : run.vsp_hooks)
    hook(number(h.server), number(h.vsp), std::uint32_t{h.hook}, h.role, h.function_first, h.function_last, h.clients, h.deadline,
         h.wall_limit, h.when_absent, h.when_slow, h.in_flight, h.pays);
  for (const WorkloadFacts& w : run.workloads) workload(number(w.server), number(w.partition), w.name, w.type);
  insert_devices(*database_, run);
}

void RunFile::begin() {
  if (!transaction_) transaction_ = std::make_unique<SQLite::Transaction>(*database_);
}

void RunFile::insert(Batch& batch) {
  guarded([&] {
    begin();
    Statements& s = *statements_;
    DetailTables::AddingUp detail{detail_.get(), batch};
    for (const NameRow& r : batch.names) s.name(number(r.id), r.text);
    for (const TrackRow& r : batch.tracks) {
      if (r.parent == TrackId::none)
        s.track(number(r.id), nullptr, number(r.kind), number(r.name));
      else
        s.track(number(r.id), number(r.parent), number(r.kind), number(r.name));
    }
    s.dispatch(batch.dispatches.data(), batch.dispatches.size());
    s.span(batch.spans.data(), batch.spans.size());
    s.counter(batch.counters.data(), batch.counters.size());
    for (IoRequestRow& r : batch.io_requests) r.all_steps = batch.io_steps.data();
    s.io_request(batch.io_requests.data(), batch.io_requests.size());
    s.io_interval(batch.io_intervals.data(), batch.io_intervals.size());
    s.vsp_call(batch.vsp_calls.data(), batch.vsp_calls.size());
    for (const IoTarget& t : batch.io_targets) s.io_target(t.id, number(t.server), number(t.partition), t.name, to_string(t.kind));
    for (const IoPath& p : batch.io_paths) {
      if (p.vios)
        s.io_path(p.target, p.path, p.name, number(*p.vios));
      else
        s.io_path(p.target, p.path, p.name, nullptr);
    }
    for (const InstantRow& r : batch.instants) s.instant(number(r.track), number(r.name), r.at, r.value, r.text);
    for (const IntervalSample& i : batch.intervals)
      s.interval(number(i.server), number(i.partition), i.begin, i.end - i.begin, i.virtual_processors, i.logical_processors, i.capped,
                 i.weight, i.entitled, i.consumed, i.user, i.sys, i.wait, i.idle, i.donated, i.logical_busy, i.logical_available,
                 i.pool_idle, i.wait_capacity, i.wait_processor, i.scaled, i.scaled_idle, i.spinning, i.snoozing, i.runnable, i.unfolded,
                 i.dispatches, i.preemptions, i.vcsw, i.phint, i.context_switches, i.interrupts);
    for (const VpIntervalSample& i : batch.vp_intervals)
      s.vp_interval(number(i.server), number(i.partition), i.vp, i.begin, i.end - i.begin, i.consumed, i.wait_capacity, i.wait_processor,
                    i.dispatches, i.voluntary, i.involuntary, i.same_core, i.same_chip, i.other_chip);
    for (const LogicalIntervalSample& i : batch.logical_intervals)
      s.logical_interval(number(i.server), number(i.partition), i.vp, i.thread, i.begin, i.end - i.begin, i.user, i.sys, i.wait, i.idle,
                         i.busy, i.context_switches, i.involuntary_switches, i.same_logical, i.same_virtual, i.other_virtual);
    for (const PoolIntervalSample& i : batch.pool_intervals)
      s.pool_interval(number(i.server), number(i.pool), i.begin, i.end - i.begin, i.used, i.idle);
    for (const HcallIntervalSample& i : batch.hcall_intervals)
      s.hcall_interval(number(i.server), number(i.partition), i.token, i.begin, i.end - i.begin, i.calls, i.refused);
    for (const DeviceIntervalSample& i : batch.device_intervals)
      s.device_interval(i.device, i.begin, i.end - i.begin, i.transfers, i.bytes, i.busy);
    for (const VspEvent& e : batch.vsp_events)
      s.vsp_event(e.at, number(e.server), number(e.vsp), name_in(kVspEventKinds, e.kind), name_in(kVspStates, e.state),
                  e.hook == 0 ? std::nullopt : std::optional{name_in(kVspHooks, e.hook)}, e.call,
                  e.client ? std::optional{number(*e.client)} : std::nullopt, e.text);
    for (const ControlChange& c : batch.control) s.control(c.number, c.at, c.text);
    for (const LogRow& r : batch.log) s.log(r.at, name_of(r.severity), r.text);
    detail.write();
  });
  if (batch.vsp_ledger) vsp_ledger_ = std::move(batch.vsp_ledger);
  if (batch.metrics) metrics_ = std::move(batch.metrics);
  if (batch.expectations) expectations_ = std::move(batch.expectations);
  if (batch.remarks) remarks_ = std::move(batch.remarks);
  if (batch.progress) progress_ = batch.progress;
}

void RunFile::insert_latest() {
  if (metrics_) {
    database_->exec("DELETE FROM metric");
    std::int64_t id = 0;
    for (const MetricValue& m : *metrics_) statements_->metric(++id, m.name, m.value, m.unit, m.description, m.ci95);
    metrics_.reset();
  }
  if (vsp_ledger_) {
    database_->exec("DELETE FROM vsp_ledger");
    statements_->vsp_ledger(vsp_ledger_->data(), vsp_ledger_->size());
    vsp_ledger_.reset();
  }
  if (expectations_) {
    database_->exec("DELETE FROM expectation");
    std::int64_t id = 0;
    for (const ExpectationResult& e : *expectations_) {
      if (e.passed)
        statements_->expectation(++id, e.text, e.metric, *e.passed, e.actual, e.unit, e.reason);
      else
        statements_->expectation(++id, e.text, e.metric, nullptr, e.actual, e.unit, e.reason);
    }
    expectations_.reset();
  }
  if (remarks_) {
    database_->exec("DELETE FROM remark");
    std::int64_t id = 0;
    for (const std::string& text : *remarks_) statements_->remark(++id, text);
    remarks_.reset();
  }
  if (progress_) {
    SQLite::Statement update{*database_, "UPDATE run SET simulated_ps = ?"};
    SQLite::bind(update, progress_->ps());
    update.exec();
    progress_.reset();
  }
}

void RunFile::commit() {
  if (!transaction_) return;
  guarded([&] {
    insert_latest();
    transaction_->commit();
    transaction_.reset();
  });
}

void RunFile::seal() {
  if (detail_) {
    begin();
    guarded([&] { detail_->finish(); });
    detail_.reset();
  }
  commit();
  guarded([&] {
    // A reader in the file makes both steps give up (SQLITE_BUSY, or the mode stays "wal"): then the WAL goes with the last connection.
    const int rc = sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY) throw SQLite::Exception(database_->getHandle(), rc);
    if (rc == SQLITE_OK) database_->tryExec("PRAGMA journal_mode = DELETE");
  });
}

void RunFile::finish(const RunEnd& end) {
  begin();
  progress_ = end.simulated;
  seal();
  guarded([&] {
    SQLite::Transaction last{*database_};
    Inserter& host = statements_->host;
    host("finished_at", utc_now());
    host("wall_s", end.wall_seconds);
    host("events", end.events);
    host("dispatches", end.dispatches);
    host("peak_memory_bytes", peak_memory_bytes());
    database_->exec("UPDATE run SET state = 'finished'");
    last.commit();
  });
}

}  // namespace lparsim::trace
