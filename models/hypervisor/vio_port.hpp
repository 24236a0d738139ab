#pragma once
#include "models/hypervisor/encoded_vio_calls.hpp"
#include "models/hypervisor/hypercall_port.hpp"
#include "models/hypervisor/virtual_io.hpp"
#include "sim/base/ids.hpp"

namespace lparsim::hypervisor {

/// A partition's calls of virtual I/O over its TLM-2.0 socket. Drivers share it; it is no use while the partition is not active.
class VioPort final : public EncodedVioCalls {
 public:
  VioPort(HypercallPort& port, VirtualIo& virtual_io, PartitionId partition) : VioPort{virtual_io, partition} { bind(port); }
  /// Drivers are made before the operating system that has the port: bind() follows before the first call.
  VioPort(VirtualIo& virtual_io, PartitionId partition) : virtual_io_{virtual_io}, partition_{partition} {}
  void bind(HypercallPort& port) { port_ = &port; }

  PartitionMemory& memory() override { return virtual_io_.memory(partition_); }
  std::uint64_t allocate(std::uint32_t pages) override { return virtual_io_.allocate(partition_, pages); }

 private:
  // Which of the partition's virtual processors makes the call does not matter, so it says nothing of the processor's MSR[EE] either.
  HcallExtension& call(Hcall call, std::span<const std::uint64_t> arguments) override { return port_->call(0, call, arguments, false); }

  HypercallPort* port_ = nullptr;
  VirtualIo& virtual_io_;
  PartitionId partition_;
};

}  // namespace lparsim::hypervisor
