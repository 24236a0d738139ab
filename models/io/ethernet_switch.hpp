#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "models/io/ethernet_port.hpp"

namespace lparsim::io {

struct EthernetSwitchConfig {
  SimTime forwarding = SimTime::from_us(1);  ///< from the last bit of a frame to the first one on the way out (store and forward)
  /// Spanning tree (IEEE 802.1D: listening and learning, 15 s each): for so long a port whose link came up forwards nothing. 0: edge port
  /// ("portfast").
  SimTime forward_delay{};
};

/// A physical switch that learns where addresses are. It knows no VLANs of its own: tags pass through it (all of its ports are trunks of
/// all VLANs), and addresses are learned for each VLAN.
class EthernetSwitch : private kernel::Alarm {
 public:
  EthernetSwitch(const EthernetSwitchConfig& config, kernel::Calendar& calendar) : config_{config}, calendar_{calendar} {}
  EthernetSwitch(const EthernetSwitch&) = delete;
  EthernetSwitch& operator=(const EthernetSwitch&) = delete;

  /// A new port, to be connected to the other end of its cable.
  EthernetPort& add_port(const EthernetPortConfig& config);
  /// Frames that a port discarded because it does not forward yet.
  std::uint64_t discarded() const { return discarded_; }
  std::uint64_t forwarded() const { return forwarded_; }

 private:
  struct Port final : FrameSink {
    Port(EthernetSwitch& its_owner, std::uint32_t its_number, const EthernetPortConfig& config, kernel::Calendar& calendar)
        : owner{its_owner}, number{its_number}, port{config, calendar} {
      port.set_receiver(*this);
    }
    void frame_arrived(const Frame& frame, SimTime now) override { owner.arrived(*this, frame, now); }
    void link_changed(bool up, SimTime now) override { owner.link_changed(*this, up, now); }
    EthernetSwitch& owner;
    std::uint32_t number;
    EthernetPort port;
    SimTime forwards_from{};
  };
  struct Waiting {
    Frame frame{};
    std::uint32_t from = 0;
  };
  void rings(std::uint64_t argument, SimTime now) override;
  void arrived(Port& port, const Frame& frame, SimTime now);
  void link_changed(Port& port, bool up, SimTime now);
  void send(Port& port, const Frame& frame, SimTime now);

  EthernetSwitchConfig config_;
  kernel::Calendar& calendar_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::map<std::uint64_t, std::uint32_t> addresses_;  ///< (address, VLAN) to port
  Ring<Waiting> waiting_;
  std::uint64_t discarded_ = 0;
  std::uint64_t forwarded_ = 0;
};

}  // namespace lparsim::io
