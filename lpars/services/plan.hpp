#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::services {

/// A disk operation that a service asks for: whole blocks of 512 bytes; `block` as in workload::IoStep.
struct DiskAccess {
  bool write = false;
  std::uint64_t block = 0;
  Bytes size;
  bool operator==(const DiskAccess&) const = default;
};

/// What a service has decided to do for one call: who called computes for so long, then does the disk operations one after the other. Used
/// again and again, so that nothing is allocated for a call.
class Plan {
 public:
  void clear() {
    compute_ = {};
    accesses_.clear();
  }
  void compute(SimTime time) { compute_ += time; }
  /// Joined to the last one where it goes on there in the same direction, up to kLongest.
  void access(bool write, std::uint64_t byte, std::uint64_t size) {
    if (!accesses_.empty()) {
      DiskAccess& last = accesses_.back();
      if (last.write == write && last.block * 512 + last.size.count == byte && last.size.count + size <= kLongest) {
        last.size.count += size;
        return;
      }
    }
    accesses_.push_back({write, byte / 512, Bytes{size}});
  }
  SimTime compute() const { return compute_; }
  const std::vector<DiskAccess>& accesses() const { return accesses_; }
  std::uint64_t bytes(bool write) const {
    std::uint64_t sum = 0;
    for (const DiskAccess& access : accesses_) sum += access.write == write ? access.size.count : 0;
    return sum;
  }

  static constexpr std::uint64_t kLongest = std::uint64_t{1} << 20;

 private:
  SimTime compute_;
  std::vector<DiskAccess> accesses_;
};

}  // namespace lparsim::services
