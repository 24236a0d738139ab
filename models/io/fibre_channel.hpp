#pragma once
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/command_queue.hpp"
#include "models/io/disk_service.hpp"

namespace lparsim::io {

/// Is told when a port gets on or off the fabric.
class PortObserver {
 public:
  virtual ~PortObserver() = default;
  virtual void port_changed(bool online, SimTime now) = 0;
};

class FibreChannelAdapter;

/// A switch of the storage network, between adapters and storage. Outlives its adapters.
class SanSwitch {
 public:
  /// `latency` for a frame, each way; assumed.
  explicit SanSwitch(std::string_view name, SimTime latency = SimTime::from_us(1)) : name_{name}, latency_{latency} {}
  /// Gone with all its links, or there again.
  void set_state(bool up, SimTime now);
  bool up() const { return up_; }
  SimTime latency() const { return latency_; }
  const std::string& name() const { return name_; }

 private:
  friend class FibreChannelAdapter;
  std::string name_;
  SimTime latency_;
  bool up_ = true;
  std::vector<FibreChannelAdapter*> adapters_;
};

struct FibreChannelConfig {
  std::uint32_t num_cmd_elems = 200;  ///< commands under way; 200 to 4096 (AIX: attribute of fcs devices, default 200)
  ByteRate rate{1600e6};              ///< each direction
  SimTime error_delay{};              ///< from the loss of the link until commands end as unreachable; assumed 0: "fast_fail"

  /// 8, 16 and 32 Gb/s carry 800, 1,600 and 3,200 MB/s (FCIA speed map), others likewise.
  static ByteRate rate_of(std::uint32_t gigabits) { return {gigabits * 100e6}; }
};

/// One port of a Fibre Channel adapter, cabled to a switch. Commands beyond `num_cmd_elems` wait; data of one command at a time are on the
/// link in each direction.
class FibreChannelAdapter final : public CommandQueue {
 public:
  FibreChannelAdapter(std::string_view name, const FibreChannelConfig& config, SanSwitch& fabric, kernel::Calendar& calendar,
                      RequestLedger& ledger);
  ~FibreChannelAdapter();

  /// `target` (a LUN, which lives as long as this) as it is seen through this port. Lives as long as the adapter.
  BlockDevice& path_to(BlockDevice& target);
  /// The cable.
  void set_link(bool up, SimTime now);
  /// Link and switch are up.
  bool online() const { return link_up_ && fabric_.up(); }
  void observe(PortObserver& observer) { observers_.push_back(&observer); }
  /// As names of speeds go: 1600 for 16 Gb/s.
  std::uint64_t link_speed() const { return static_cast<std::uint64_t>(config_.rate.per_second / 1e6); }
  const std::string& name() const { return name_; }

 private:
  friend class SanSwitch;
  class Path;
  void fabric_changed(SimTime now);
  void admitted(Place place, SimTime now) override;
  void step(Place place, std::uint8_t what, SimTime now) override;
  bool dropped(Place place, BlockStatus why, SimTime now) override;
  void send_on(Place place, SimTime now);
  void returned(Place place, BlockStatus status, SimTime now);
  void occupy_link(Place place, std::uint8_t then, SimTime now);

  std::string name_;
  FibreChannelConfig config_;
  SanSwitch& fabric_;
  bool link_up_ = true;
  bool was_online_ = true;
  std::array<SimTime, 2> link_free_{};  // out, in
  std::vector<std::unique_ptr<Path>> paths_;
  std::vector<PortObserver*> observers_;
};

}  // namespace lparsim::io
