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

void PartitionMemory::copy(std::uint64_t address, const PartitionMemory& source, std::uint64_t source_address, std::uint64_t length) {
  LPARSIM_CHECK(contains(address, length) && source.contains(source_address, length),
                "{} bytes copied from {:#x} of a partition's memory of {:#x} to {:#x} of another's of {:#x}", length, source_address,
                source.size_.count, address, size_.count);
  while (length > 0) {
    const std::uint64_t part = std::min({length, kPage - address % kPage, kPage - source_address % kPage});
    const auto from = source.pages_.find(source_address / kPage);
    const auto to = pages_.find(address / kPage);
    if (from != source.pages_.end()) {
      const std::uint8_t* bytes = from->second->data() + source_address % kPage;
      if (to != pages_.end()) {
        std::copy_n(bytes, part, to->second->data() + address % kPage);
      } else {
        write(address, std::span{bytes, part});
      }
    } else if (to != pages_.end()) {
      std::fill_n(to->second->data() + address % kPage, part, std::uint8_t{0});
    }
    length -= part;
    address += part;
    source_address += part;
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
