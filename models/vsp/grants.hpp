#pragma once
#include <cstdint>
#include <vector>

#include "models/vsp/hooks.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

namespace lparsim::vsp {

/// Memory of callers that one partition may reach, each for the life of one call. What is taken back is at once out of reach.
class Grants {
 public:
  /// The grant's number in messages: never given again.
  std::uint64_t give(PartitionId owner, const Buffer& buffer, std::uint32_t leg);
  void revoke(std::uint64_t id);
  void revoke_all();
  /// Of all grants that hold.
  Bytes given() const { return given_; }

  struct Reach {
    std::int32_t status = 0;
    PartitionId owner{};
    std::uint64_t address = 0;  ///< in the owner's memory
    std::uint32_t leg = 0;
  };
  /// Where `length` bytes at `offset` are: FAULT for a grant that never was, a direction or range that was not granted; STALE for one that
  /// is over.
  Reach reach(std::uint64_t id, std::uint32_t offset, std::size_t length, bool write) const;

 private:
  struct Grant {
    std::uint64_t id = 0;  ///< 0: over
    PartitionId owner{};
    Buffer buffer;
    std::uint32_t leg = 0;
  };
  static constexpr unsigned kSlotBits = 20;
  Grant* find(std::uint64_t id);

  std::vector<Grant> grants_;
  std::vector<std::uint32_t> free_;
  std::uint64_t last_ = 0;  ///< serial number
  Bytes given_;
};

}  // namespace lparsim::vsp
