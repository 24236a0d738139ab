#include "models/io/disk_service.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::io {

ServiceTimes::ServiceTimes(const DiskService& service, Bytes capacity, std::uint64_t seed, std::string_view name)
    : service_{service}, blocks_{std::max<std::uint64_t>(capacity.count / kBlock, 1)}, stream_{seed, name} {}

std::uint32_t ServiceTimes::servers() const {
  if (const auto* fixed = std::get_if<FixedService>(&service_)) return fixed->servers;
  if (const auto* flash = std::get_if<FlashService>(&service_)) return flash->channels;
  return 1;
}

SimTime ServiceTimes::access(const BlockCommand& command) {
  if (const auto* fixed = std::get_if<FixedService>(&service_)) return fixed->time.sample(stream_) + fixed->rate.time(command.size);
  if (const auto* flash = std::get_if<FlashService>(&service_)) return command.write ? flash->write : flash->read;
  return mechanical(std::get<HardDiskService>(service_), command);
}

SimTime ServiceTimes::transfer(const BlockCommand& command) const {
  const auto* flash = std::get_if<FlashService>(&service_);
  if (flash == nullptr) return {};
  return (command.write ? flash->write_rate : flash->read_rate).time(command.size);
}

// A command that begins where the last one ended finds its data on the way under the head: no seek, no turn.
SimTime ServiceTimes::mechanical(const HardDiskService& disk, const BlockCommand& command) {
  const std::uint64_t before = head_;
  head_ = command.block + (command.size.count + kBlock - 1) / kBlock;
  const SimTime data = disk.media.time(command.size);
  if (command.block == before) return data;
  const std::uint64_t blocks = command.block > before ? command.block - before : before - command.block;
  const SimTime turn = SimTime::from_s(60) / disk.rpm;
  const SimTime rotation = SimTime::from_ps(static_cast<std::int64_t>(static_cast<double>(turn.ps()) * stream_.uniform()));
  return seek(disk.average_seek, static_cast<double>(blocks) / static_cast<double>(blocks_)) + rotation + data;
}

// The distance d of two uniform addresses has density 2 (1 - d), so that the mean of sqrt(d) is 8/15.
SimTime ServiceTimes::seek(SimTime average, double distance) {
  if (distance <= 0) return {};
  return SimTime::from_seconds(average.seconds() * (0.1 + 0.9 * 15.0 / 8.0 * std::sqrt(std::min(distance, 1.0))));
}

}  // namespace lparsim::io
