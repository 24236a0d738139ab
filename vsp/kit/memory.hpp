#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

namespace lparsim::vsp::kit {

/// The memory of the partitions on a bench, and what of it is lent with calls that are not answered.
class Memory {
 public:
  static constexpr std::size_t kSize = 1 << 20;  ///< of each partition, in bytes

  bool read(PartitionId owner, std::uint64_t address, std::span<std::uint8_t> bytes) const;
  bool write(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes);

  /// From now until `give_back`: whoever writes there by write_own() is noticed.
  void lend(PartitionId owner, std::uint64_t address, Bytes length, std::uint64_t loan);
  void give_back(std::uint64_t loan);
  /// As write(), by the owner itself. False: it is lent, and was written all the same.
  bool write_own(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes);

 private:
  struct Loan {
    PartitionId owner{};
    std::uint64_t begin = 0, end = 0;
    std::uint64_t loan = 0;
  };
  mutable std::map<PartitionId, std::vector<std::uint8_t>> bytes_;
  std::vector<Loan> loans_;
};

}  // namespace lparsim::vsp::kit
