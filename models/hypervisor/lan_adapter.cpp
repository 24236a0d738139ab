#include "models/hypervisor/lan_adapter.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::uint64_t correlator_of(std::size_t pool, std::uint32_t number) {
  return std::uint64_t{pool} << 32 | number;
}
constexpr std::uint32_t kTransmitBuffer = 65'536;

}  // namespace

LanAdapter::LanAdapter(VioCalls& calls, const LanAdapterConfig& config)
    : calls_{calls},
      config_{config},
      area_{calls, config.adapter},
      buffer_list_{area_.reserve_pages(1)},
      filter_list_{area_.reserve_pages(1)} {
  for (std::size_t pool = 0; pool < config.pools.size(); ++pool) {
    const LanPool& its = config.pools[pool];
    if (!its.active) continue;
    first_[pool] = area_.reserve(std::uint64_t{its.size} * its.count, DmaArea::kPage);
    entries_ += its.count;
  }
  // The hypervisor does not check for room in the queue: one entry more than there are buffers.
  ++entries_;
  queue_ = area_.reserve(std::uint64_t{entries_} * lan::kEntry, DmaArea::kPage);
  transmit_ = area_.reserve(kTransmitBuffer, DmaArea::kPage);
}

void LanAdapter::open() {
  area_.map();
  std::uint64_t attributes = 0;
  calls_.illan_attributes(config_.adapter.unit, config_.large ? 0 : lan::kLargeReceive, config_.large ? lan::kLargeReceive : 0, attributes);
  const std::array<std::uint8_t, lan::kEntry> nothing{};
  for (std::uint32_t entry = 0; entry < entries_; ++entry) area_.write(queue_ + entry * lan::kEntry, nothing);
  next_ = 0;
  valid_ = lan::kEntryValid;
  const std::uint64_t queue = lan::descriptor(entries_ * lan::kEntry, static_cast<std::uint32_t>(queue_));
  const HcallStatus status = calls_.register_logical_lan(config_.adapter.unit, buffer_list_, queue, filter_list_, config_.mac.bits);
  LPARSIM_CHECK(status == HcallStatus::success, "H_REGISTER_LOGICAL_LAN answers {}", static_cast<std::int64_t>(status));
  empty_.clear();
  for (std::size_t pool = 0; pool < config_.pools.size(); ++pool)
    for (std::uint32_t i = 0; config_.pools[pool].active && i < config_.pools[pool].count; ++i) give(correlator_of(pool, i));
  enable_interrupt(true);
}

void LanAdapter::close() {
  calls_.free_logical_lan(config_.adapter.unit);
  empty_.clear();
}

std::uint64_t LanAdapter::buffer(std::uint64_t correlator) const {
  const auto pool = static_cast<std::size_t>(correlator >> 32);
  return first_[pool] + std::uint64_t{config_.pools[pool].size} * static_cast<std::uint32_t>(correlator);
}

void LanAdapter::give(std::uint64_t correlator) {
  const std::uint64_t ioba = buffer(correlator);
  calls_.memory().write(area_.address(ioba), 8, correlator);
  const std::uint32_t size = config_.pools[static_cast<std::size_t>(correlator >> 32)].size;
  calls_.add_logical_lan_buffer(config_.adapter.unit, lan::descriptor(size, static_cast<std::uint32_t>(ioba)));
}

bool LanAdapter::has_frame() const {
  const std::uint64_t entry = area_.address(queue_ + next_ * lan::kEntry);
  return (calls_.memory().byte(entry) & lan::kEntryValid) == valid_;
}

std::optional<io::Frame> LanAdapter::take() {
  while (has_frame()) {
    const std::uint64_t entry = area_.address(queue_ + next_ * lan::kEntry);
    const std::uint64_t word = calls_.memory().read(entry, 8);
    const std::uint64_t correlator = calls_.memory().read(entry + 8, 8);
    if (++next_ == entries_) {
      next_ = 0;
      valid_ ^= lan::kEntryValid;
    }
    const auto control = static_cast<std::uint8_t>(word >> 56);
    empty_.push_back(correlator);
    if ((control & lan::kEntryMessage) == 0) continue;
    const std::uint64_t ioba = buffer(correlator);
    const std::uint64_t offset = word >> 32 & 0xFFFF;
    io::Frame frame;
    frame.length = static_cast<std::uint32_t>(word);
    area_.read(ioba + offset, std::span{frame.head}.first(std::min(frame.length, io::Frame::kHead)));
    if (offset == lan::kLargeMessageOffset) frame.mss = static_cast<std::uint32_t>(calls_.memory().read(area_.address(ioba + 8), 8));
    return frame;
  }
  return std::nullopt;
}

void LanAdapter::replenish(std::size_t most) {
  const auto end = empty_.begin() + static_cast<std::ptrdiff_t>(std::min(most, empty_.size()));
  for (auto correlator = empty_.begin(); correlator != end; ++correlator) give(*correlator);
  empty_.erase(empty_.begin(), end);
}

HcallStatus LanAdapter::send(const io::Frame& frame) {
  area_.write(transmit_, std::span{frame.head}.first(std::min(frame.length, io::Frame::kHead)));
  const bool large = config_.large && frame.mss != 0;
  const std::array<std::uint64_t, 1> descriptors{
      lan::descriptor(frame.length, static_cast<std::uint32_t>(transmit_), lan::kValid | (large ? lan::kLargeSend : 0))};
  std::uint64_t token = 0;
  HcallStatus status;
  do {
    status = calls_.send_logical_lan(config_.adapter.unit, descriptors, token, large ? frame.mss : 0);
  } while (status == HcallStatus::busy);
  return status;
}

HcallStatus LanAdapter::activate_trunk() {
  std::uint64_t attributes = 0;
  return calls_.illan_attributes(config_.adapter.unit, 0, lan::kActiveTrunk, attributes);
}

}  // namespace lparsim::hypervisor
