#pragma once
#include <cstdint>

#include "models/hypervisor/hypercall_port.hpp"
#include "models/hypervisor/virtual_io.hpp"
#include "models/vsp/port.hpp"
#include "sim/base/ids.hpp"

namespace lparsim::hypervisor {

/// Directions of H_VSP_COPY.
inline constexpr std::uint64_t kVspFromGrant = 0;
inline constexpr std::uint64_t kVspToGrant = 1;
/// The longest copy of one call; a longer one is several.
inline constexpr std::uint64_t kMostVspCopied = 128 * 1024;

/// The channel of a Virtual Service Partition as its operating system has it: the calls H_VSP_SEND, H_VSP_RECEIVE and H_VSP_COPY over its
/// TLM-2.0 socket, on messages in a page of its memory. H_EOI follows when the channel was found empty, as drivers of virtual adapters do.
/// No use while the partition is not active.
class VspPort final : public vsp::Port {
 public:
  /// `interrupt`: Hypervisor::add_vsp. bind() follows before the first call.
  VspPort(VirtualIo& virtual_io, PartitionId partition, std::uint32_t interrupt);
  void bind(HypercallPort& port) { port_ = &port; }

  std::int32_t send(std::span<const std::uint8_t> message, SimTime now) override;
  std::optional<vsp::Message> receive(SimTime now) override;
  std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> bytes, SimTime now) override;
  std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> bytes, SimTime now) override;
  SimTime take_cost() override;
  std::uint32_t interrupt_source() const override { return interrupt_; }

 private:
  HcallExtension& call(Hcall which, std::initializer_list<std::uint64_t> arguments);
  std::int32_t copy(std::uint64_t grant, std::uint64_t offset, std::uint64_t length, std::uint64_t direction);

  VirtualIo& virtual_io_;
  PartitionId partition_;
  std::uint32_t interrupt_;
  HypercallPort* port_ = nullptr;
  std::uint64_t message_;  ///< where messages lie: addresses in the partition's memory
  std::uint64_t data_;     ///< and what is copied
  SimTime cost_;
};

}  // namespace lparsim::hypervisor
