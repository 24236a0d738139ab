#pragma once
#include <cstdint>
#include <optional>
#include <tuple>

#include "models/hypervisor/dma_area.hpp"
#include "models/hypervisor/partition_memory.hpp"

namespace lparsim::hypervisor {

/// The pages of a queue into which the hypervisor writes elements of std::array<std::uint8_t, n>, as the one who takes them out sees them:
/// one whose first byte is kCrqFree is free.
template <typename Element>
class ElementRing {
 public:
  static constexpr std::uint64_t kElement = std::tuple_size_v<Element>;

  /// Reserves `pages` of `area`; both outlive it.
  ElementRing(VioCalls& calls, DmaArea& area, std::uint32_t pages)
      : calls_{calls}, area_{area}, ioba_{area.reserve_pages(pages)}, length_{pages * kIoPage} {}

  std::uint64_t ioba() const { return ioba_; }
  std::uint64_t length() const { return length_; }

  /// Frees all elements, and begins at the first. Before the queue is registered.
  void empty() {
    for (std::uint64_t at = 0; at < length_; at += kElement) calls_.memory().write(area_.address(ioba_ + at), 1, kCrqFree);
    next_ = 0;
  }

  std::optional<Element> take() {
    PartitionMemory& memory = calls_.memory();
    const std::uint64_t address = area_.address(ioba_ + next_);
    Element element{};
    memory.read(address, element);
    if (element[0] == kCrqFree) return std::nullopt;
    memory.write(address, 1, kCrqFree);
    next_ = (next_ + kElement) % length_;
    return element;
  }

 private:
  VioCalls& calls_;
  DmaArea& area_;
  std::uint64_t ioba_;
  std::uint64_t length_;
  std::uint64_t next_ = 0;
};

}  // namespace lparsim::hypervisor
