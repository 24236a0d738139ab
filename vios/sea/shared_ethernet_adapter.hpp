#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/hypervisor/hooked_frame.hpp"
#include "models/hypervisor/vio_calls.hpp"
#include "models/io/ethernet_port.hpp"
#include "models/io/request_ledger.hpp"
#include "models/io/ring.hpp"
#include "models/system/program.hpp"
#include "models/vsp/hooks.hpp"
#include "models/vsp/ordered_holds.hpp"
#include "sim/base/ids.hpp"
#include "vios/sea/config.hpp"
#include "vios/sea/failover.hpp"
#include "vios/sea/learning_bridge.hpp"
#include "vios/sea/trunk_adapter.hpp"

namespace lparsim::sea {

/// A Shared Ethernet Adapter: a learning bridge in a VIOS, between a physical Ethernet port and the trunk adapters through which it reaches
/// VLANs of the server's virtual switches. Each frame costs the VIOS processor time, in kernel threads (threaded mode: flows are spread
/// over them) or in the interrupt handlers themselves. Of two SEAs for the same VLANs one bridges; they agree over a control channel.
///
/// Frames from the wire are forwarded only while the hypervisor has the trunk adapter as the active one of its VLANs, asked at that
/// instant: there is never a loop. Rules and sources: docs/models/shared-ethernet-adapter.md.
class SharedEthernetAdapter final : public system::Program, private io::FrameSink, private vsp::Caller {
 public:
  /// All of them outlive this; `ledger` may be null.
  SharedEthernetAdapter(const SeaConfig& config, hypervisor::VioCalls& calls, io::EthernetPort& port, io::RequestLedger* ledger);

  /// Who hooks sea.forward is asked about each frame once it has been computed for; `vios`: the partition that this is in. Before the
  /// simulation starts; `hooks` outlives it.
  void set_hooks(vsp::Hooks& hooks, PartitionId vios);

  void attach(system::Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;
  void interrupted(std::uint32_t source, SimTime now) override;

  /// `chdev -dev ent -attr ha_mode=...` at the VIOS; before it starts too.
  void set_ha_mode(HaMode mode, SimTime now);

  const SeaCounters& counters() const { return counters_; }
  /// Its trunk adapters that the hypervisor has as active ones; while the VIOS runs.
  TrunkSet active() const;
  /// Whether the other SEA was heard of lately.
  bool other_alive(SimTime now) const { return failover_.other_alive(now); }

 private:
  enum Timer : std::uint32_t { kKeepAlive, kPing, kAnnounce, kTimers };
  static constexpr std::uint32_t kControlThread = 0;
  static constexpr std::uint32_t kFirstHandler = 1;
  static constexpr std::uint32_t kWire = 0;  // source 0; trunk adapter n is source n + 1

  /// A frame under way through the VIOS.
  struct Item {
    io::Frame frame{};
    std::uint32_t source = 0;
    SimTime arrived{};  // from the wire; or taken from the trunk adapter's queue
    io::RequestTag tag{};
    SimTime clock{};  // Host::undispatched() when its stage began
  };
  /// A frame with what is to become of it.
  struct Verdict {
    Item item;
    std::uint64_t ticket = 0;
    std::optional<std::uint64_t> head{};  // where it lies for those that were asked; nothing: nobody was
    vsp::Outcome outcome{};
  };
  /// Those that a thread has still to act on.
  struct Verdicts {
    std::optional<Verdict> in_hand{};  // it has computed for that one
    std::deque<Verdict> returned{};    // in order
  };
  /// Where frames come from, and its interrupt handler.
  struct Source {
    system::ThreadId handler{};
    io::Ring<Item> waiting{};
    std::size_t in_hand = 0;  // the first ones of `waiting`, for which the handler has just computed
    SimTime computed{};       // for calls that may take longer
    bool busy = false;
    bool again = false;   // an interrupt came while it was busy
    SimTime clock{};      // Host::undispatched() when it last looked
    Verdicts verdicts{};  // interrupt mode
  };
  struct Worker {
    system::ThreadId thread{};
    io::Ring<Item> queue{};
    bool in_hand = false;
    SimTime computed{};
    bool busy = false;
    Verdicts verdicts{};
  };

  // Ways through the VIOS (shared_ethernet_adapter.cpp).
  void frame_arrived(const io::Frame& frame, SimTime now) override;
  void link_changed(bool up, SimTime now) override;
  void wake(Source& source, SimTime now);
  void look(std::uint32_t number, SimTime now);
  system::Activity handle(std::uint32_t number, SimTime now);
  system::Activity work(Worker& worker, SimTime now);
  void hand_to_worker(Item&& item, SimTime now);
  void stage(Item& item, io::Stage next, SimTime now);
  SimTime cost_of(const io::Frame& frame) const;
  static std::uint64_t flow_of(const io::Frame& frame);
  void wake(Worker& worker, system::Cause cause, SimTime now);
  system::Activity compute_for(const Item& item, SimTime& computed) const;
  std::optional<SimTime> beyond(SimTime computed);

  // The bridge (sea_bridge.cpp).
  void bridge(Item& item, SimTime now);
  void from_wire(Item& item, SimTime now);
  void from_trunk(Item& item, SimTime now);
  void to_wire(Item& item, SimTime now);
  void drop(Item& item, std::uint64_t& counter, SimTime now);
  std::optional<std::size_t> trunk_of(std::uint16_t vlan) const;

  // Virtual Service Partitions (sea_hooks.cpp).
  std::optional<SimTime> forward(Item& item, Verdicts& verdicts, SimTime now);
  std::optional<SimTime> ask(Item& item, Verdicts& verdicts, SimTime now);
  void decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime now) override;
  void go_back(Verdict verdict, SimTime now);
  system::Activity take_returned(Verdicts& verdicts, SimTime now);
  void settle(Verdict& verdict, SimTime now);
  void settle_in_hand(Verdicts& verdicts, SimTime now);
  void abandon(Verdicts& verdicts, SimTime now);
  void abandon_all(SimTime now);

  // Failover (sea_control.cpp).
  bool has_failover() const { return config_.failover.mode != HaMode::disabled; }
  void wake_control(SimTime now);
  system::Activity control(SimTime now);
  void hear(SimTime now);
  void say(SimTime now);
  void ping(SimTime now);
  void take_over(std::size_t trunk, SimTime now);
  SimTime announce(SimTime now);

  SeaConfig config_;
  hypervisor::VioCalls& calls_;
  io::EthernetPort& port_;
  io::RequestLedger* ledger_;
  system::Host* host_ = nullptr;
  bool running_ = false;

  std::deque<TrunkAdapter> trunks_;
  std::vector<std::optional<std::size_t>> trunk_of_vlan_;  // by VLAN
  std::vector<Source> sources_;
  std::vector<Worker> workers_;
  LearningBridge bridge_;
  SeaCounters counters_;

  vsp::Hooks* hooks_ = nullptr;
  PartitionId partition_{};
  std::optional<hypervisor::HeldHeads> heads_;
  vsp::OrderedHolds<std::uint64_t, Verdict> holds_;  // by flow
  std::size_t held_ = 0;
  std::uint64_t tickets_ = 0;

  std::optional<TrunkAdapter> control_channel_;
  Failover failover_;
  system::ThreadId control_thread_{};
  system::TimerId timers_[kTimers] = {};
  bool control_busy_ = false;
  bool control_again_ = false;
  bool must_say_ = false;
  std::size_t next_client_ = 0;  // told to the other SEA with the next keep-alive
  std::uint32_t pings_unanswered_ = 0;
  std::vector<SimTime> to_clients_from_;  // by trunk adapter: frames that arrived from the wire before are not forwarded
  std::vector<SimTime> to_wire_from_;
  TrunkSet unannounced_ = 0;
};

}  // namespace lparsim::sea
