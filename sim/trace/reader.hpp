#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/history.hpp"
#include "sim/trace/io_records.hpp"
#include "sim/trace/records.hpp"
#include "sim/trace/vsp_records.hpp"

namespace SQLite {
class Database;
}

namespace lparsim::trace {

/// running: its process lives; interrupted: it does not, and never said that it was done.
enum class RunState : std::uint8_t { running, interrupted, finished };
const char* name_of(RunState state);

/// Table `host`. What is written at the end only is 0 or empty before.
struct HostFacts {
  std::string hostname;
  std::string started_at;  ///< UTC, 2024-05-01T12:34:56Z
  std::string finished_at;
  std::string trace_level;
  std::string scenario_file;  ///< absolute path; empty in files of before it was written
  double wall_seconds = 0;
  std::int64_t events = 0;
  std::int64_t dispatches = 0;
  std::int64_t peak_memory_bytes = 0;
};

struct LogEntry {
  SimTime at;
  std::string severity;
  std::string text;
};

/// A finished request with its way.
struct IoJourney {
  IoRequest request;
  std::vector<IoStep> steps;
};

/// Reads a run file: finished, growing, or left behind by a killed run. Never writes to it. Errors are one sentence with the path.
class Reader {
 public:
  /// Refuses what is not a run file, is newer than this program, or is cut short.
  static Result<Reader> open(const std::filesystem::path& path);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  /// Until the returned object dies, every query sees the file as it was at the first one after this call.
  [[nodiscard]] std::shared_ptr<void> snapshot() const;

  /// As of now, not of the snapshot.
  RunState state() const;
  Result<RunInfo> run() const;
  Result<SimTime> simulated() const;
  Result<HostFacts> host() const;
  Result<std::vector<MetricValue>> metrics() const;
  Result<std::vector<ExpectationResult>> expectations() const;
  /// What a reader of the figures should know, a sentence each; none in files of before they were written.
  Result<std::vector<std::string>> remarks() const;
  /// In the order of their begin. `step` puts samples together: it has to be a multiple of the recorded interval.
  Result<std::vector<IntervalSample>> intervals(ServerId server, PartitionId partition, std::optional<SimTime> step = {}) const;
  /// Of each partition, by server and partition, the sum of the samples that overlap [begin, end). Reads those only.
  Result<std::vector<IntervalSample>> interval_sums(SimTime begin, SimTime end) const;
  /// In the order of their begin.
  Result<std::vector<VpIntervalSample>> vp_intervals(ServerId server, PartitionId partition) const;
  Result<std::vector<LogicalIntervalSample>> logical_intervals(ServerId server, PartitionId partition) const;
  Result<std::vector<PoolIntervalSample>> pool_intervals() const;
  /// Those that overlap [begin, end), without reading the others.
  Result<std::vector<PoolIntervalSample>> pool_intervals(SimTime begin, SimTime end) const;
  /// By begin, partition and token; of one partition, or of all. None in files of before calls were counted.
  Result<std::vector<HcallIntervalSample>> hcall_intervals(std::optional<PartitionKey> partition = {}) const;
  /// Of each partition and token, by these, the sum of the samples that overlap [begin, end). Reads those only.
  Result<std::vector<HcallIntervalSample>> hcall_interval_sums(SimTime begin, SimTime end) const;
  /// Those that overlap [begin, end), in the order in which they ended. Reads the whole table: about 5 M rows a second.
  Result<std::vector<DispatchSpan>> dispatches(SimTime begin, SimTime end) const;
  /// Those of one partition whose wait or stay overlaps [begin, end), by begin. Reads the whole table.
  Result<std::vector<DispatchSpan>> dispatches_of(PartitionKey partition, SimTime begin, SimTime end) const;
  /// The last one of a virtual processor that began by `at` and the first one that began later, as far as there are. Reads the whole table.
  Result<std::vector<DispatchSpan>> stays_around(PartitionKey partition, std::uint32_t vp, SimTime at) const;
  /// The `count` longest waits before a dispatch, the longest first; `vp` absent: of all virtual processors. Reads the whole table.
  Result<std::vector<DispatchSpan>> longest_waits(PartitionKey partition, std::optional<std::uint32_t> vp, std::size_t count) const;
  /// Tables `span` and `counter`, as far as they are of partitions' and virtual processors' tracks and overlap [begin, end), by begin.
  Result<std::vector<TrackEvent>> spans(SimTime begin, SimTime end) const;
  /// The `count` longest spans of a partition whose names begin so, on its own track (`vp` then is their value) or on those of its virtual
  /// processors; the longest first.
  Result<std::vector<TrackEvent>> longest_spans(PartitionKey partition, std::optional<std::uint32_t> vp, std::string_view name,
                                                std::size_t count) const;
  Result<std::vector<TrackEvent>> counters() const;
  /// Dispatches and spans of a server one after the other, as HistorySink says. Needs no more memory than SQLite takes to sort, which is
  /// bounded: what is too much goes to disk. Returns how many there were.
  Result<std::uint64_t> replay(ServerId server, HistorySink& sink) const;
  Result<std::vector<LogEntry>> log() const;
  /// In their order; none in files of before runs could be controlled.
  Result<std::vector<ControlChange>> control_changes() const;

  // Virtual I/O; nothing in files of before it was simulated.
  Result<std::vector<IoTarget>> io_targets() const;
  Result<std::vector<IoPath>> io_paths() const;
  /// By begin, target and kind.
  Result<std::vector<IoIntervalSample>> io_intervals() const;
  /// Of each target and kind, by these, the sum of the samples that overlap [begin, end), without stages. Reads those only.
  Result<std::vector<IoIntervalSample>> io_interval_sums(SimTime begin, SimTime end) const;
  /// By begin and device; nothing in files of before they were written.
  Result<std::vector<DeviceIntervalSample>> device_intervals() const;
  /// Of the interval that holds `at` or ended there.
  Result<std::vector<DeviceIntervalSample>> device_intervals(SimTime at) const;
  /// Tells every finished request to `tell`, in the order of their ends. About 2 M rows a second.
  Result<void> io_requests(const std::function<void(const IoRequest&)>& tell) const;
  /// The request of that number, if it has ended. Reads some 40,000 rows; the whole table where it is not among them.
  Result<std::optional<IoJourney>> io_journey(std::uint64_t number) const;
  /// The `count` slowest requests to these targets, the slowest first. Reads the whole table.
  Result<std::vector<IoJourney>> slowest_io(const std::vector<std::uint32_t>& targets, std::size_t count) const;

  // Virtual Service Partitions; nothing in files of before there were any.
  /// By partition, client and hook.
  Result<std::vector<VspLedgerRow>> vsp_ledger() const;
  /// In the order in which they happened.
  Result<std::vector<VspEvent>> vsp_events() const;
  /// Those for `client` (absent: for anybody) that overlap [begin, end), by begin. Reads the whole table.
  Result<std::vector<VspCall>> vsp_calls(ServerId server, std::optional<PartitionId> client, SimTime begin, SimTime end) const;

  const std::filesystem::path& path() const { return path_; }

 private:
  Reader(std::filesystem::path path, std::unique_ptr<SQLite::Database> database);
  template <class Query>
  auto guarded(const Query& query) const -> Result<decltype(query())>;

  std::filesystem::path path_;
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace lparsim::trace
