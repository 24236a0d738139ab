#pragma once
#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>

#include "vios/vnic/backing_device.hpp"

namespace lparsim::vnic {

/// The vNIC server of a VIOS: one for all of its backing devices, each with a thread of its own that runs as interrupt handler, and one
/// more that reports to the hypervisor that the server is alive. All of them run when the partition is dispatched: a VIOS that gets no
/// processor loses its clients to other backing devices.
class VnicServer final : public system::Program, private BackingDevice::Owner {
 public:
  /// All outlive it; `ledger` may be null.
  VnicServer(const VnicServerConfig& config, hypervisor::VioCalls& calls, hypervisor::VirtualIo& virtual_io, io::RequestLedger* ledger);

  // Before the simulation starts.
  /// At least so often; the smallest time counts that it was told.
  void report_every(SimTime heartbeat) { config_.heartbeat = std::min(config_.heartbeat, heartbeat); }
  /// Returns its number.
  std::uint32_t add_backing(const BackingDevice::Place& place);
  const BackingDevice& backing(std::uint32_t number) const { return backings_[number].device; }

  void attach(system::Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;
  void interrupted(std::uint32_t source, SimTime now) override;

 private:
  static constexpr std::uint32_t kHeart = ~0U;  ///< tag of the reporting thread
  struct Served {
    Served(VnicServer& server, std::uint32_t number, const BackingDevice::Place& place)
        : device{server, number, server.config_, server.calls_, server.virtual_io_, server.ledger_, place} {}
    BackingDevice device;
    system::ThreadId thread{};
    bool blocked = true;
  };
  void work_for(std::uint32_t backing, SimTime now) override { wake(backing, SimTime{}, now); }
  void source_opened(std::uint32_t backing, std::uint32_t source) override;
  void wake(std::uint32_t backing, SimTime demand, SimTime now);
  void beat(SimTime now);

  VnicServerConfig config_;
  hypervisor::VioCalls& calls_;
  hypervisor::VirtualIo& virtual_io_;
  io::RequestLedger* ledger_;
  system::Host* host_ = nullptr;
  std::deque<Served> backings_;
  std::map<std::uint32_t, std::uint32_t> by_source_;
  system::ThreadId heart_{};
  system::TimerId timer_{};
  bool heart_blocked_ = true;
  bool active_ = false;
};

}  // namespace lparsim::vnic
