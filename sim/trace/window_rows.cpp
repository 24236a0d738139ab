// WindowReader: the rows of a lane.
#include <algorithm>

#include "sim/trace/window_state.hpp"

namespace lparsim::trace {

namespace {

using Kind = LaneKey::Kind;

/// Blocks without a row of the lane after which it is asked where there are some.
constexpr std::size_t kEmptyBlocks = 8;

/// Whose rows are known: of a partition those of its virtual processors.
Kind indexed_kind(Kind kind) {
  return kind == Kind::partition ? Kind::virtual_processor : kind;
}

}  // namespace

bool is_processor_lane(Kind kind) {
  return kind == Kind::core || kind == Kind::virtual_processor || kind == Kind::partition;
}

void include(NumberRanges& numbers, const LaneKey& lane) {
  if (lane.kind == Kind::virtual_processor || lane.kind == Kind::partition)
    numbers.include_partition(lane.first);
  else
    numbers.include(lane.first);
}

bool belongs(const RowQuery& row, const LaneKey& lane) {
  if (lane.kind == Kind::io_target) return row.count(1) == lane.first;
  if (row.count(1) != static_cast<std::uint32_t>(lane.server)) return false;
  if (lane.kind == Kind::core || lane.kind == Kind::vsp) return row.count(2) == lane.first;
  return row.count(3) == lane.first && (lane.kind == Kind::partition || row.count(4) == lane.second);
}

RowTable* WindowReader::State::table_of(Kind kind) {
  if (kind == Kind::io_target) return requests ? &*requests : nullptr;
  if (kind == Kind::vsp) return calls ? &*calls : nullptr;
  return &dispatches;
}

std::int64_t WindowReader::State::indexed_until(const LaneKey& lane) const {
  return detail.indexed_until(indexed_kind(lane.kind));
}

/// In order; returns how many there are.
std::size_t WindowReader::State::rows_in_block(const LaneKey& lane, std::int64_t block, std::vector<std::int64_t>& rows) {
  rows.clear();
  if (lane.kind == Kind::partition) {
    for (const std::uint32_t vp : detail.virtual_processors_of(lane)) detail.rows_in_block(Kind::virtual_processor, vp, block, rows);
    std::sort(rows.begin(), rows.end());
  } else if (const auto number = detail.number_of(lane)) {
    detail.rows_in_block(lane.kind, *number, block, rows);
  }
  return rows.size();
}

/// `visit` returns how many rows it found, none: enough. After some empty blocks only those in whose time something of the lane ended.
bool WindowReader::State::walk_blocks(const LaneKey& lane, std::int64_t first, std::int64_t last, bool backward, const Cancelled& cancelled,
                                      const VisitBlock& visit) {
  const std::int64_t step = backward ? -1 : 1;
  std::size_t empty = 0;
  std::int64_t block = backward ? last : first;
  const auto inside = [&] {
    return block >= first && block <= last;
  };
  for (; inside() && empty < kEmptyBlocks; block += step) {
    const auto rows = visit(block);
    if (!rows) return true;
    if (*rows == 0) ++empty;
  }
  if (!inside()) return false;
  const auto& levels = detail.levels(lane.kind);
  const auto number = detail.number_of(lane);
  RowTable& table = *table_of(lane.kind);
  const std::int64_t block_rows = detail.block_rows(indexed_kind(lane.kind));
  const int level = levels.empty() ? 0 : levels.back().level;
  if (levels.empty() || !number) {
    for (; inside(); block += step)
      if (!visit(block)) return true;
    return false;
  }
  const auto time_of = [&](std::int64_t row) {
    return table.end_of(std::clamp<std::int64_t>(row, 1, table.last_row()));
  };
  const SimTime from = time_of(backward ? first * block_rows : block * block_rows);
  const SimTime until = time_of(((backward ? block : last) + 1) * block_rows);
  DetailEntries busy = detail.entries(lane.kind, *number, level, bucket_of_end(from, level), bucket_of(until, level), cancelled);
  if (backward) std::reverse(busy.begin(), busy.end());
  const auto probe = [&](std::int64_t low, std::int64_t high) {
    block = backward ? std::min(block, high) : std::max(block, low);
    for (; inside() && block >= low && block <= high; block += step)
      if (!visit(block)) return true;
    return false;
  };
  // Of what came last there are no sums yet.
  const std::int64_t unsummed = (table.first_after(levels.front().until) - 1) / block_rows;
  if (backward && probe(unsummed, last)) return true;
  for (const DetailEntry& entry : busy) {
    if (entry.sums[kCount] == 0) continue;
    const SimTime begin = bucket_length(level) * entry.bucket;
    const std::int64_t low = begin == SimTime{} ? 0 : (table.first_after(begin) - 1) / block_rows;
    const std::int64_t high = std::max<std::int64_t>(table.first_after(begin + bucket_length(level)) - 2, 0) / block_rows;
    if (probe(low, high)) return true;
  }
  return !backward && probe(unsummed, last);
}

bool WindowReader::State::each_indexed_row(const LaneKey& lane, std::int64_t first, std::int64_t last, bool backward,
                                           const Cancelled& cancelled, const TellRow& tell) {
  last = std::min(last, indexed_until(lane));
  if (first > last) return false;
  RowTable& table = *table_of(lane.kind);
  const std::int64_t block_rows = detail.block_rows(indexed_kind(lane.kind));
  std::vector<std::int64_t> rows;
  const auto visit = [&](std::int64_t block) -> std::optional<std::size_t> {
    stop_if(cancelled);
    const std::size_t found = rows_in_block(lane, block, rows);
    if (backward) std::reverse(rows.begin(), rows.end());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i] < first || rows[i] > last) continue;
      if (i % kRowsBetweenChecks == 0) stop_if(cancelled);
      RowQuery& row = table.row(rows[i]);
      const bool more = !row.next() || tell(row);
      row.done();
      if (!more) return std::nullopt;
    }
    return found;
  };
  return walk_blocks(lane, (first - 1) / block_rows, (last - 1) / block_rows, backward, cancelled, visit);
}

bool WindowReader::State::each_row_of_all(RowTable& table, std::int64_t first, std::int64_t last, const Cancelled& cancelled,
                                          const TellRow& tell, const NumberRanges* numbers) {
  for (; first <= last; first += kRowsBetweenChecks) {
    stop_if(cancelled);
    const std::int64_t until = std::min(last, first + kRowsBetweenChecks - 1);
    RowQuery& rows = numbers == nullptr ? table.rows(first, until) : table.rows_of(first, until, *numbers);
    while (rows.next()) {
      if (tell(rows)) continue;
      rows.done();
      return true;
    }
  }
  return false;
}

bool WindowReader::State::each_row(const LaneKey& lane, std::int64_t first, std::int64_t last, bool backward, const Cancelled& cancelled,
                                   const TellRow& tell) {
  RowTable* table = table_of(lane.kind);
  if (table == nullptr) return false;
  first = std::max<std::int64_t>(first, 1);
  last = std::min(last, table->last_row());
  const std::int64_t unknown = std::max(first, indexed_until(lane) + 1);
  NumberRanges numbers;
  include(numbers, lane);
  if (!backward) {
    return each_indexed_row(lane, first, last, false, cancelled, tell) ||
           each_row_of_all(
               *table, unknown, last, cancelled, [&](const RowQuery& row) { return !belongs(row, lane) || tell(row); }, &numbers);
  }
  for (; last >= unknown; last -= kRowsBetweenChecks) {
    stop_if(cancelled);
    std::vector<std::int64_t> mine;
    RowQuery& rows = table->rows_of(std::max(unknown, last - kRowsBetweenChecks + 1), last, numbers);
    while (rows.next())
      if (belongs(rows, lane)) mine.push_back(rows.number(0));
    for (auto row = mine.rbegin(); row != mine.rend(); ++row) {
      RowQuery& found = table->row(*row);
      const bool more = !found.next() || tell(found);
      found.done();
      if (!more) return true;
    }
  }
  return each_indexed_row(lane, first, std::min(last, unknown - 1), true, cancelled, tell);
}

std::optional<std::vector<std::int64_t>> WindowReader::State::known_rows(const LaneKey& lane, std::int64_t first, std::int64_t last,
                                                                         std::size_t most, const Cancelled& cancelled) {
  if (last > indexed_until(lane)) return std::nullopt;
  std::vector<std::int64_t> found;
  std::vector<std::int64_t> rows;
  const std::int64_t block_rows = detail.block_rows(indexed_kind(lane.kind));
  const bool too_many =
      first <= last && walk_blocks(lane, (first - 1) / block_rows, (last - 1) / block_rows, false, cancelled, [&](std::int64_t block) {
        stop_if(cancelled);
        const std::size_t count = rows_in_block(lane, block, rows);
        std::ranges::copy_if(rows, std::back_inserter(found), [&](std::int64_t row) { return row >= first && row <= last; });
        return found.size() > most ? std::nullopt : std::optional{count};
      });
  if (too_many) return std::nullopt;
  return found;
}

}  // namespace lparsim::trace
