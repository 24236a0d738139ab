#include "models/hypervisor/vpa.hpp"

namespace lparsim::hypervisor {
namespace {

// Offsets in the area (LoPAR, "Per Virtual Processor Area").
constexpr std::uint64_t kDtlMask = 0xB8;
constexpr std::uint64_t kDispatchCount = 0x100;
constexpr std::uint64_t kDispersion = 0x104;
constexpr std::uint64_t kWaitProcessor = 0x158;
constexpr std::uint64_t kWaitCapacity = 0x160;
constexpr std::uint64_t kWaitReady = 0x168;
constexpr std::uint64_t kDtlIndex = 0x218;

std::uint64_t ticks(SimTime t) {
  return static_cast<std::uint64_t>(timebase_ticks(t));
}

}  // namespace

std::array<std::uint8_t, DtlEntry::kSize> DtlEntry::encode() const {
  std::array<std::uint8_t, kSize> bytes{};
  const auto put = [&](std::size_t offset, int length, std::uint64_t value) {
    for (int i = 0; i < length; ++i)
      bytes[offset + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (8 * (length - 1 - i)));
  };
  put(0x0, 1, static_cast<std::uint64_t>(dispatch_reason));
  put(0x1, 1, static_cast<std::uint64_t>(preempt_reason));
  put(0x2, 2, processor);
  put(0x4, 4, enqueue_to_dispatch);
  put(0x8, 4, ready_to_enqueue);
  put(0xC, 4, waiting_to_ready);
  put(0x10, 8, timebase);
  return bytes;
}

void VirtualProcessorArea::register_vpa(PartitionMemory& memory, std::uint64_t address, const VpAccount& account) {
  vpa_ = address;
  memory.write(address, 4, kDescriptor);
  update(memory, account);
}

void VirtualProcessorArea::register_dtl(PartitionMemory& memory, std::uint64_t address) {
  dtl_entries_ = memory.read(address + 4, 4) / DtlEntry::kSize;
  dtl_ = address;
  dtl_index_ = 0;
  if (vpa_) memory.write(*vpa_ + kDtlIndex, 8, 0);
}

void VirtualProcessorArea::update(PartitionMemory& memory, const VpAccount& account) const {
  if (!vpa_) return;
  memory.write(*vpa_ + kDispatchCount, 4, account.dispatch_count);
  memory.write(*vpa_ + kDispersion, 4, account.dispersion);
  memory.write(*vpa_ + kWaitProcessor, 8, ticks(account.waited_processor));
  memory.write(*vpa_ + kWaitCapacity, 8, ticks(account.waited_capacity));
  memory.write(*vpa_ + kWaitReady, 8, ticks(account.waited_ready));
}

void VirtualProcessorArea::log(PartitionMemory& memory, PreemptReason previous, const DtlEntry& entry) {
  if (!vpa_ || !dtl_) return;
  const bool voluntary = previous == PreemptReason::cede || previous == PreemptReason::confer;
  const std::uint8_t wanted = voluntary ? 1 : previous == PreemptReason::end_of_slice ? 2 : 0;
  if ((memory.byte(*vpa_ + kDtlMask) & wanted) == 0) return;
  const auto bytes = entry.encode();
  const std::uint64_t at = *dtl_ + dtl_index_ % dtl_entries_ * DtlEntry::kSize;
  for (std::size_t i = 0; i < bytes.size(); ++i) memory.set_byte(at + i, bytes[i]);
  memory.write(*vpa_ + kDtlIndex, 8, ++dtl_index_);
}

}  // namespace lparsim::hypervisor
