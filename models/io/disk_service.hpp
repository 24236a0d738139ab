#pragma once
#include <cstdint>
#include <string_view>
#include <variant>

#include "models/io/block_device.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::io {

/// Bytes in a second; 0: no limit.
struct ByteRate {
  double per_second = 0;
  /// How long so many bytes take.
  SimTime time(Bytes size) const {
    return per_second == 0 ? SimTime{} : SimTime::from_seconds(static_cast<double>(size.count) / per_second);
  }
};

/// A time for each command and a rate: what a measurement gives without saying why.
struct FixedService {
  Distribution time = Distribution::constant(SimTime::from_us(100));
  ByteRate rate{};
  std::uint32_t servers = 1;  ///< commands at a time
};

/// Seek and rotation. Published averages: codeprj.com "IOPS" (9 ms and half a rotation of 7,200 rpm: 76 a second; 111; 166).
struct HardDiskService {
  SimTime average_seek = SimTime::from_us(4000);  ///< over random addresses
  std::uint32_t rpm = 15000;
  ByteRate media{200e6};  ///< assumed

  static HardDiskService rpm_7200() { return {SimTime::from_us(9000), 7200, {150e6}}; }
  static HardDiskService rpm_10000() { return {SimTime::from_us(6000), 10000, {180e6}}; }
  static HardDiskService rpm_15000() { return {SimTime::from_us(4000), 15000, {200e6}}; }
};

/// Memory without moving parts: channels work at once, one link carries the data of all.
struct FlashService {
  std::uint32_t channels = 8;
  SimTime read = SimTime::from_us(85);
  SimTime write = SimTime::from_us(123);
  ByteRate read_rate{560e6};
  ByteRate write_rate{530e6};

  /// Kingston DC600M: 94,000 reads and 65,000 writes a second, 560 and 530 MB/s; channels assumed, times follow from them.
  static FlashService sata() { return {}; }
  /// 500,000 commands a second, below 100 us, 7 GB/s read (techtarget.com, "NVMe speeds explained"); channels and write rate assumed.
  static FlashService nvme() { return {40, SimTime::from_us(80), SimTime::from_us(80), {7e9}, {4e9}}; }
};

using DiskService = std::variant<FixedService, HardDiskService, FlashService>;

/// How long a disk of this kind takes. Knows the place of its heads and draws from a stream of its own.
class ServiceTimes {
 public:
  /// The stream is named after the disk.
  ServiceTimes(const DiskService& service, Bytes capacity, std::uint64_t seed, std::string_view name);

  /// Commands that it works on at a time.
  std::uint32_t servers() const;
  /// Until the data are there (read) or there is room for them; for all but flash the data's own time is part of it.
  SimTime access(const BlockCommand& command);
  /// Behind it, for one command at a time: the data on the link that channels share.
  SimTime transfer(const BlockCommand& command) const;
  bool has_shared_link() const { return std::holds_alternative<FlashService>(service_); }

  /// From the track of one address to that of another, as parts of the disk: 0 for none, else a tenth of the average and a part that grows
  /// as the square root of the distance, so that its mean over random addresses is the average.
  static SimTime seek(SimTime average, double distance);

 private:
  SimTime mechanical(const HardDiskService& disk, const BlockCommand& command);

  DiskService service_;
  std::uint64_t blocks_;
  std::uint64_t head_ = 0;  // the block behind the last command
  RandomStream stream_;
};

}  // namespace lparsim::io
