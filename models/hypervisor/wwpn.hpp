#pragma once
#include <cstdint>
#include <optional>

namespace lparsim::hypervisor {

/// The two names of a virtual Fibre Channel adapter (`ibm,port-wwn-1` and `-2`): the first one logs in, the other one while the partition
/// moves to another server.
struct WwpnPair {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  bool operator==(const WwpnPair&) const = default;
};

/// Gives a server's virtual adapters their names, which are never used again (IBM, "Virtual Fibre Channel for HMC-managed systems": 32,000
/// pairs).
class WwpnPool {
 public:
  static constexpr std::uint32_t kPairs = 32'000;
  /// `server`: counted over the whole scenario.
  explicit WwpnPool(std::uint32_t server) : base_{0xC050'7600'0000'0000 + (std::uint64_t{server} << 24)} {}
  /// Nothing when all have been given away.
  std::optional<WwpnPair> take() {
    if (taken_ == kPairs) return {};
    const std::uint64_t first = base_ + 2 * std::uint64_t{taken_++};
    return WwpnPair{first, first + 1};
  }

 private:
  std::uint64_t base_;
  std::uint32_t taken_ = 0;
};

}  // namespace lparsim::hypervisor
