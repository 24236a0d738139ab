#include "sim/trace/detail_entry.hpp"

#include <algorithm>

namespace lparsim::trace {

namespace {

using Kind = LaneKey::Kind;

constexpr std::size_t kPeakBit = 7;
constexpr std::array kTimesOnProcessor{kEntitled, kExcess, kQueued, kWithheld};

/// What is left of the bucket of a virtual processor, which is in one state at a time.
std::int64_t rest(const DetailEntry& entry, int level) {
  std::int64_t left = bucket_length(level).ps();
  for (const DetailSum sum : kTimesOnProcessor) left = bounded_sum(left, -entry.sums[sum]);
  return left;
}

}  // namespace

DetailEntry& entry_at(DetailEntries& entries, std::int64_t bucket) {
  auto place = entries.end();
  // Far back only where a long stay or wait ended.
  constexpr std::ptrdiff_t kNear = 8;
  const auto near = entries.end() - std::min(kNear, std::ssize(entries));
  while (place != near && (place - 1)->bucket >= bucket) --place;
  if (place == near && near != entries.begin() && (near - 1)->bucket >= bucket)
    place = std::lower_bound(entries.begin(), near, bucket, [](const DetailEntry& e, std::int64_t b) { return e.bucket < b; });
  if (place != entries.end() && place->bucket == bucket) return *place;
  place = entries.emplace(place);
  place->bucket = bucket;
  return *place;
}

std::optional<std::uint64_t> take_varint(std::span<const unsigned char>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 10; ++i) {
    value |= static_cast<std::uint64_t>(bytes[i] & 0x7f) << (7 * i);
    if ((bytes[i] & 0x80) == 0) {
      bytes = bytes.subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

std::string encode(std::span<const DetailEntry> entries, Kind kind, int level) {
  std::array<char, kChunkBuckets*(kDetailSums + 5) * kVarintBytes> bytes;
  char* to = bytes.data();
  std::int64_t next = entries.empty() ? 0 : entries[0].bucket / kChunkBuckets * kChunkBuckets;
  for (std::size_t i = 0; i < entries.size();) {
    const DetailEntry& entry = entries[i];
    std::size_t repeats = 0;
    while (i + repeats + 1 < entries.size() && entries[i + repeats + 1].bucket == entry.bucket + static_cast<std::int64_t>(repeats) + 1 &&
           entries[i + repeats + 1].equals(entry))
      ++repeats;
    const bool full = kind == Kind::virtual_processor && entry.sums[kCeded] > 0 && entry.sums[kCeded] == rest(entry, level);
    to = put_varint(to, static_cast<std::uint64_t>(entry.bucket - next) * 4 + (full ? 2 : 0) + (repeats > 0 ? 1 : 0));
    if (repeats > 0) to = put_varint(to, repeats);
    char* const mask = to++;
    unsigned bits = 0;
    for (std::size_t s = 0; s < kDetailSums; ++s) {
      if (entry.sums[s] == 0 || (full && s == kCeded)) continue;
      bits |= 1U << s;
      to = put_varint(to, static_cast<std::uint64_t>(entry.sums[s]));
    }
    if (entry.peak != 0) {
      bits |= 1U << kPeakBit;
      to = put_varint(to, static_cast<std::uint64_t>(entry.peak));
      if (kind == Kind::core) to = put_varint(to, entry.who >> 32);
      if (kind == Kind::core || kind == Kind::virtual_processor) to = put_varint(to, entry.who & 0xffffffff);
    }
    *mask = static_cast<char>(bits);
    i += repeats + 1;
    next = entry.bucket + static_cast<std::int64_t>(repeats) + 1;
  }
  return {bytes.data(), to};
}

bool decode(std::span<const unsigned char> blob, Kind kind, int level, std::array<DetailEntry, kChunkBuckets>& sums) {
  std::uint64_t next = 0;
  while (!blob.empty()) {
    const auto head = take_varint(blob);
    if (!head) return false;
    std::uint64_t repeats = 0;
    if ((*head & 1) != 0) {
      const auto more = take_varint(blob);
      if (!more) return false;
      repeats = *more;
    }
    constexpr auto kBuckets = static_cast<std::uint64_t>(kChunkBuckets);
    if (*head / 4 >= kBuckets || repeats >= kBuckets || next + *head / 4 + repeats >= kBuckets || blob.empty()) return false;
    const std::uint64_t first = next + *head / 4;
    const unsigned mask = blob[0];
    blob = blob.subspan(1);
    DetailEntry entry;
    bool whole = true;
    const auto take = [&] {
      const auto value = take_varint(blob);
      whole = whole && value;
      return value.value_or(0);
    };
    const auto taken_sum = [&] {
      return static_cast<std::int64_t>(std::min<std::uint64_t>(take(), INT64_MAX));
    };
    for (std::size_t s = 0; s < kDetailSums; ++s)
      if ((mask & (1U << s)) != 0) entry.sums[s] = taken_sum();
    if ((mask & (1U << kPeakBit)) != 0) {
      entry.peak = taken_sum();
      if (kind == Kind::core) entry.who = take() << 32;
      if (kind == Kind::core || kind == Kind::virtual_processor) entry.who |= take();
    }
    if (!whole) return false;
    if ((*head & 2) != 0) entry.sums[kCeded] = rest(entry, level);
    for (std::uint64_t i = first; i <= first + repeats; ++i) sums[i].add(entry);
    next = first + repeats + 1;
  }
  return true;
}

LaneBucket lane_bucket(const DetailEntry& entry, Kind kind, int level) {
  const auto time = [&](DetailSum sum) {
    return SimTime::from_ps(entry.sums[sum]);
  };
  const auto number = [&](DetailSum sum) {
    return static_cast<std::uint64_t>(entry.sums[sum]);
  };
  LaneBucket bucket;
  bucket.begin = bucket_length(level) * entry.bucket;
  bucket.end = bucket.begin + bucket_length(level);
  bucket.count = number(kCount);
  if (kind == Kind::io_target || kind == Kind::vsp) {
    bucket.latency = time(kLatency);
    bucket.longest = SimTime::from_ps(entry.peak);
    bucket.in_flight = time(kInFlight);
    bucket.failed = number(kFailed);
    bucket.bytes = number(kBytes);
    return bucket;
  }
  bucket.running = SimTime::from_ps(bounded_sum(entry.sums[kEntitled], entry.sums[kExcess]));
  bucket.excess = time(kExcess);
  bucket.preemptions = number(kPreemptions);
  bucket.queued = time(kQueued);
  bucket.withheld = time(kWithheld);
  bucket.ceded = time(kCeded);
  if (kind == Kind::core) bucket.partition = static_cast<std::uint32_t>(entry.who >> 32);
  if (kind == Kind::core) bucket.vp = static_cast<std::uint32_t>(entry.who);
  if (kind == Kind::virtual_processor) bucket.core = static_cast<std::uint32_t>(entry.who);
  return bucket;
}

}  // namespace lparsim::trace
