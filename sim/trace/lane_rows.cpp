#include "sim/trace/lane_rows.hpp"

#include <utility>

#include "sim/trace/detail_entry.hpp"

namespace lparsim::trace {

void LaneRows::add(std::uint32_t number) {
  if (number >= lanes_.size()) lanes_.resize(number + 1);
  Lane& lane = lanes_[number];
  const std::uint64_t place = rows_ % kBlockRows + 1;
  char step[kVarintBytes];
  lane.bytes.append(step, static_cast<std::size_t>(put_varint(step, place - lane.last) - step));
  lane.last = place;
  if (++rows_ % kBlockRows == 0) finish();
}

void LaneRows::finish() {
  if (rows_ == 0) return;
  for (std::uint32_t number = 0; number < lanes_.size(); ++number) {
    Lane& lane = lanes_[number];
    if (!lane.bytes.empty()) sink_.lane_rows({kind_, (rows_ - 1) / kBlockRows, number, std::move(lane.bytes)});
    lane = {};
  }
  sink_.indexed(kind_, kBlockRows, rows_);
}

bool decode_rows(std::span<const unsigned char> blob, std::uint64_t block, std::uint64_t block_rows, std::vector<std::int64_t>& rows) {
  std::uint64_t place = 0;
  while (!blob.empty()) {
    const auto step = take_varint(blob);
    if (!step || *step == 0 || *step > block_rows || place + *step > block_rows) return false;
    place += *step;
    rows.push_back(static_cast<std::int64_t>(block * block_rows + place));
  }
  return true;
}

}  // namespace lparsim::trace
