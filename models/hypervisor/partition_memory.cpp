#include "models/hypervisor/partition_memory.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

void PartitionMemory::read(std::uint64_t address, std::span<std::uint8_t> bytes) const {
  LPARSIM_CHECK(contains(address, bytes.size()), "{} bytes read at {:#x} of a partition's memory of {:#x}", bytes.size(), address,
                size_.count);
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), kPage - address % kPage));
    if (const auto page = pages_.find(address / kPage); page != pages_.end()) {
      std::copy_n(page->second->data() + address % kPage, part.size(), part.data());
    } else {
      std::fill(part.begin(), part.end(), std::uint8_t{0});
    }
    bytes = bytes.subspan(part.size());
    address += part.size();
  }
}

void PartitionMemory::write(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  LPARSIM_CHECK(contains(address, bytes.size()), "{} bytes written at {:#x} of a partition's memory of {:#x}", bytes.size(), address,
                size_.count);
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), kPage - address % kPage));
    auto& page = pages_[address / kPage];
    if (page == nullptr) page = std::make_unique<Page>();
    std::copy_n(part.data(), part.size(), page->data() + address % kPage);
    bytes = bytes.subspan(part.size());
    address += part.size();
  }
}

std::uint64_t PartitionMemory::read(std::uint64_t address, std::uint32_t length) const {
  std::array<std::uint8_t, 8> bytes{};
  read(address, std::span{bytes}.first(length));
  std::uint64_t value = 0;
  for (std::uint32_t i = 0; i < length; ++i) value = value << 8 | bytes[i];
  return value;
}

void PartitionMemory::write(std::uint64_t address, std::uint32_t length, std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes{};
  put_big_endian(std::span{bytes}.first(length), value);
  write(address, std::span<const std::uint8_t>{bytes}.first(length));
}

void put_big_endian(std::span<std::uint8_t> bytes, std::uint64_t value) {
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, value >>= 8) *byte = static_cast<std::uint8_t>(value);
}

}  // namespace lparsim::hypervisor
