#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/batch.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/write_error.hpp"

namespace lparsim::trace {

class DetailTables;

/// The SQLite side of recording: creates the tables, inserts batches, commits, seals. Knows no threads; one thread uses it.
///
/// During the run the file is in WAL mode, so that readers neither wait nor make the writer wait; at the end it becomes a single file.
/// Rows go to plain tables in the order of their coming, without indexes. Every member throws WriteError.
class RunFile {
 public:
  RunFile(std::filesystem::path path, Level level, const RunInfo& run);
  /// Closes; what was not committed is lost.
  ~RunFile();
  RunFile(const RunFile&) = delete;
  RunFile& operator=(const RunFile&) = delete;

  /// Takes the metrics and expectations out of the batch: only the latest before a commit are written.
  void insert(Batch& batch);
  bool has_uncommitted() const { return transaction_ != nullptr; }
  void commit();
  /// Commits and turns the file into a single one, except while a reader is in it. Nothing is inserted afterwards.
  void seal();
  /// Seals and says `finished`.
  void finish(const RunEnd& end);

 private:
  struct Statements;

  void create(Level level, const RunInfo& run);
  void insert_facts(const RunInfo& run);
  void begin();
  void insert_latest();
  template <class Action>
  void guarded(const Action& action);

  std::filesystem::path path_;
  std::unique_ptr<SQLite::Database> database_;
  std::unique_ptr<Statements> statements_;
  std::unique_ptr<SQLite::Transaction> transaction_;
  std::unique_ptr<DetailTables> detail_;  ///< level full, until it is sealed
  std::optional<std::vector<VspLedgerRow>> vsp_ledger_;
  std::optional<std::vector<MetricValue>> metrics_;
  std::optional<std::vector<ExpectationResult>> expectations_;
  std::optional<std::vector<std::string>> remarks_;
  std::optional<SimTime> progress_;
};

}  // namespace lparsim::trace
