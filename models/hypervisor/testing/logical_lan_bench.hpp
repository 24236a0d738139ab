#pragma once
#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/hypervisor/logical_lan.hpp"
#include "models/io/testing/tcp_frame.hpp"

namespace lparsim::hypervisor::testing {

using io::testing::tcp_frame;

/// A virtual switch with adapters of partitions that consist of memory only: each adapter has a partition of its own, whose window of 8 MiB
/// is mapped to the same addresses. Buffer list at 0, filter list at 4 KiB, receive queue at 8 KiB, receive buffers from 64 KiB on, frames
/// to send from 4 MiB on.
class LogicalLanBench : private VirtualInterrupts {
 public:
  static constexpr std::uint64_t kSize = 8 << 20;
  static constexpr std::uint32_t kFilterList = 0x1000;
  static constexpr std::uint32_t kQueue = 0x2000;
  static constexpr std::uint32_t kBuffers = 0x1'0000;
  static constexpr std::uint32_t kSend = 4 << 20;
  static constexpr UnitAddress kUnit{0x3000'0002};

  /// What lies in the receive queue.
  struct Entry {
    std::uint8_t control;
    std::uint32_t offset;
    std::uint32_t length;
    std::uint64_t correlator;
    io::Frame frame;
  };
  struct Adapter {
    PartitionId partition{};
    Liobn liobn{};
    std::uint32_t interrupt = 0;
    std::uint32_t entries = 0;
    std::uint32_t next = 0;
    std::uint8_t valid = lan::kEntryValid;
    std::uint32_t next_buffer = kBuffers;
    std::uint32_t interrupts = 0;
    HcallExtension call;  ///< the last one, as it came back
  };

  Adapter& add(const EthernetAdapterSpec& spec) {
    memories_.push_back(std::make_unique<PartitionMemory>(Bytes{kSize}));
    tables.add_partition(*memories_.back());
    Adapter& adapter = adapters_.emplace_back();
    adapter.partition = id_of<PartitionId>(adapters_.size() - 1);
    adapter.liobn = tables.add_window(adapter.partition, Bytes{kSize});
    for (std::uint64_t page = 0; page < kSize; page += lan::kPage)
      tables.put(adapter.partition, adapter.liobn, page, page | kTceRead | kTceWrite);
    adapter.interrupt = sources.add(adapter.partition);
    lan_.add(adapter.partition, kUnit, adapter.liobn, adapter.interrupt, spec);
    return adapter;
  }
  /// Registered with a receive queue of so many entries, and its interrupt enabled.
  Adapter& open(const EthernetAdapterSpec& spec, std::uint32_t entries = 1024) {
    Adapter& adapter = add(spec);
    register_adapter(adapter, spec.mac.bits, entries);
    return adapter;
  }
  HcallStatus register_adapter(Adapter& adapter, std::uint64_t mac, std::uint32_t entries = 1024) {
    for (std::uint32_t at = 0; at < entries * lan::kEntry; at += 8) memory(adapter).write(kQueue + at, 8, 0);
    adapter.entries = entries;
    adapter.next = 0;
    adapter.valid = lan::kEntryValid;
    const auto queue = lan::descriptor(entries * lan::kEntry, kQueue);
    const HcallStatus status = call(adapter, Hcall::register_logical_lan, {0, queue, kFilterList, mac});
    sources.enable(adapter.interrupt);
    return status;
  }
  /// With its place as correlator.
  HcallStatus add_buffer(Adapter& adapter, std::uint32_t size) {
    const std::uint32_t at = adapter.next_buffer;
    adapter.next_buffer += (size + 15) / 16 * 16;
    memory(adapter).write(at, 8, at);
    return call(adapter, Hcall::add_logical_lan_buffer, {lan::descriptor(size, at)});
  }
  void add_buffers(Adapter& adapter, std::uint32_t size, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) add_buffer(adapter, size);
  }
  HcallStatus call(Adapter& adapter, Hcall call, std::initializer_list<std::uint64_t> arguments) {
    adapter.call = {};
    adapter.call.call = call;
    adapter.call.registers[0] = static_cast<std::uint64_t>(kUnit);
    std::copy(arguments.begin(), arguments.end(), adapter.call.registers.begin() + 1);
    return lan_.answer(adapter.partition, adapter.call);
  }
  HcallStatus send(Adapter& adapter, const io::Frame& frame, std::uint32_t mss = 0, std::uint64_t control = 0, std::uint64_t token = 0) {
    memory(adapter).write(kSend, std::span{frame.head}.first(std::min(frame.length, io::Frame::kHead)));
    return call(adapter, Hcall::send_logical_lan, {lan::descriptor(frame.length, kSend, lan::kValid | control), 0, 0, 0, 0, 0, token, mss});
  }
  HcallStatus attributes(Adapter& adapter, std::uint64_t reset, std::uint64_t set) {
    return call(adapter, Hcall::illan_attributes, {reset, set});
  }
  /// The next entry of the receive queue, if there is one.
  std::optional<Entry> receive(Adapter& adapter) {
    const std::uint32_t at = kQueue + adapter.next * lan::kEntry;
    const std::uint64_t first = memory(adapter).read(at, 8);
    Entry entry{static_cast<std::uint8_t>(first >> 56),
                static_cast<std::uint32_t>(first >> 32 & 0xFFFF),
                static_cast<std::uint32_t>(first),
                memory(adapter).read(at + 8, 8),
                {}};
    if ((entry.control & lan::kEntryValid) != adapter.valid) return std::nullopt;
    if (++adapter.next == adapter.entries) {
      adapter.next = 0;
      adapter.valid ^= lan::kEntryValid;
    }
    entry.frame.length = entry.length;
    const auto head = std::span{entry.frame.head}.first(std::min(entry.length, io::Frame::kHead));
    memory(adapter).read(entry.correlator + entry.offset, head);
    return entry;
  }
  std::vector<Entry> receive_all(Adapter& adapter) {
    std::vector<Entry> entries;
    while (const auto entry = receive(adapter)) entries.push_back(*entry);
    return entries;
  }
  void eoi(Adapter& adapter) { sources.eoi(adapter.partition, adapter.interrupt); }
  void stop(Adapter& adapter) { lan_.partition_stopped(adapter.partition); }

  PartitionMemory& memory(const Adapter& adapter) { return *memories_[index(adapter.partition)]; }
  std::uint64_t dropped(const Adapter& adapter) const { return lan_.frames_dropped(adapter.partition, kUnit); }
  void set_hooks(vsp::Hooks& hooks, std::function<SimTime()> clock) { lan_.set_hooks(hooks, std::move(clock)); }
  std::uint64_t held(const Adapter& adapter) const { return lan_.frames_held(adapter.partition, kUnit); }
  std::uint64_t denied(const Adapter& adapter) const { return lan_.frames_denied(adapter.partition, kUnit); }
  PartitionMemory& held_memory() { return lan_.held_memory(); }
  std::uint64_t delivered(const Adapter& adapter) const { return lan_.frames_delivered(adapter.partition, kUnit); }
  bool is_active_trunk(const Adapter& adapter) const { return lan_.is_active_trunk(adapter.partition, kUnit); }

  TceTables tables;
  InterruptSources sources{*this};
  VioCosts costs;

 private:
  void virtual_interrupt(PartitionId partition, std::uint32_t) override { ++adapters_[index(partition)].interrupts; }

  std::vector<std::unique_ptr<PartitionMemory>> memories_;
  std::deque<Adapter> adapters_;
  LogicalLan lan_{costs, sources, tables};
};

/// A frame of `length` bytes, its data numbered from its first byte on.
inline io::Frame frame_to(io::MacAddress destination, io::MacAddress source, std::uint32_t length) {
  io::Frame frame;
  frame.length = length;
  for (std::uint32_t i = 14; i < std::min(length, io::Frame::kHead); ++i) frame.head[i] = static_cast<std::uint8_t>(i);
  frame.set_addresses(destination, source);
  frame.set_ether_type(static_cast<std::uint16_t>(io::EtherType::local_experimental));
  return frame;
}

}  // namespace lparsim::hypervisor::testing
