#include "vsp/kit/memory.hpp"

#include <algorithm>

namespace lparsim::vsp::kit {

bool Memory::read(PartitionId owner, std::uint64_t address, std::span<std::uint8_t> bytes) const {
  if (address > kSize || bytes.size() > kSize - address) return false;
  auto& memory = bytes_[owner];
  memory.resize(kSize);
  std::copy_n(memory.begin() + static_cast<std::ptrdiff_t>(address), bytes.size(), bytes.begin());
  return true;
}

bool Memory::write(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes) {
  if (address > kSize || bytes.size() > kSize - address) return false;
  auto& memory = bytes_[owner];
  memory.resize(kSize);
  std::copy(bytes.begin(), bytes.end(), memory.begin() + static_cast<std::ptrdiff_t>(address));
  return true;
}

void Memory::lend(PartitionId owner, std::uint64_t address, Bytes length, std::uint64_t loan) {
  if (length.count != 0) loans_.push_back({owner, address, address + static_cast<std::uint64_t>(length.count), loan});
}

void Memory::give_back(std::uint64_t loan) {
  std::erase_if(loans_, [&](const Loan& l) { return l.loan == loan; });
}

bool Memory::write_own(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes) {
  write(owner, address, bytes);
  return std::none_of(loans_.begin(), loans_.end(),
                      [&](const Loan& l) { return l.owner == owner && address < l.end && address + bytes.size() > l.begin; });
}

}  // namespace lparsim::vsp::kit
