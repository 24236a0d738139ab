#pragma once
// What table `detail` holds; private to sim/trace. No SQLite in it.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/trace/lane.hpp"

namespace lparsim::trace {

/// Buckets of a row of table `detail`.
inline constexpr std::int64_t kChunkBuckets = 64;
/// The length of a bucket is 4^level ps: from 17 us to longer than any run.
inline constexpr int kLowestLevel = 12;
inline constexpr int kHighestLevel = 30;
constexpr SimTime bucket_length(int level) {
  return SimTime::from_ps(std::int64_t{1} << (2 * level));
}
/// The bucket in which a moment lies.
constexpr std::int64_t bucket_of(SimTime at, int level) {
  return at.ps() >> (2 * level);
}
/// The bucket in which something that ended counts: an end at a boundary counts before it.
constexpr std::int64_t bucket_of_end(SimTime end, int level) {
  return end > SimTime{} ? bucket_of(end - SimTime::from_ps(1), level) : 0;
}

/// Lanes of a kind at most; of further ones there are no sums.
inline constexpr int kLaneBits = 20;
inline constexpr std::uint32_t kMostLanes = 1U << kLaneBits;
/// Keys of tables `detail` and `detail_row`.
constexpr std::int64_t detail_key(LaneKey::Kind kind, int level, std::int64_t chunk, std::uint32_t lane) {
  return (static_cast<std::int64_t>(kind) << 58) | (static_cast<std::int64_t>(level) << 53) | (chunk << kLaneBits) | lane;
}
constexpr std::int64_t row_key(LaneKey::Kind kind, std::int64_t block, std::uint32_t lane) {
  return (static_cast<std::int64_t>(kind) << 58) | (block << kLaneBits) | lane;
}

/// Places of sums in an entry. Lanes of cores have those up to kPreemptions, those of virtual processors and partitions all; those of I/O
/// targets and VSPs have kCount and others in the same places.
enum DetailSum : std::size_t { kCount, kEntitled, kExcess, kPreemptions, kQueued, kWithheld, kCeded, kDetailSums };
inline constexpr DetailSum kLatency = kEntitled, kInFlight = kExcess, kFailed = kPreemptions, kBytes = kQueued;

/// Of a file that claims more than there can be: as much as there can be.
constexpr std::int64_t bounded_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? INT64_MAX : INT64_MIN;
}

/// What happened on a lane in a bucket.
struct DetailEntry {
  std::int64_t bucket = 0;  ///< its number from time 0 on
  std::array<std::int64_t, kDetailSums> sums{};
  /// Of a core or virtual processor the length of the longest stay, in 64ths of the shortest bucket, plus 1; of I/O the longest latency in
  /// ps. 0: none.
  std::int64_t peak = 0;
  /// Whose the longest stay is: partition (the upper 32 bits) and virtual processor; of a lane of a virtual processor the core.
  std::uint64_t who = 0;

  void add_peak(std::int64_t other_peak, std::uint64_t other_who) {
    if (other_peak < peak || (other_peak == peak && other_who >= who)) return;
    peak = other_peak;
    who = other_who;
  }
  void add(const DetailEntry& other) {
    for (std::size_t i = 0; i < kDetailSums; ++i) sums[i] = bounded_sum(sums[i], other.sums[i]);
    add_peak(other.peak, other.who);
  }
  /// The same sums, in whichever bucket.
  bool equals(const DetailEntry& o) const { return sums == o.sums && peak == o.peak && who == o.who; }
};
/// In the order of their buckets.
using DetailEntries = std::vector<DetailEntry>;

/// The entry of a bucket, made where there is none. Quick near the end.
DetailEntry& entry_at(DetailEntries& entries, std::int64_t bucket);

/// Entries of one chunk as bytes. Each is a varint of 4 x gap + 2 x full + repeated (gap: buckets left out since the last one), where
/// `repeated` a varint of how many more buckets hold the same, a byte with a bit for each sum that is not 0 and bit 7 for peak and who, and
/// these as varints: 7 bits a byte, the lowest first, bit 7 set in all but the last. `full`: kCeded is what is left of the bucket, and its
/// bit not set.
std::string encode(std::span<const DetailEntry> entries, LaneKey::Kind kind, int level);
/// Adds to `sums` what a blob says of the chunk; false where it is no such blob.
bool decode(std::span<const unsigned char> blob, LaneKey::Kind kind, int level, std::array<DetailEntry, kChunkBuckets>& sums);

/// Bytes of a varint at most.
inline constexpr std::size_t kVarintBytes = 10;
/// Returns the place after it.
inline char* put_varint(char* to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) *to++ = static_cast<char>(value | 0x80);
  *to++ = static_cast<char>(value);
  return to;
}
std::optional<std::uint64_t> take_varint(std::span<const unsigned char>& bytes);

/// The answer of the reader.
LaneBucket lane_bucket(const DetailEntry& entry, LaneKey::Kind kind, int level);

}  // namespace lparsim::trace
