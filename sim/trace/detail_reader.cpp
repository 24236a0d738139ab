#include "sim/trace/detail_reader.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>

#include "sim/trace/detail_feed.hpp"

namespace lparsim::trace {

namespace {

using Kind = LaneKey::Kind;

/// No program ever put so many rows in a block.
constexpr std::int64_t kMostBlockRows = std::int64_t{1} << 24;

/// What a level may know of where rows end at `last`: its last chunk ends later, and the rows may have come on since.
SimTime latest_until(SimTime last, int level) {
  const SimTime chunk = bucket_length(level) * std::min(kChunkBuckets, INT64_MAX / 4 / bucket_length(level).ps());
  return std::clamp(last, SimTime{}, SimTime::from_ps(INT64_MAX / 4)) + chunk * 2;
}

}  // namespace

DetailReader::DetailReader(const SQLite::Database& database) : present_{true} {
  for (const char* table : {"detail_lane", "detail_level", "detail", "detail_late", "detail_row", "detail_index"})
    present_ = present_ && database.tableExists(table);
  if (!present_) return;
  lanes_.emplace(database, "SELECT server, first, second FROM detail_lane WHERE kind = ? AND id >= ? ORDER BY id");
  levels_.emplace(database, "SELECT level, until_ps FROM detail_level WHERE kind = ? ORDER BY level");
  index_.emplace(database, "SELECT block_rows, until_row FROM detail_index WHERE kind = ?");
  chunk_.emplace(database, "SELECT data FROM detail WHERE key = ?");
  late_.emplace(database, "SELECT chunk, data FROM detail_late WHERE kind = ? AND level = ? AND lane = ? AND chunk BETWEEN ? AND ?");
  block_.emplace(database, "SELECT data FROM detail_row WHERE key = ?");
}

void DetailReader::refresh(const TellExtent& extent_of) {
  if (!present_) return;
  for (std::size_t k = 0; k < kKinds; ++k) {
    KindState& kind = kinds_[k];
    const Extent extent = extent_of(static_cast<Kind>(k));
    kind.levels.clear();
    levels_->ask(k);
    while (levels_->next()) {
      // Of a file that says otherwise nothing is believed.
      const std::int64_t level = levels_->number(0);
      if (level < kLowestLevel || level > kHighestLevel) continue;
      if (!kind.levels.empty() && kind.levels.back().level + 1 != level) break;
      const SimTime latest = latest_until(extent.last_end, static_cast<int>(level));
      kind.levels.push_back({static_cast<int>(level), std::clamp(levels_->time(1), SimTime{}, latest)});
    }
    levels_->done();
    index_->ask(k);
    kind.block_rows = 0;
    kind.until_row = 0;
    if (index_->next() && index_->number(0) > 0 && index_->number(0) <= kMostBlockRows) {
      kind.block_rows = index_->number(0);
      kind.until_row = std::clamp<std::int64_t>(index_->number(1), 0, extent.last_row);
    }
    index_->done();
    lanes_->ask(k, kind.lanes.size());
    while (lanes_->next()) {
      const LaneKey lane{static_cast<Kind>(k), static_cast<ServerId>(lanes_->count(0)), lanes_->count(1), lanes_->count(2)};
      numbers_.emplace(lane, static_cast<std::uint32_t>(kind.lanes.size()));
      kind.lanes.push_back(lane);
    }
  }
}

std::optional<std::uint32_t> DetailReader::number_of(const LaneKey& lane) const {
  const auto found = numbers_.find(lane);
  return found == numbers_.end() ? std::nullopt : std::optional{found->second};
}

std::vector<std::uint32_t> DetailReader::virtual_processors_of(const LaneKey& partition) const {
  std::vector<std::uint32_t> numbers;
  const LaneKey first{Kind::virtual_processor, partition.server, partition.first, 0};
  for (auto vp = numbers_.lower_bound(first);
       vp != numbers_.end() && vp->first.kind == first.kind && vp->first.server == first.server && vp->first.first == first.first; ++vp)
    numbers.push_back(vp->second);
  return numbers;
}

void DetailReader::cover_tail(Kind name, RowTable& table, const std::atomic<bool>& cancelled) {
  KindState& kind = kind_of(name);
  if (kind.levels.empty()) return;
  const Level shortest = kind.levels.front();
  if (!kind.tail) {
    kind.tail = std::make_unique<DetailLevels>(name, shortest.level, shortest.level, nullptr, shortest.until);
    kind.tail_row = table.first_after(shortest.until) - 1;
  } else if (shortest.until > kind.tail_from) {
    kind.tail->forget_before(shortest.until);
    kind.tail_row = std::max(kind.tail_row, table.first_after(shortest.until) - 1);
  }
  kind.tail_from = shortest.until;
  const std::int64_t last = table.last_row();
  while (kind.tail_row < last) {
    stop_if(cancelled);
    const std::int64_t until = std::min(last, kind.tail_row + kRowsBetweenChecks);
    RowQuery& rows = table.rows(kind.tail_row + 1, until);
    while (rows.next()) add_row(name, rows);
    kind.tail_row = until;
  }
}

void DetailReader::add_row(Kind name, const RowQuery& row) {
  DetailLevels& tail = *kind_of(name).tail;
  if (name == Kind::io_target || name == Kind::vsp) {
    const Activity activity = name == Kind::io_target ? activity_of(request_of(row)) : activity_of(call_of(row));
    if (const auto lane = number_of(activity.lane)) add_activity(tail, *lane, activity);
    return;
  }
  const DispatchSpan stay = stay_of(row);
  LaneKey key = LaneKey::core(stay.server, stay.core);
  if (name == Kind::virtual_processor) key = LaneKey::virtual_processor(stay.server, stay.partition, stay.vp);
  if (name == Kind::partition) key = LaneKey::partition(stay.server, stay.partition);
  const auto lane = number_of(key);
  if (!lane) return;
  if (name == Kind::core)
    add_to_core(tail, *lane, stay);
  else
    add_to_virtual_processor(tail, *lane, stay);
}

void DetailReader::add_chunks(Kind kind, std::uint32_t lane, int level, std::int64_t first, std::int64_t last, DetailEntries& found,
                              const std::atomic<bool>& cancelled) {
  std::array<DetailEntry, kChunkBuckets> sums;
  // Late ones are few, and in the order of chunks.
  late_->ask(kind, level, lane, first / kChunkBuckets, last / kChunkBuckets);
  bool more_late = late_->next();
  for (std::int64_t chunk = first / kChunkBuckets; chunk <= last / kChunkBuckets; ++chunk) {
    stop_if(cancelled);
    chunk_->ask(detail_key(kind, level, chunk, lane));
    bool some = chunk_->next();
    if (some || (more_late && late_->number(0) == chunk)) sums.fill({});
    if (some) decode(chunk_->blob(0), kind, level, sums);
    chunk_->done();
    for (; more_late && late_->number(0) == chunk; more_late = late_->next()) {
      some = true;
      decode(late_->blob(1), kind, level, sums);
    }
    if (!some) continue;
    for (std::int64_t i = 0; i < kChunkBuckets; ++i) {
      DetailEntry& entry = sums[static_cast<std::size_t>(i)];
      entry.bucket = chunk * kChunkBuckets + i;
      if (entry.bucket < first || entry.bucket > last) continue;
      if (entry.peak != 0 || std::ranges::any_of(entry.sums, [](std::int64_t sum) { return sum != 0; })) found.push_back(entry);
    }
  }
  late_->done();
}

DetailEntries DetailReader::entries(Kind name, std::uint32_t lane, int level, std::int64_t first, std::int64_t last,
                                    const std::atomic<bool>& cancelled) {
  const KindState& kind = kind_of(name);
  DetailEntries found;
  const auto append = [&](const DetailEntries& shorter, int from_level) {
    for (const DetailEntry& e : shorter) {
      const std::int64_t bucket = e.bucket >> (2 * (level - from_level));
      if (found.empty() || found.back().bucket != bucket) found.emplace_back().bucket = bucket;
      found.back().add(e);
    }
  };
  // Where a level ends, the one below goes on, and at last what is in memory.
  std::int64_t next = first;
  for (int l = level; l >= kind.levels.front().level; --l) {
    const Level& from = kind.levels[static_cast<std::size_t>(l - kind.levels.front().level)];
    const int shift = 2 * (level - l);
    const std::int64_t until = std::min((last + 1) << shift, bucket_of(from.until, l));
    const std::int64_t begin = l == level ? first : next;
    if (begin < until) {
      DetailEntries part;
      add_chunks(name, lane, l, begin, until - 1, part, cancelled);
      append(part, l);
    }
    next = std::max(begin, until) << 2;
  }
  next >>= 2;
  if (kind.tail) {
    DetailEntries part;
    const int shortest = kind.levels.front().level;
    const std::int64_t end = (last + 1) << (2 * (level - shortest));
    for (const DetailEntry& e : kind.tail->held(lane))
      if (e.bucket >= next && e.bucket < end) part.push_back(e);
    append(part, shortest);
  }
  return found;
}

void DetailReader::rows_in_block(Kind kind, std::uint32_t lane, std::int64_t block, std::vector<std::int64_t>& rows) {
  block_->ask(row_key(kind, block, lane));
  if (block_->next()) decode_rows(block_->blob(0), static_cast<std::uint64_t>(block), static_cast<std::uint64_t>(block_rows(kind)), rows);
  block_->done();
}

}  // namespace lparsim::trace
