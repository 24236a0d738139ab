// Random switches, registrations and frames against a model of the switch that looks at everything every time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/hypervisor/logical_lan.hpp"
#include "models/hypervisor/testing/logical_lan_bench.hpp"
#include "sim/base/random.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::LogicalLanBench;

struct Port {
  EthernetAdapterSpec spec;
  LogicalLanBench::Adapter* adapter = nullptr;
  bool registered = false;
  bool active = false;
  bool multicast = false;
  std::map<std::uint32_t, std::uint32_t> buffers{};  // size -> how many
  std::uint64_t dropped = 0;

  bool on(std::uint16_t vlan) const { return spec.pvid == vlan || std::count(spec.vlans.begin(), spec.vlans.end(), vlan) > 0; }
  bool shares(const Port& other) const {
    if (other.spec.virtual_switch != spec.virtual_switch) return false;
    for (std::uint16_t vlan = 0; vlan < 4096; ++vlan)
      if (on(vlan) && other.on(vlan)) return true;
    return false;
  }
  bool take(std::uint32_t length) {
    for (auto& [size, count] : buffers)
      if (size >= length + 8 && count > 0) return --count, true;
    return ++dropped, false;
  }
};

class RandomSwitch {
 public:
  explicit RandomSwitch(std::uint64_t seed) : random_{seed, "switch"} {
    const std::size_t count = 3 + draw(8);
    for (std::size_t i = 0; i < count; ++i) {
      EthernetAdapterSpec spec{{0x0200'0000'0000 + i}, vlan(), {}, static_cast<std::uint32_t>(draw(2)), 0};
      for (std::uint64_t more = draw(4); more > 0; --more) {
        const std::uint16_t further = vlan();
        if (further != spec.pvid && std::count(spec.vlans.begin(), spec.vlans.end(), further) == 0) spec.vlans.push_back(further);
      }
      if (draw(3) == 0) spec.trunk_priority = static_cast<std::uint32_t>(1 + draw(3));
      Port port{spec};
      bool best = spec.trunk_priority != 0;
      for (const Port& other : ports_)
        if (other.active && port.shares(other) && other.spec.trunk_priority <= spec.trunk_priority) best = false;
      if (best) activate(port);
      port.adapter = &bench_.add(spec);
      ports_.push_back(port);
    }
  }

  void step() {
    Port& port = ports_[draw(ports_.size())];
    switch (draw(12)) {
      case 0:
        return toggle_registration(port);
      case 1:
        if (port.spec.trunk_priority == 0) return;
        if (!port.active) activate(port);
        bench_.attributes(*port.adapter, 0, lan::kActiveTrunk);
        return;
      case 2:
        if (!port.registered) return;
        port.multicast = draw(2) == 0;
        bench_.call(*port.adapter, Hcall::multicast_ctrl, {lan::kModifyReception | (port.multicast ? lan::kReception : 0)});
        return;
      case 3:
      case 4:
      case 5: {
        if (!port.registered || port.adapter->next_buffer > LogicalLanBench::kSend - 8192) return;
        const std::uint32_t size = 256U << draw(5);
        ++port.buffers[size];
        bench_.add_buffer(*port.adapter, size);
        return;
      }
      default:
        return send(port);
    }
  }

  void check_states() {
    for (const Port& port : ports_) {
      ASSERT_EQ(bench_.is_active_trunk(*port.adapter), port.active);
      ASSERT_EQ(bench_.dropped(*port.adapter), port.dropped);
    }
  }

 private:
  std::uint64_t draw(std::uint64_t below) { return random_.bits() % below; }
  std::uint16_t vlan() { return static_cast<std::uint16_t>(1 + draw(4)); }

  void activate(Port& port) {
    for (Port& other : ports_)
      if (other.spec.trunk_priority != 0 && port.shares(other)) other.active = false;
    port.active = true;
  }
  void toggle_registration(Port& port) {
    if (port.registered) {
      bench_.call(*port.adapter, Hcall::free_logical_lan, {});
    } else {
      ASSERT_EQ(bench_.register_adapter(*port.adapter, port.spec.mac.bits, 64), HcallStatus::success);
      port.adapter->next_buffer = LogicalLanBench::kBuffers;
    }
    port.registered = !port.registered;
    port.buffers.clear();
    port.multicast = false;
  }

  void send(Port& sender) {
    const std::array<std::uint64_t, 3> kinds = {draw(ports_.size() + 1), 0xFFFF'FFFF'FFFF, 0x0100'5E00'0001};
    const std::uint64_t kind = draw(4);
    const io::MacAddress destination{kind < 2 ? 0x0200'0000'0000 + kinds[0] : kinds[kind - 1]};
    const auto length = static_cast<std::uint32_t>(60 + draw(5000));
    io::Frame frame = testing::frame_to(destination, sender.spec.mac, length);
    const bool tagged = draw(2) == 0;
    const std::uint16_t tag = vlan();
    if (tagged) frame.tag(tag);
    const std::uint16_t on = tagged ? tag : sender.spec.pvid;

    HcallStatus expected = HcallStatus::success;
    std::vector<Port*> receivers;
    if (!sender.registered) {
      expected = HcallStatus::dropped;
    } else if (!sender.on(on)) {
      expected = HcallStatus::parameter;
    } else {
      receivers = receivers_of(sender, destination, on);
      if (receivers.empty() && !destination.is_multicast()) {
        ++sender.dropped;
        expected = HcallStatus::dropped;
      }
    }
    std::vector<Port*> served;
    for (Port* receiver : receivers) {
      const bool its_own = receiver->spec.pvid == on;
      if (receiver->take(length + (its_own ? 0 : 4)))
        served.push_back(receiver);
      else
        expected = HcallStatus::dropped;
    }
    ASSERT_EQ(bench_.send(*sender.adapter, frame), expected);
    for (Port& port : ports_) {
      if (!port.registered) continue;
      const auto entries = bench_.receive_all(*port.adapter);
      const bool is_served = std::find(served.begin(), served.end(), &port) != served.end();
      ASSERT_EQ(entries.size(), is_served ? 1U : 0U);
      if (!is_served) continue;
      EXPECT_EQ(entries[0].frame.vlan(), port.spec.pvid == on ? 0 : on);
      EXPECT_EQ(entries[0].frame.destination(), destination);
      EXPECT_EQ(entries[0].length, length + (port.spec.pvid == on ? 0 : 4));
    }
  }

  std::vector<Port*> receivers_of(const Port& sender, io::MacAddress destination, std::uint16_t on) {
    std::vector<Port*> receivers;
    for (Port& port : ports_) {
      if (!port.registered || port.spec.virtual_switch != sender.spec.virtual_switch || !port.on(on)) continue;
      const bool wanted = destination == io::MacAddress::broadcast() || (destination.is_multicast() && port.multicast);
      if (wanted ? &port != &sender : port.spec.mac == destination) receivers.push_back(&port);
    }
    if (receivers.empty() && !destination.is_multicast())
      for (Port& port : ports_)
        if (port.active && port.registered && port.spec.virtual_switch == sender.spec.virtual_switch && port.on(on)) receivers = {&port};
    if (receivers.size() == 1 && receivers[0] == &sender) receivers.clear();
    return receivers;
  }

  RandomStream random_;
  LogicalLanBench bench_;
  std::vector<Port> ports_;
};

TEST(LogicalLanRandom, DoesWhatANaiveSwitchDoes) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    RandomSwitch random{seed};
    for (int i = 0; i < 500 && !HasFailure(); ++i) random.step();
    random.check_states();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace lparsim::hypervisor
