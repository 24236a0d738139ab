#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/trace/detail_levels.hpp"
#include "sim/trace/lane.hpp"

namespace lparsim::trace {

/// Says which rows of a table belong to which lane, in blocks of as many rows each: of a block and a lane the places of its rows, as
/// distances.
class LaneRows {
 public:
  static constexpr std::uint64_t kBlockRows = 262'144;

  LaneRows(LaneKey::Kind kind, DetailSink& sink) : kind_{kind}, sink_{sink} {}
  /// The lane of the next row of the table.
  void add(std::uint32_t lane);
  /// The last block, though it is not full.
  void finish();

 private:
  struct Lane {
    std::uint64_t last = 0;
    std::string bytes;
  };

  LaneKey::Kind kind_;
  DetailSink& sink_;
  std::uint64_t rows_ = 0;
  std::vector<Lane> lanes_;
};

/// The rows that a blob of a block names, appended; false where it is no such blob. Rows count from 1.
bool decode_rows(std::span<const unsigned char> blob, std::uint64_t block, std::uint64_t block_rows, std::vector<std::int64_t>& rows);

}  // namespace lparsim::trace
