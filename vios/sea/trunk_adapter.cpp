#include "vios/sea/trunk_adapter.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "sim/base/check.hpp"

namespace lparsim::sea {

namespace lan = hypervisor::lan;
using hypervisor::HcallStatus;

TrunkAdapter::TrunkAdapter(hypervisor::VioCalls& calls, const hypervisor::VirtualAdapter& adapter, io::MacAddress mac)
    : calls_{calls}, adapter_{adapter}, mac_{mac}, area_{calls, adapter} {
  buffer_list_ = area_.reserve_pages(1);
  filter_list_ = area_.reserve_pages(1);
  queue_ = area_.reserve(std::uint64_t{kEntries} * lan::kEntry);
  send_buffer_ = area_.reserve(lan::kLargestFrame + 8);
  const auto bytes = std::accumulate(std::begin(kPools), std::end(kPools), std::uint64_t{0},
                                     [](std::uint64_t sum, const Pool& pool) { return sum + std::uint64_t{pool.size} * pool.count; });
  buffers_ = area_.reserve(bytes);
}

void TrunkAdapter::open(bool large_receive, bool trunk) {
  area_.map();
  const std::array<std::uint8_t, lan::kEntry> free{};
  for (std::uint32_t i = 0; i < kEntries; ++i) area_.write(queue_ + std::uint64_t{i} * lan::kEntry, free);
  next_ = 0;
  valid_ = lan::kEntryValid;

  std::uint64_t attributes = 0;
  if (large_receive) calls_.illan_attributes(adapter_.unit, 0, lan::kLargeReceive, attributes);
  const HcallStatus status = calls_.register_logical_lan(
      adapter_.unit, buffer_list_, lan::descriptor(kEntries * lan::kEntry, static_cast<std::uint32_t>(queue_)), filter_list_, mac_.bits);
  LPARSIM_CHECK(status == HcallStatus::success, "H_REGISTER_LOGICAL_LAN of {:#x} answers {}", static_cast<std::uint64_t>(adapter_.unit),
                static_cast<std::int64_t>(status));
  auto at = static_cast<std::uint32_t>(buffers_);
  for (const Pool& pool : kPools) {
    for (std::uint32_t i = 0; i < pool.count; ++i, at += pool.size) {
      std::array<std::uint8_t, 8> correlator{};
      hypervisor::put_big_endian(correlator, lan::descriptor(pool.size, at));
      area_.write(at, correlator);
      calls_.add_logical_lan_buffer(adapter_.unit, lan::descriptor(pool.size, at));
    }
  }
  calls_.multicast_ctrl(adapter_.unit, lan::kModifyReception | lan::kReception, 0);
  if (trunk) calls_.vioctl(adapter_.unit, lan::kDisableInactiveTrunkReception, {}, {});
  calls_.vio_signal(adapter_.unit, 1);
}

std::optional<TrunkAdapter::Received> TrunkAdapter::take() {
  hypervisor::PartitionMemory& memory = calls_.memory();
  while (true) {
    const std::uint64_t entry = area_.address(queue_ + std::uint64_t{next_} * lan::kEntry);
    const std::uint64_t status = memory.read(entry, 8);
    const auto control = static_cast<std::uint8_t>(status >> 56);
    if ((control & lan::kEntryValid) != valid_) return std::nullopt;
    if (++next_ == kEntries) {
      next_ = 0;
      valid_ ^= lan::kEntryValid;
    }
    const std::uint64_t buffer = memory.read(entry + 8, 8);
    const std::uint64_t ioba = lan::ioba_of(buffer);
    const auto offset = static_cast<std::uint32_t>(status >> 32 & 0xFFFF);
    if ((control & lan::kEntryMessage) == 0) {
      give_back(buffer);
      continue;
    }
    Received received{{}, buffer};
    io::Frame& frame = received.frame;
    frame.length = static_cast<std::uint32_t>(status);
    area_.read(ioba + offset, std::span{frame.head}.first(std::min(frame.length, io::Frame::kHead)));
    if (offset >= lan::kLargeMessageOffset) frame.mss = static_cast<std::uint32_t>(memory.read(area_.address(ioba + 8), 8));
    return received;
  }
}

HcallStatus TrunkAdapter::send(const io::Frame& frame) {
  area_.write(send_buffer_, std::span{frame.head}.first(std::min(frame.length, io::Frame::kHead)));
  const std::uint64_t control = lan::kValid | (frame.mss != 0 ? lan::kLargeSend : 0);
  const std::array descriptors = {lan::descriptor(frame.length, static_cast<std::uint32_t>(send_buffer_), control)};
  std::uint64_t token = 0;
  HcallStatus status{};
  do status = calls_.send_logical_lan(adapter_.unit, descriptors, token, frame.mss);
  while (status == HcallStatus::busy);
  return status;
}

bool TrunkAdapter::is_active() const {
  std::uint64_t attributes = 0;
  calls_.illan_attributes(adapter_.unit, 0, 0, attributes);
  return (attributes & lan::kActiveTrunk) != 0;
}

void TrunkAdapter::become_active() {
  std::uint64_t attributes = 0;
  calls_.illan_attributes(adapter_.unit, 0, lan::kActiveTrunk, attributes);
}

}  // namespace lparsim::sea
