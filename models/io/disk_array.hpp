#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/disk.hpp"

namespace lparsim::io {

/// A storage array: cache in front of member disks.
struct DiskArrayConfig {
  Distribution hit = Distribution::constant(SimTime::from_us(500));  ///< answered by the cache; calibration: 0.3 to 1 ms are usual
  double read_hit_ratio = 0.5;                                       ///< of reads, each drawn by itself; assumed
  Bytes write_cache{Bytes{std::uint64_t{1} << 30}};                  ///< 0: writes are answered when the members have them
  ByteRate rate{3.2e9};                                              ///< of its ports together, each direction
  std::uint32_t members = 8;
  DiskConfig member{.service = HardDiskService::rpm_15000()};
  Bytes stripe{Bytes{256 << 10}};  ///< consecutive bytes on one member
  SimTime unreachable_after{};     ///< as DiskConfig's
};

struct LunConfig {
  Bytes capacity{Bytes{100'000'000'000}};
  Bytes maximum_transfer{Bytes{1 << 20}};
  std::uint32_t queue_depth = 32;
};

class ArrayLun;

/// Serves its LUNs from the cache or from striped members (docs/models/storage.md). Written data are destaged in the background; when the
/// write cache is full, writes wait for room.
class DiskArray final {
 public:
  DiskArray(std::string_view name, const DiskArrayConfig& config, std::uint64_t seed, kernel::Calendar& calendar, RequestLedger& ledger);
  ~DiskArray();

  /// Lives as long as the array. LUNs lie on the members one behind the other.
  BlockDevice& add_lun(const LunConfig& config);
  /// All of it gone, or there again; the write cache keeps what it has.
  void set_state(bool up, SimTime now);
  /// Of LUN `i`, in the order of add_lun.
  DeviceStatistics statistics(std::size_t i, SimTime now) const;
  DeviceStatistics member_statistics(std::size_t i, SimTime now) const;
  void reset_statistics(SimTime now);
  /// Bytes in the write cache that the members do not have yet.
  Bytes dirty() const;
  bool reachable() const;
  const std::string& name() const;

 private:
  friend class ArrayLun;
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace lparsim::io
