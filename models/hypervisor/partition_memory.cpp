#include "models/hypervisor/partition_memory.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

PartitionMemory::Block* PartitionMemory::look_up(std::uint64_t number) const {
  const auto found = blocks_.find(number);
  if (found == blocks_.end()) return nullptr;
  recent_[number % kRecent] = {number, found->second.get()};
  return found->second.get();
}

PartitionMemory::Block& PartitionMemory::block(std::uint64_t number) {
  if (Block* found = find(number)) return *found;
  return *(blocks_[number] = std::make_unique<Block>());
}

void PartitionMemory::read(std::uint64_t address, std::span<std::uint8_t> bytes) const {
  LPARSIM_CHECK(contains(address, bytes.size()), "{} bytes read at {:#x} of a partition's memory of {:#x}", bytes.size(), address,
                size_.count);
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), kBlock - address % kBlock));
    if (const Block* block = find(address / kBlock)) {
      std::copy_n(block->data() + address % kBlock, part.size(), part.data());
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
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), kBlock - address % kBlock));
    std::copy_n(part.data(), part.size(), block(address / kBlock).data() + address % kBlock);
    bytes = bytes.subspan(part.size());
    address += part.size();
  }
}

void PartitionMemory::copy(std::uint64_t address, const PartitionMemory& source, std::uint64_t source_address, std::uint64_t length) {
  LPARSIM_CHECK(contains(address, length) && source.contains(source_address, length),
                "{} bytes copied from {:#x} of a partition's memory of {:#x} to {:#x} of another's of {:#x}", length, source_address,
                source.size_.count, address, size_.count);
  while (length > 0) {
    const std::uint64_t part = std::min({length, kBlock - address % kBlock, kBlock - source_address % kBlock});
    const Block* from = source.find(source_address / kBlock);
    if (from != nullptr) {
      std::copy_n(from->data() + source_address % kBlock, part, block(address / kBlock).data() + address % kBlock);
    } else if (Block* to = find(address / kBlock)) {
      std::fill_n(to->data() + address % kBlock, part, std::uint8_t{0});
    }
    length -= part;
    address += part;
    source_address += part;
  }
}

std::uint64_t PartitionMemory::read(std::uint64_t address, std::uint32_t length) const {
  std::array<std::uint8_t, 8> bytes{};
  read(address, std::span{bytes}.first(length));
  return get_big_endian(std::span{bytes}.first(length));
}

void PartitionMemory::write(std::uint64_t address, std::uint32_t length, std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes{};
  put_big_endian(std::span{bytes}.first(length), value);
  write(address, std::span<const std::uint8_t>{bytes}.first(length));
}

}  // namespace lparsim::hypervisor
