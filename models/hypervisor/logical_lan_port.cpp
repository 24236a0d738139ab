#include "models/hypervisor/logical_lan_port.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace lparsim::hypervisor {

LogicalLanPort::LogicalLanPort(PartitionId partition, UnitAddress unit, Liobn liobn, std::uint32_t interrupt,
                               const EthernetAdapterSpec& spec)
    : partition_{partition}, unit_{unit}, liobn_{liobn}, interrupt_{interrupt}, spec_{spec} {
  vlans_.set(spec.pvid);
  for (const std::uint16_t vlan : spec.vlans) vlans_.set(vlan);
  attributes = lan::kLargeSendSupported | lan::kPaddedChecksum | std::uint64_t{spec.trunk_priority} << lan::kTrunkPriorityShift;
}

HcallStatus LogicalLanPort::register_adapter(TceTables& memory, std::uint64_t buffer_list, std::uint64_t queue, std::uint64_t filter_list,
                                             std::uint64_t mac) {
  // LoPAR does not say what a second registration meets; QEMU's answer is H_Resource.
  if (registered_) return HcallStatus::resource;
  const auto page = [&](std::uint64_t ioba) {
    return ioba % lan::kPage == 0 && memory.accessible(liobn_, ioba, lan::kPage, kTceRead | kTceWrite);
  };
  if (!page(buffer_list) || !page(filter_list)) return HcallStatus::parameter;
  const std::uint32_t length = lan::length_of(queue);
  if ((queue & lan::kValid) == 0 || length == 0 || length % lan::kEntry != 0 || lan::ioba_of(queue) % lan::kEntry != 0 ||
      !memory.accessible(liobn_, lan::ioba_of(queue), length, kTceRead | kTceWrite))
    return HcallStatus::parameter;

  const std::array<std::uint8_t, lan::kPage> nothing{};
  memory.write(liobn_, buffer_list, nothing);
  memory.write(liobn_, filter_list, nothing);
  memory.write(liobn_, buffer_list, 8, queue & ~lan::kToggle);
  memory.write(liobn_, buffer_list + 8, 8, lan::descriptor(lan::kPage, static_cast<std::uint32_t>(filter_list)));
  registered_ = true;
  buffer_list_ = buffer_list;
  queue_ = lan::ioba_of(queue);
  queue_length_ = length;
  queue_next_ = 0;
  toggle_ = false;
  dropped_since_registration_ = 0;
  set_mac(mac);
  return HcallStatus::success;
}

void LogicalLanPort::free_adapter() {
  registered_ = false;
  pools_.clear();
  reception = filtering = false;
  filters.clear();
  suspended = {};
  receives_inactive = true;
}

HcallStatus LogicalLanPort::add_buffer(TceTables& memory, std::uint64_t descriptor) {
  if (!registered_) return HcallStatus::resource;
  const std::uint32_t size = lan::length_of(descriptor);
  const std::uint32_t ioba = lan::ioba_of(descriptor);
  if ((descriptor & lan::kValid) == 0 || size < lan::kLeastBuffer || ioba % 4 != 0 || !memory.contains(liobn_, ioba, size))
    return HcallStatus::parameter;
  auto pool = std::lower_bound(pools_.begin(), pools_.end(), size, [](const Pool& p, std::uint32_t wanted) { return p.size < wanted; });
  if (pool == pools_.end() || pool->size != size) {
    if (pools_.size() == lan::kPools) return HcallStatus::resource;
    pool = pools_.insert(pool, Pool{size});
    for (auto shown = pool; shown != pools_.end(); ++shown) {
      const auto place = static_cast<std::uint64_t>(shown - pools_.begin());
      memory.write(liobn_, buffer_list_ + lan::kFirstPool + 8 * place, 8, lan::descriptor(shown->size, 0));
    }
  }
  pool->buffers.push_back(ioba);
  return HcallStatus::success;
}

HcallStatus LogicalLanPort::give_back(TceTables& memory, std::uint32_t size, std::uint64_t& correlator) {
  const auto pool = std::find_if(pools_.begin(), pools_.end(), [&](const Pool& p) { return p.size == size; });
  if (pool == pools_.end() || pool->buffers.empty()) return HcallStatus::not_found;
  const std::uint32_t ioba = pool->buffers.back();
  pool->buffers.pop_back();
  correlator = memory.accessible(liobn_, ioba, 8, kTceRead) ? memory.read(liobn_, ioba, 8) : 0;
  enqueue(memory, 0, lan::kMessageOffset, 0, correlator);
  return HcallStatus::success;
}

LogicalLanPort::Pool* LogicalLanPort::pool_for(std::uint32_t length) {
  auto pool = std::lower_bound(pools_.begin(), pools_.end(), length, [](const Pool& p, std::uint32_t wanted) { return p.size < wanted; });
  // With Buffer Size Control only buffers of the smallest size that fits, even where all of them are in use.
  if ((attributes & lan::kBufferSizeControl) == 0)
    while (pool != pools_.end() && pool->buffers.empty()) ++pool;
  return pool == pools_.end() || pool->buffers.empty() ? nullptr : &*pool;
}

bool LogicalLanPort::receive(TceTables& memory, const io::Frame& frame, std::uint8_t control, std::uint32_t mss) {
  const std::uint32_t offset = mss == 0 ? lan::kMessageOffset : lan::kLargeMessageOffset;
  Pool* const pool = pool_for(offset + frame.length);
  if (pool == nullptr) {
    drop(memory);
    return false;
  }
  const std::uint32_t ioba = pool->buffers.back();
  pool->buffers.pop_back();
  const std::uint64_t length = std::uint64_t{offset} + frame.length;
  if (!memory.accessible(liobn_, ioba, length, kTceRead | kTceWrite)) {
    // The driver has taken the translation away: the buffer comes back as one without a message.
    enqueue(memory, 0, lan::kMessageOffset, 0, 0);
    drop(memory);
    return false;
  }
  if (mss != 0) memory.write(liobn_, ioba + 8, 8, mss);
  memory.write(liobn_, ioba + offset, std::span{frame.head}.first(std::min(frame.length, io::Frame::kHead)));
  enqueue(memory, static_cast<std::uint8_t>(lan::kEntryMessage | control), offset, frame.length, memory.read(liobn_, ioba, 8));
  ++delivered_;
  return true;
}

void LogicalLanPort::drop(TceTables& memory) {
  ++dropped_;
  ++dropped_since_registration_;
  const std::uint64_t counter = buffer_list_ + lan::kDroppedFrames;
  if (memory.accessible(liobn_, counter, 8, kTceWrite)) memory.write(liobn_, counter, 8, dropped_since_registration_);
}

void LogicalLanPort::enqueue(TceTables& memory, std::uint8_t control, std::uint32_t offset, std::uint32_t length,
                             std::uint64_t correlator) {
  const std::uint64_t entry = std::uint64_t{queue_} + queue_next_;
  const std::uint64_t status = (toggle_ ? 0 : lan::kEntryValid) | control;
  // Nobody checks that the driver has seen what was here (LoPAR: "assumes that there are always empty receive queue elements").
  if (memory.accessible(liobn_, entry, lan::kEntry, kTceWrite)) {
    std::array<std::uint8_t, lan::kEntry> bytes{};
    put_big_endian(std::span{bytes}.first(8), status << 56 | std::uint64_t{offset} << 32 | length);
    put_big_endian(std::span{bytes}.last(8), correlator);
    memory.write(liobn_, entry, bytes);
  }
  queue_next_ += lan::kEntry;
  if (queue_next_ < queue_length_) return;
  queue_next_ = 0;
  toggle_ = !toggle_;
  if (memory.accessible(liobn_, buffer_list_, 8, kTceWrite))
    memory.write(liobn_, buffer_list_, 8, lan::descriptor(queue_length_, queue_, lan::kValid | (toggle_ ? lan::kToggle : 0)));
}

bool LogicalLanPort::wants_multicast(io::MacAddress group) const {
  if (group == io::MacAddress::broadcast()) return true;
  return reception && (!filtering || std::find(filters.begin(), filters.end(), group.bits) != filters.end());
}

}  // namespace lparsim::hypervisor
