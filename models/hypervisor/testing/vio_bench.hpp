#pragma once
// Partitions that make calls of virtual I/O without a simulation kernel, processors or operating systems.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "models/hypervisor/encoded_vio_calls.hpp"
#include "models/hypervisor/virtual_io.hpp"

namespace lparsim::hypervisor::testing {

/// The calls of one partition, straight into VirtualIo.
class DirectVioCalls final : public EncodedVioCalls {
 public:
  DirectVioCalls(VirtualIo& virtual_io, PartitionId partition) : virtual_io_{virtual_io}, partition_{partition} {}

  PartitionMemory& memory() override { return virtual_io_.memory(partition_); }
  std::uint64_t allocate(std::uint32_t pages) override { return virtual_io_.allocate(partition_, pages); }

 private:
  HcallExtension& call(Hcall call, std::span<const std::uint64_t> arguments) override {
    extension_.call = call;
    extension_.registers.fill(0);
    std::copy(arguments.begin(), arguments.end(), extension_.registers.begin());
    extension_.cost = {};
    extension_.status = virtual_io_.answer(partition_, extension_);
    return extension_;
  }

  VirtualIo& virtual_io_;
  PartitionId partition_;
  HcallExtension extension_;
};

/// `partitions` partitions with the same amount of memory each. Interrupts go to what a test has put into on_interrupt(), and are noted.
class VioBench : private VirtualInterrupts {
 public:
  explicit VioBench(std::uint32_t partitions, const VioCosts& costs = {}, Bytes memory = Bytes{std::uint64_t{1} << 32})
      : virtual_io{costs, *this}, on_interrupt_(partitions), interrupts_(partitions) {
    for (std::uint32_t i = 0; i < partitions; ++i) {
      virtual_io.add_partition(memories_.emplace_back(memory));
      calls_.push_back(std::make_unique<DirectVioCalls>(virtual_io, PartitionId{i}));
    }
  }

  VirtualIo virtual_io;

  DirectVioCalls& calls(PartitionId partition) { return *calls_[index(partition)]; }
  PartitionMemory& memory(PartitionId partition) { return memories_[index(partition)]; }
  /// To be connected, for instance, to system::testing::Processors::interrupt.
  std::function<void(std::uint32_t source)>& on_interrupt(PartitionId partition) { return on_interrupt_[index(partition)]; }
  /// The sources that raised an interrupt since the last time it was asked.
  std::vector<std::uint32_t> take_interrupts(PartitionId partition) { return std::exchange(interrupts_[index(partition)], {}); }

 private:
  void virtual_interrupt(PartitionId partition, std::uint32_t source) override {
    interrupts_[index(partition)].push_back(source);
    if (on_interrupt_[index(partition)]) on_interrupt_[index(partition)](source);
  }

  std::deque<PartitionMemory> memories_;
  std::vector<std::function<void(std::uint32_t)>> on_interrupt_;
  std::vector<std::vector<std::uint32_t>> interrupts_;
  std::vector<std::unique_ptr<DirectVioCalls>> calls_;
};

}  // namespace lparsim::hypervisor::testing
