#include "models/hypervisor/vpa.hpp"

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

// Offsets in the area (LoPAR, "Per Virtual Processor Area").
constexpr std::uint64_t kHomeNodeChanges = 0x58;
constexpr std::uint64_t kDtlMask = 0xB8;
constexpr std::uint64_t kDispatchCount = 0x100;  // then, to 0x16F, the hypervisor's counters only
constexpr std::uint64_t kWaitProcessor = 0x158;
constexpr std::uint64_t kEndOfCounters = 0x170;
constexpr std::uint64_t kDtlIndex = 0x218;

std::uint64_t ticks(SimTime t) {
  return static_cast<std::uint64_t>(timebase_ticks(t));
}

std::uint8_t mask_bit(PreemptReason reason) {
  switch (reason) {
    case PreemptReason::cede:
    case PreemptReason::confer:
      return 1;
    case PreemptReason::end_of_slice:
      return 2;
    case PreemptReason::none:
    case PreemptReason::firmware:
      return 0;
  }
  return 0;
}

}  // namespace

std::array<std::uint8_t, DtlEntry::kSize> DtlEntry::encode() const {
  std::array<std::uint8_t, kSize> bytes{};
  const auto put = [&](std::size_t offset, std::size_t length, std::uint64_t value) {
    put_big_endian(std::span{bytes}.subspan(offset, length), value);
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
  memory.write(address + kHomeNodeChanges, 8, 0);
  constexpr std::array<std::uint8_t, kEndOfCounters - kDispatchCount> kZeros{};
  memory.write(address + kDispatchCount, kZeros);
  update(memory, account);
}

void VirtualProcessorArea::register_dtl(PartitionMemory& memory, std::uint64_t address, std::uint64_t size) {
  LPARSIM_CHECK(vpa_ && size >= DtlEntry::kSize, "a dispatch trace log of {} bytes is registered", size);
  dtl_entries_ = size / DtlEntry::kSize;
  dtl_ = address;
  memory.write(*vpa_ + kDtlIndex, 8, 0);
}

void VirtualProcessorArea::update(PartitionMemory& memory, const VpAccount& account) const {
  if (!vpa_) return;
  memory.write(*vpa_ + kDispatchCount, 8, std::uint64_t{account.dispatch_count} << 32 | account.dispersion);
  std::array<std::uint8_t, 24> waits{};
  put_big_endian(std::span{waits}.subspan(0, 8), ticks(account.waited_processor));
  put_big_endian(std::span{waits}.subspan(8, 8), ticks(account.waited_capacity));
  put_big_endian(std::span{waits}.subspan(16, 8), ticks(account.waited_ready));
  memory.write(*vpa_ + kWaitProcessor, waits);
}

void VirtualProcessorArea::log(PartitionMemory& memory, const DtlEntry& entry) const {
  if (!vpa_ || !dtl_) return;
  if ((memory.byte(*vpa_ + kDtlMask) & mask_bit(entry.preempt_reason)) == 0) return;
  const std::uint64_t index = memory.read(*vpa_ + kDtlIndex, 8);
  memory.write(*dtl_ + index % dtl_entries_ * DtlEntry::kSize, entry.encode());
  memory.write(*vpa_ + kDtlIndex, 8, index + 1);
}

}  // namespace lparsim::hypervisor
