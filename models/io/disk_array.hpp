#pragma once
#include <array>
#include <deque>
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
class DiskArray final : private BlockClient {
 public:
  DiskArray(std::string_view name, const DiskArrayConfig& config, std::uint64_t seed, kernel::Calendar& calendar, RequestLedger& ledger);
  ~DiskArray();

  /// Lives as long as the array. LUNs lie on the members one behind the other and fit into room() together (checked).
  BlockDevice& add_lun(const LunConfig& config);
  Bytes room() const;
  /// All of it gone, or there again; the write cache keeps what it has.
  void set_state(bool up, SimTime now);
  bool reachable() const { return up_; }
  /// In the order of add_lun.
  DeviceStatistics statistics(std::size_t lun, SimTime now) const;
  DeviceStatistics member_statistics(std::size_t member, SimTime now) const { return members_[member]->statistics(now); }
  void reset_statistics(SimTime now);
  /// In the write cache; the members do not have it yet.
  Bytes dirty() const { return dirty_; }
  const std::string& name() const { return name_; }

 private:
  friend class ArrayLun;
  /// What one member does for a command, or for the write cache (no LUN).
  struct Piece {
    ArrayLun* lun = nullptr;
    std::uint32_t place = 0;
    std::uint32_t member = 0;
    BlockCommand command;
  };
  struct Destage {
    std::deque<Piece> line;
    bool under_way = false;
  };
  bool has_room_for(Bytes size) const;
  /// When its data, of all ports one command's at a time, have been on the link.
  SimTime occupy_link(bool write, Bytes size, SimTime now);
  /// Returns into how many pieces the command falls.
  std::uint32_t to_members(const BlockCommand& command, Bytes base, ArrayLun* lun, std::uint32_t place, SimTime now);
  void keep(const BlockCommand& command, Bytes base, SimTime now);
  void destage(std::uint32_t member, SimTime now);
  void send(Piece piece, SimTime now);
  void command_ended(std::uint32_t number, BlockStatus status, SimTime now) override;

  std::string name_;
  DiskArrayConfig config_;
  kernel::Calendar& calendar_;
  RequestLedger& ledger_;
  RandomStream draws_;
  bool up_ = true;
  Bytes allocated_;
  Bytes dirty_;
  std::array<SimTime, 2> link_free_{};  // written, read
  std::vector<std::unique_ptr<Disk>> members_;
  std::vector<std::unique_ptr<ArrayLun>> luns_;
  std::vector<Destage> destages_;
  std::vector<Piece> pieces_;
  std::vector<std::uint32_t> free_pieces_;
};

}  // namespace lparsim::io
