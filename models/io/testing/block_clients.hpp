#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "models/io/block_device.hpp"
#include "sim/base/check.hpp"

namespace lparsim::io::testing {

/// Gives commands to a device, remembers how they ended, and finds any that ends twice or was never given.
class BlockRecorder final : public BlockClient {
 public:
  struct Ending {
    std::uint32_t number;
    BlockStatus status;
    SimTime when;
    bool operator==(const Ending&) const = default;
  };
  /// Called after each ending.
  std::function<void(std::uint32_t number, BlockStatus status, SimTime now)> then;
  std::vector<Ending> endings;

  void submit(BlockDevice& device, bool write, std::uint64_t block, Bytes size, SimTime now, RequestTag tag = RequestTag::none) {
    const auto number = static_cast<std::uint32_t>(under_way_.size());
    under_way_.push_back(true);
    submitting_ = true;
    device.submit({tag, number, write, block, size}, *this, now);
    submitting_ = false;
  }
  std::uint32_t submitted() const { return static_cast<std::uint32_t>(under_way_.size()); }

  void command_ended(std::uint32_t number, BlockStatus status, SimTime now) override {
    LPARSIM_CHECK(!submitting_, "command {} ended within submit()", number);
    LPARSIM_CHECK(under_way_[number], "command {} ended twice", number);
    under_way_[number] = false;
    endings.push_back({number, status, now});
    if (then) then(number, status, now);
  }

 private:
  std::vector<bool> under_way_;
  bool submitting_ = false;
};

}  // namespace lparsim::io::testing
