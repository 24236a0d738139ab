#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "sim/base/units.hpp"

namespace lparsim::hypervisor {

/// The logical memory of a partition as far as somebody looks into it: pages exist once written. Values are big-endian, as the
/// architecture's structures are. Addresses must lie below size().
class PartitionMemory {
 public:
  explicit PartitionMemory(Bytes size) : size_{size} {}

  Bytes size() const { return size_; }
  bool contains(std::uint64_t address, std::uint64_t length) const { return address <= size_.count && length <= size_.count - address; }

  std::uint8_t byte(std::uint64_t address) const {
    const auto page = pages_.find(address / kPage);
    return page == pages_.end() ? std::uint8_t{0} : (*page->second)[address % kPage];
  }
  void set_byte(std::uint64_t address, std::uint8_t value) {
    auto& page = pages_[address / kPage];
    if (page == nullptr) page = std::make_unique<Page>();
    (*page)[address % kPage] = value;
  }
  /// `length` bytes, 1 to 8, as one big-endian number.
  std::uint64_t read(std::uint64_t address, std::uint32_t length) const {
    std::uint64_t value = 0;
    for (std::uint32_t i = 0; i < length; ++i) value = value << 8 | byte(address + i);
    return value;
  }
  void write(std::uint64_t address, std::uint32_t length, std::uint64_t value) {
    for (std::uint32_t i = 0; i < length; ++i) set_byte(address + i, static_cast<std::uint8_t>(value >> (8 * (length - 1 - i))));
  }

 private:
  static constexpr std::uint64_t kPage = 4096;
  using Page = std::array<std::uint8_t, kPage>;
  Bytes size_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Page>> pages_;
};

}  // namespace lparsim::hypervisor
