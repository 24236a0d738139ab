#include "sim/trace/detail_feed.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "sim/trace/random_history.hpp"

namespace lparsim::trace {
namespace {

using namespace literals;
using Kind = LaneKey::Kind;

/// Keeps what would be in the tables.
class Tables final : public DetailSink {
 public:
  void lane(std::uint32_t number, const LaneKey& lane) override { EXPECT_TRUE(lanes.emplace(std::pair{lane.kind, number}, lane).second); }
  void detail(const DetailRow& row) override {
    EXPECT_TRUE(blobs.emplace(std::tuple{row.kind, row.level, row.chunk, row.lane, row.part}, row.data).second) << "the same key twice";
  }
  void complete(Kind kind, int level, SimTime until) override { untils[{kind, level}] = until; }
  void lane_rows(const LaneRowsRow& row) override {
    EXPECT_TRUE(rows.emplace(std::tuple{row.kind, row.block, row.lane}, row.data).second) << "the same key twice";
  }
  void indexed(Kind kind, std::uint64_t block_rows, std::uint64_t until_row) override { indices[kind] = {block_rows, until_row}; }

  /// Sums of each lane's buckets of a level.
  std::map<std::pair<LaneKey, std::int64_t>, DetailEntry> sums(Kind kind, int level) const {
    std::map<std::pair<LaneKey, std::int64_t>, DetailEntry> found;
    for (const auto& [key, blob] : blobs) {
      const auto& [of_kind, of_level, chunk, lane, part] = key;
      if (of_kind != kind || of_level != level) continue;
      std::array<DetailEntry, kChunkBuckets> entries;
      EXPECT_TRUE(decode({reinterpret_cast<const unsigned char*>(blob.data()), blob.size()}, kind, level, entries));
      for (std::size_t i = 0; i < entries.size(); ++i)
        if (!entries[i].equals(DetailEntry{}))
          found[{lanes.at({kind, lane}), chunk * kChunkBuckets + static_cast<std::int64_t>(i)}].add(entries[i]);
    }
    return found;
  }

  std::map<std::pair<Kind, std::uint32_t>, LaneKey> lanes;
  std::map<std::tuple<Kind, int, std::int64_t, std::uint32_t, std::uint64_t>, std::string> blobs;
  std::map<std::pair<Kind, int>, SimTime> untils;
  std::map<std::tuple<Kind, std::uint64_t, std::uint32_t>, std::string> rows;
  std::map<Kind, std::pair<std::uint64_t, std::uint64_t>> indices;
};

using Sums = std::map<std::pair<LaneKey, std::int64_t>, DetailEntry>;

/// The oracle: what a stay does to a lane, bucket by bucket.
void add_directly(Sums& sums, const LaneKey& lane, const DispatchSpan& d, int level, int shortest) {
  const auto overlap = [&](DetailSum sum, SimTime begin, SimTime end, bool stay) {
    for (std::int64_t b = bucket_of(begin, level); begin < end && b <= bucket_of_end(end, level); ++b) {
      const SimTime from = std::max(begin, bucket_length(level) * b);
      const SimTime until = std::min(end, bucket_length(level) * (b + 1));
      sums[{lane, b}].sums[sum] += (until - from).ps();
      const std::uint64_t who = lane.kind == Kind::core ? (static_cast<std::uint64_t>(d.partition) << 32) + d.vp : index(d.core);
      if (stay && lane.kind != Kind::partition)
        sums[{lane, b}].add_peak((d.end - d.begin).ps() / (bucket_length(shortest).ps() / 64) + 1, who);
    }
  };
  if (lane.kind != Kind::core) {
    overlap(kCeded, d.waiting, d.ready, false);
    overlap(kWithheld, d.ready, d.enqueue, false);
    overlap(kQueued, d.enqueue, d.begin, false);
  }
  overlap(kEntitled, d.begin, d.begin + d.entitled, true);
  overlap(kExcess, d.begin + d.entitled, d.end, true);
  DetailEntry& last = sums[{lane, bucket_of_end(d.end, level)}];
  ++last.sums[kCount];
  if (d.preempt_reason == 4) ++last.sums[kPreemptions];
}

template <class Rows>
void feed_pieces(DetailFeed& feed, const Rows& rows, std::size_t piece) {
  for (std::size_t i = 0; i < rows.size(); i += piece) {
    if constexpr (std::is_same_v<Rows, std::vector<DispatchSpan>>)
      feed.add(std::span{rows}.subspan(i, std::min(piece, rows.size() - i)));
    else
      for (std::size_t j = i; j < std::min(i + piece, rows.size()); ++j) feed.add(activity_of(rows[j]));
  }
}

TEST(DetailFeed, AddsUpToThePicosecondInEveryBucketOfEveryLevel) {
  const RandomHistory history = random_history(3, 70'000, 0, 0);
  Tables tables;
  DetailFeed feed{history.end * 16, tables};  // a run that is stopped early has levels that are too long for it
  feed.add(history.stays);
  feed.finish();
  for (const Kind kind : {Kind::core, Kind::virtual_processor, Kind::partition}) {
    const int shortest = tables.untils.lower_bound({kind, 0})->first.second;
    int levels = 0;
    for (int level = shortest; tables.untils.contains({kind, level}); ++level, ++levels) {
      Sums expected;
      for (const DispatchSpan& d : history.stays) {
        const LaneKey lane = kind == Kind::core                ? LaneKey::core(d.server, d.core)
                             : kind == Kind::virtual_processor ? LaneKey::virtual_processor(d.server, d.partition, d.vp)
                                                               : LaneKey::partition(d.server, d.partition);
        add_directly(expected, lane, d, level, shortest);
      }
      const Sums found = tables.sums(kind, level);
      ASSERT_EQ(found.size(), expected.size()) << "kind " << static_cast<int>(kind) << " level " << level;
      for (const auto& [where, entry] : expected)
        ASSERT_TRUE(found.at(where).equals(entry)) << "level " << level << " bucket " << where.second;
      EXPECT_GE((tables.untils[{kind, level}]), history.end);
    }
    EXPECT_GE(levels, 4);
  }
}

TEST(DetailFeed, AddsUpRequestsAndCallsOfAnyOverlap) {
  const RandomHistory history = random_history(4, 1000, 66'000, 66'000);
  Tables tables;
  DetailFeed feed{history.end, tables};
  feed_pieces(feed, history.requests, 1000);
  feed_pieces(feed, history.calls, 1000);
  feed.finish();
  const auto check = [&](const auto& rows, Kind kind) {
    const int shortest = tables.untils.lower_bound({kind, 0})->first.second;
    for (int level = shortest; tables.untils.contains({kind, level}); ++level) {
      std::map<LaneKey, DetailEntry> expected, found;
      for (const auto& row : rows) {
        const Activity a = activity_of(row);
        DetailEntry& sum = expected[a.lane];
        const std::int64_t latency = (a.end - a.begin).ps();
        sum.add({0, {1, latency, latency, a.failed ? 1 : 0, static_cast<std::int64_t>(a.bytes)}, latency, 0});
      }
      for (const auto& [where, entry] : tables.sums(kind, level)) {
        DetailEntry sum = entry;
        found[where.first].add(sum);
        EXPECT_GE(where.second, 0);
        EXPECT_LE(where.second, bucket_of(history.end, level));
      }
      ASSERT_EQ(found.size(), expected.size());
      for (const auto& [lane, sum] : expected) EXPECT_TRUE(found[lane].equals(sum)) << "level " << level << " lane " << lane.first;
    }
  };
  check(history.requests, Kind::io_target);
  check(history.calls, Kind::vsp);
}

TEST(DetailFeed, KnowsTheRowsOfEveryLane) {
  const RandomHistory history = random_history(5, 300'000, 0, 0);
  Tables tables;
  DetailFeed feed{history.end, tables};
  feed.add(history.stays);
  feed.finish();
  std::map<LaneKey, std::vector<std::int64_t>> expected, found;
  std::int64_t row = 0;
  for (const DispatchSpan& d : history.stays) {
    ++row;
    expected[LaneKey::core(d.server, d.core)].push_back(row);
    expected[LaneKey::virtual_processor(d.server, d.partition, d.vp)].push_back(row);
  }
  for (const auto& [key, blob] : tables.rows) {
    const auto& [kind, block, lane] = key;
    EXPECT_TRUE(decode_rows({reinterpret_cast<const unsigned char*>(blob.data()), blob.size()}, block, LaneRows::kBlockRows,
                            found[tables.lanes.at({kind, lane})]));
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(tables.indices.at(Kind::core), (std::pair<std::uint64_t, std::uint64_t>{LaneRows::kBlockRows, history.stays.size()}));
}

TEST(DetailFeed, TellsTheSameHoweverRowsComeTogether) {
  const RandomHistory history = random_history(6, 70'000, 66'000, 66'000);
  Tables one, other;
  DetailFeed at_once{history.end, one};
  at_once.add(history.stays);
  feed_pieces(at_once, history.requests, 100'000);
  feed_pieces(at_once, history.calls, 100'000);
  at_once.finish();
  DetailFeed in_pieces{history.end, other};
  feed_pieces(in_pieces, history.calls, 7);
  feed_pieces(in_pieces, history.stays, 333);
  feed_pieces(in_pieces, history.requests, 100);
  in_pieces.finish();
  EXPECT_EQ(one.lanes, other.lanes);
  EXPECT_TRUE(one.blobs == other.blobs);
  EXPECT_TRUE(one.rows == other.rows);
  EXPECT_EQ(one.untils, other.untils);
}

TEST(DetailFeed, SaysNothingOfFewRows) {
  const RandomHistory history = random_history(7, 1000, 1000, 1000);
  Tables tables;
  DetailFeed feed{history.end, tables};
  feed.add(history.stays);
  feed_pieces(feed, history.requests, 10);
  feed_pieces(feed, history.calls, 10);
  feed.finish();
  EXPECT_TRUE(tables.lanes.empty());
  EXPECT_TRUE(tables.blobs.empty());
  EXPECT_TRUE(tables.untils.empty());
}

TEST(DetailEntry, RefusesBlobsThatAreNone) {
  DetailEntries entries(3);
  entries[1].bucket = 5;
  entries[2].bucket = 63;
  for (DetailEntry& e : entries) e.sums = {1, 200, 0, 3, 40'000, 0, 7};
  const std::string blob = encode(entries, Kind::partition, 12);
  std::array<DetailEntry, kChunkBuckets> sums;
  const auto* bytes = reinterpret_cast<const unsigned char*>(blob.data());
  EXPECT_TRUE(decode({bytes, blob.size()}, Kind::partition, 12, sums));
  EXPECT_TRUE(sums[63].equals(entries[2]));
  std::set<std::size_t> whole;
  for (std::size_t length = 0; length <= blob.size(); ++length)
    if (decode({bytes, length}, Kind::partition, 12, sums)) whole.insert(length);
  EXPECT_EQ(whole.size(), entries.size() + 1) << "only whole entries, or none";
  KeyedStream random = RandomKey{1, "blobs"}.stream();
  for (int i = 0; i < 100'000; ++i) {
    unsigned char noise[24];
    for (unsigned char& byte : noise) byte = static_cast<unsigned char>(random.bits());
    std::array<DetailEntry, kChunkBuckets> fresh;
    decode(noise, static_cast<Kind>(i % 5), 12, fresh);
    std::vector<std::int64_t> rows;
    decode_rows(noise, 0, 1000, rows);
    for (const std::int64_t row : rows) ASSERT_LE(row, 1000);
  }
}

}  // namespace
}  // namespace lparsim::trace
