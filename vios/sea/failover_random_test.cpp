// A thousand failures at random instants under traffic: never two bridges for a VLAN, no frame twice anywhere.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "sim/base/random.hpp"
#include "vios/sea/testing/sea_bench.hpp"

namespace lparsim::sea {
namespace {

using testing::number_of;
using testing::numbered;
using testing::Outside;
using testing::SeaBench;
using namespace literals;

class Storm {
 public:
  Storm(std::uint64_t seed, HaMode mode) : random_{seed, "storm"} {
    for (int i = 0; i < 2; ++i) {
      auto& vios = bench_.add_vios({{1}, {10, {11}}}, [&](SeaConfig& config) {
        config.failover.mode = mode;
        config.threaded = random_.bits() % 2 == 0;
        config.clock = Hertz{4e9};
      });
      io::EthernetPort::connect(*vios.port, network_.add_port({}));
      bench_.start(vios);
    }
    for (Outside* host : {&one_, &other_}) io::EthernetPort::connect(host->port, network_.add_port({}));
    for (const std::uint16_t vlan : std::vector<std::uint16_t>{1, 1, 10, 11}) bench_.add_client(vlan);
    vlans_ = {1, 1, 10, 11};
  }

  void fail() {
    const std::size_t victim = draw(2);
    SeaBench::Vios& vios = bench_.vioses[victim];
    switch (draw(5)) {
      case 0:
        if (!vios.up) return bench_.start(vios);
        return bench_.stop(victim, draw(2) == 0);
      case 1:
      case 2:
        down_[victim] = !down_[victim];
        return vios.port->set_link(!down_[victim], bench_.calendar.now());
      default: {
        constexpr HaMode kModes[] = {HaMode::automatic, HaMode::standby, HaMode::sharing};
        return vios.sea->set_ha_mode(kModes[draw(3)], bench_.calendar.now());
      }
    }
  }
  void heal() {
    for (std::size_t i = 0; i < 2; ++i) {
      if (!bench_.vioses[i].up) bench_.start(bench_.vioses[i]);
      bench_.vioses[i].port->set_link(true, bench_.calendar.now());
      bench_.vioses[i].sea->set_ha_mode(HaMode::automatic, bench_.calendar.now());
      down_[i] = false;
    }
    bench_.run_for(2_s);
  }
  /// Traffic for so long, a frame each way every half a millisecond.
  void run(SimTime time) {
    const SimTime end = bench_.calendar.now() + time;
    while (bench_.calendar.now() < end) {
      const std::size_t client = draw(bench_.clients.size());
      Outside& host = draw(2) == 0 ? one_ : other_;
      const bool broadcast = draw(4) == 0;
      SeaBench::Client& sender = bench_.clients[client];
      sender.adapter->send(numbered(broadcast ? io::MacAddress::broadcast() : host.mac, sender.mac, ++sent_, length()));
      SeaBench::Client& receiver = bench_.clients[draw(bench_.clients.size())];
      const std::size_t place = static_cast<std::size_t>(index(receiver.partition)) - 2;
      io::Frame frame = numbered(draw(4) == 0 ? io::MacAddress::broadcast() : receiver.mac, host.mac, ++sent_, length());
      if (vlans_[place] != 1) frame.tag(vlans_[place]);
      host.port.transmit(frame, bench_.calendar.now());
      bench_.run_for(SimTime::from_us(static_cast<std::int64_t>(300 + draw(400))));
      check();
    }
  }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }
  std::uint64_t takeovers() const { return bench_.vioses[0].sea->counters().takeovers + bench_.vioses[1].sea->counters().takeovers; }

 private:
  std::uint64_t draw(std::uint64_t below) { return random_.bits() % below; }
  std::uint32_t length() { return static_cast<std::uint32_t>(60 + draw(1455)); }

  void check() {
    for (std::size_t trunk = 0; trunk < 2; ++trunk) {
      int active = 0;
      for (std::uint32_t i = 0; i < 2; ++i)
        active += bench_.vio.virtual_io.is_active_trunk(PartitionId{i}, bench_.vioses[i].config.trunks[trunk].adapter.unit) ? 1 : 0;
      ASSERT_LE(active, 1);
    }
    std::size_t place = 0;
    for (auto& client : bench_.clients) note(place++, client.mac, client.take());
    for (Outside* host : {&one_, &other_}) note(place++, host->mac, host->take());
  }
  void note(std::size_t place, io::MacAddress mac, const std::vector<io::Frame>& frames) {
    for (const io::Frame& frame : frames) {
      if (frame.ether_type() != 0x88B6) continue;
      ASSERT_NE(frame.source(), mac) << "its own frame has come back";
      ASSERT_TRUE(seen_[place].insert(number_of(frame)).second) << "frame " << number_of(frame) << " came twice";
      ++received_;
    }
  }

  RandomStream random_;
  SeaBench bench_;
  io::EthernetSwitch network_{{}, bench_.calendar};
  Outside one_{{0x0200'0E00'0001}, bench_.calendar};
  Outside other_{{0x0200'0E00'0002}, bench_.calendar};
  std::vector<std::uint16_t> vlans_;
  bool down_[2] = {};
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::map<std::size_t, std::set<std::uint64_t>> seen_;
};

TEST(FailoverRandom, AThousandFailuresBringNoLoopAndNoFrameTwice) {
  std::uint64_t takeovers = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    RandomStream random{seed, "instants"};
    Storm storm{seed, seed % 2 == 0 ? HaMode::automatic : HaMode::sharing};
    for (int failure = 0; failure < 100; ++failure) {
      storm.fail();
      storm.run(SimTime::from_us(static_cast<std::int64_t>(random.bits() % 160'000)));
      if (::testing::Test::HasFailure()) return;
    }
    takeovers += storm.takeovers();
    storm.heal();
    const std::uint64_t sent = storm.sent();
    const std::uint64_t received = storm.received();
    storm.run(100_ms);
    if (::testing::Test::HasFailure()) return;
    EXPECT_GT(storm.received() - received, storm.sent() - sent) << "all of it arrives again, broadcasts at several";
  }
  EXPECT_GT(takeovers, 100U);
}

}  // namespace
}  // namespace lparsim::sea
