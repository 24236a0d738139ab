#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "models/hypervisor/partition_memory.hpp"
#include "models/io/frame.hpp"
#include "models/vsp/hooks.hpp"

namespace lparsim::hypervisor {

/// What the hooks switch.frame and sea.forward say of a frame: all arguments but [6], which is the place's own, and the function.
void describe(const io::Frame& frame, std::uint16_t vlan, vsp::Call& call);

/// The heads of frames that wait for a verdict, where Virtual Service Partitions can read and change them.
class HeldHeads {
 public:
  /// `page` returns the address of 4 KiB of `memory` that nobody else uses.
  HeldHeads(PartitionMemory& memory, std::function<std::uint64_t()> page) : memory_{memory}, page_{std::move(page)} {}

  /// Puts the head there; returns it as a buffer of a call.
  vsp::Buffer keep(const io::Frame& frame);
  /// Puts what it has become into the frame and frees the place. Whether it has changed.
  bool take_back(std::uint64_t address, io::Frame& frame);
  void forget(std::uint64_t address) { free_.push_back(address); }

 private:
  PartitionMemory& memory_;
  std::function<std::uint64_t()> page_;
  std::vector<std::uint64_t> free_;
};

}  // namespace lparsim::hypervisor
