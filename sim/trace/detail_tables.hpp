#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include "sim/trace/batch.hpp"
#include "sim/trace/detail_feed.hpp"

namespace lparsim::trace {

/// Writes the tables of detail. Throws SQLite::Exception.
class DetailTables final : DetailSink {
 public:
  DetailTables(SQLite::Database& database, SimTime duration);

  /// Rows that were inserted into dispatch, io_request and vsp_call.
  void feed(const Batch& batch);
  /// What is still held back.
  void finish() { feed_.finish(); }

 private:
  void lane(std::uint32_t number, const LaneKey& lane) override;
  void detail(const DetailRow& row) override;
  void complete(LaneKey::Kind kind, int level, SimTime until) override;
  void lane_rows(const LaneRowsRow& row) override;
  void indexed(LaneKey::Kind kind, std::uint64_t block_rows, std::uint64_t until_row) override;

  SQLite::Statement lane_, detail_, level_, rows_, index_;
  DetailFeed feed_;
};

}  // namespace lparsim::trace
