#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/trace/batch.hpp"
#include "sim/trace/detail_feed.hpp"

namespace lparsim::trace {

/// Writes the tables of detail. The sums are made by a thread of its own while the caller inserts the rows themselves: together they take
/// half as long again as the rows alone, and the writer is what a fast simulation waits for.
class DetailTables {
 public:
  DetailTables(SQLite::Database& database, SimTime duration);
  ~DetailTables();
  DetailTables(const DetailTables&) = delete;
  DetailTables& operator=(const DetailTables&) = delete;

  /// Adds up the rows of a batch, which has to outlive it.
  class AddingUp {
   public:
    /// Null: nothing is added up.
    AddingUp(DetailTables* tables, const Batch& batch) : tables_{tables} {
      if (tables_ != nullptr) tables_->begin(batch);
    }
    /// Waits until the batch is no longer needed.
    ~AddingUp() {
      if (tables_ != nullptr) tables_->wait();
    }
    AddingUp(const AddingUp&) = delete;
    AddingUp& operator=(const AddingUp&) = delete;
    /// Waits, and inserts what came of it. Throws SQLite::Exception.
    void write() {
      if (tables_ != nullptr) tables_->write();
    }

   private:
    DetailTables* tables_;
  };
  /// Inserts what is still held back.
  void finish();

 private:
  /// What the sums are told to, until it is written.
  struct Rows final : DetailSink {
    void lane(std::uint32_t number, const LaneKey& lane) override { lanes.push_back({number, lane}); }
    void detail(const DetailRow& row) override { details.push_back(row); }
    void complete(LaneKey::Kind kind, int level, SimTime until) override { levels.push_back({kind, level, until}); }
    void lane_rows(const LaneRowsRow& row) override { rows.push_back(row); }
    void indexed(LaneKey::Kind kind, std::uint64_t block_rows, std::uint64_t until_row) override {
      indices.push_back({kind, block_rows, until_row});
    }
    struct NumberedLane {
      std::uint32_t number;
      LaneKey lane;
    };
    struct CompleteLevel {
      LaneKey::Kind kind;
      int level;
      SimTime until;
    };
    struct Index {
      LaneKey::Kind kind;
      std::uint64_t block_rows;
      std::uint64_t until_row;
    };
    std::vector<NumberedLane> lanes;
    std::vector<DetailRow> details;
    std::vector<CompleteLevel> levels;
    std::vector<LaneRowsRow> rows;
    std::vector<Index> indices;
  };

  void run();
  void begin(const Batch& batch);
  void wait();
  void write();
  void add_up(const Batch& batch);
  void insert_rows();

  SQLite::Statement lane_, detail_, late_, level_, rows_, index_;
  Rows found_;
  DetailFeed feed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  const Batch* batch_ = nullptr;  ///< the thread is at work on it
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace lparsim::trace
