#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "lpars/drivers/network_interface.hpp"
#include "models/hypervisor/crq_queue.hpp"
#include "models/hypervisor/sub_crq_queue.hpp"
#include "models/hypervisor/vio_costs.hpp"
#include "models/hypervisor/vnic.hpp"

namespace lparsim::drivers {

/// Processor time of the driver's instructions is assumed (docs/models/vnic.md); what TCP/IP takes is in NetworkCosts.
struct VnicClientConfig {
  hypervisor::VirtualAdapter adapter{};
  io::MacAddress mac{};
  std::uint32_t mtu = 1500;
  bool large = true;                          ///< large sends
  std::uint32_t send_buffers = 100;           ///< Linux: IBMVNIC_BUFFS_PER_POOL
  std::uint32_t receive_buffers = 500;        ///< at most 512
  hypervisor::VioCosts hypervisor{};          ///< what its calls cost; and copying to and from its buffers, as much as the hypervisor's
  SimTime interrupt = SimTime::from_ns(500);  ///< to enter and leave the handler
  SimTime message = SimTime::from_us(10);     ///< one on the command/response queue
};

struct VnicClientCounts {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t dropped = 0;  ///< no connection or link, or too many waited for a buffer
  std::uint64_t logins = 0;
  std::uint64_t failovers = 0;  ///< transport events 08
};

/// The driver of a virtual NIC (as Linux ibmvnic): copies frames into buffers that the VIOS has mapped for its adapter, and posts
/// descriptors on sub-CRQs. Negotiates with whichever VIOS the hypervisor has connected it to, again after each failover; what it is given
/// meanwhile it drops, as Ethernet may.
class VnicClient final : public NetworkInterface {
 public:
  /// All outlive it, and the protocol as well.
  VnicClient(hypervisor::VioCalls& calls, const VnicClientConfig& config, io::RequestLedger& ledger);

  bool up() const { return step_ == Step::up && link_; }
  const VnicClientCounts& counts() const { return counts_; }

  void attach(system::Host& host) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  /// How far it has come with its present partner: what it waits for.
  enum class Step : std::uint8_t { partner, version, query, request, login, map_send, map_receive, link, up };
  static constexpr std::uint32_t kRetryTimer = kProtocolTimer + 1;

  void open(SimTime now) override;
  void forget(SimTime now) override;
  void interrupt_noted(std::uint32_t source) override { pending_.push_back(source); }
  system::Activity next(SimTime now) override;
  SimTime copy_cost(const io::Frame& frame) const override { return config_.hypervisor.copy_per_kib * frame.length / 1024; }
  SimTime call_cost(const io::Frame&) const override { return config_.hypervisor.call; }
  bool transmit(const io::Frame& frame, io::RequestTag request) override;
  bool post(const io::Frame& frame);
  void sent(const hypervisor::VnicSent& told, SimTime now);
  void send_waiting(SimTime now);
  void replenish();
  std::optional<io::Frame> take_frame();
  void announce();

  // vnic_bring_up.cpp
  void element_arrived(const hypervisor::CrqElement& element, SimTime now);
  void answer_arrived(const hypervisor::VnicMessage& message, SimTime now);
  void reenable(SimTime now);
  void connection_lost(SimTime now);
  void request_capabilities();
  void log_in();
  void logged_in();
  void map(Step step);
  void send(const hypervisor::VnicMessage& message) { queue_.send(encode(message)); }

  VnicClientConfig config_;
  hypervisor::DmaArea area_;
  hypervisor::CrqQueue queue_;
  hypervisor::SubCrqQueue sent_queue_;
  hypervisor::SubCrqQueue received_queue_;
  std::uint64_t login_;  ///< bus addresses: a page for login buffers, and the two pools, each in one piece
  std::uint64_t send_pool_;
  std::uint64_t receive_pool_;
  std::uint32_t send_size_;
  std::uint32_t receive_size_;
  system::TimerId retry_timer_{};
  bool retry_set_ = false;
  std::vector<std::uint32_t> pending_;  ///< interrupt sources that wait for H_EOI
  Step step_ = Step::partner;
  bool link_ = false;
  bool was_up_ = false;  ///< since the partition has started
  bool retry_ = false;
  std::uint32_t unanswered_ = 0;  ///< queries, or requests
  std::uint64_t send_to_ = 0;     ///< the server's sub-CRQs
  std::uint64_t buffers_to_ = 0;
  std::vector<std::uint32_t> free_;   ///< send buffers
  std::vector<std::uint32_t> empty_;  ///< receive buffers that the server does not have
  struct Waiting {
    io::Frame frame{};
    io::RequestTag request = io::RequestTag::none;
  };
  std::deque<Waiting> backlog_;  ///< wait for a send buffer
  VnicClientCounts counts_;
};

}  // namespace lparsim::drivers
