#include "vios/sea/failover.hpp"

#include <gtest/gtest.h>

#include "vios/sea/keep_alive.hpp"
#include "vios/sea/testing/sea_bench.hpp"

namespace lparsim::sea {
namespace {

using testing::number_of;
using testing::numbered;
using testing::Outside;
using testing::SeaBench;
using namespace literals;

TEST(KeepAlive, SurvivesItsFrame) {
  KeepAlive message{3, HaMode::sharing, true, {{1, {0x0200'0000'0001}}, {4094, {0x0200'0000'0002}}}};
  EXPECT_EQ(keep_alive(to_frame(message, {1})), message);
  message.clients.assign(KeepAlive::kClients, {7, {9}});
  EXPECT_EQ(keep_alive(to_frame(message, {1})), message) << "as many as there is room for";
  EXPECT_FALSE(keep_alive(numbered({1}, {2}, 3)));
  io::Frame damaged = to_frame(message, {1});
  damaged.head[20] = 9;
  EXPECT_FALSE(keep_alive(damaged)) << "no mode";
}

FailoverConfig with_priority(std::uint32_t priority, HaMode mode = HaMode::automatic) {
  FailoverConfig config;
  config.mode = mode;
  config.priority = priority;
  return config;
}

TEST(Failover, TheLowerPriorityNumberIsThePrimary) {
  Failover primary{with_priority(1), 2};
  Failover backup{with_priority(2), 2};
  primary.heard({2, HaMode::automatic, true}, 0_s);
  backup.heard({1, HaMode::automatic, true}, 0_s);
  EXPECT_EQ(primary.claims(0b00, 0_s), 0b11U);
  EXPECT_EQ(primary.claims(0b01, 0_s), 0b10U) << "what it has already, it need not take";
  EXPECT_EQ(backup.claims(0b00, 0_s), 0U);
}

TEST(Failover, HealthCountsMoreThanModeAndModeMoreThanPriority) {
  Failover backup{with_priority(2), 1};
  backup.heard({1, HaMode::automatic, false}, 0_s);
  EXPECT_EQ(backup.claims(0, 0_s), 1U) << "the primary has no link";
  backup.heard({1, HaMode::standby, true}, 0_s);
  EXPECT_EQ(backup.claims(0, 0_s), 1U) << "the primary is told to stand by";
  backup.set_healthy(false);
  EXPECT_EQ(backup.claims(0, 0_s), 0U) << "better a standby with a link";
  backup.heard({1, HaMode::standby, false}, 0_s);
  EXPECT_EQ(backup.claims(0, 0_s), 0U) << "neither works: no change";
}

TEST(Failover, SilenceIsTakenForDeathAfterSoManyKeepAlivesAndOnce) {
  Failover backup{with_priority(2), 1};
  backup.started(0_s);
  EXPECT_EQ(backup.claims(0, 300_ms), 0U) << "it may not have spoken yet";
  EXPECT_EQ(backup.claims(0, 301_ms), 1U);
  EXPECT_EQ(backup.claims(0, 400_ms), 0U) << "once";
  backup.heard({1, HaMode::automatic, true}, 500_ms);
  EXPECT_EQ(backup.claims(1, 800_ms), 0U);
  EXPECT_EQ(backup.claims(0, 801_ms), 1U);
}

TEST(Failover, AloneWithoutALinkItWaitsForTheLink) {
  Failover backup{with_priority(2), 1};
  backup.started(0_s);
  backup.set_healthy(false);
  EXPECT_EQ(backup.claims(0, 1_s), 0U);
  backup.set_healthy(true);
  EXPECT_EQ(backup.claims(0, 2_s), 1U);
}

TEST(Failover, SharingSplitsTheListInHalves) {
  Failover primary{with_priority(1, HaMode::sharing), 5};
  Failover backup{with_priority(2, HaMode::sharing), 5};
  primary.heard({2, HaMode::sharing, true}, 0_s);
  backup.heard({1, HaMode::sharing, true}, 0_s);
  EXPECT_EQ(primary.claims(0, 0_s), 0b00111U);
  EXPECT_EQ(backup.claims(0, 0_s), 0b11000U);
  backup.heard({1, HaMode::automatic, true}, 0_s);
  EXPECT_EQ(backup.claims(0, 0_s), 0U) << "the primary does not share";
}

/// Two VIOSes with an SEA each on one physical switch, clients behind, a host outside.
class TwoSeas : public ::testing::Test {
 protected:
  void build(const std::function<void(SeaConfig&)>& change = {}, const std::vector<SeaBench::Trunk>& trunks = {{1}}) {
    for (int i = 0; i < 2; ++i) {
      auto& vios = bench.add_vios(trunks, [&](SeaConfig& config) {
        config.failover.mode = HaMode::automatic;
        if (change) change(config);
      });
      io::EthernetPort::connect(*vios.port, network.add_port({}));
    }
    io::EthernetPort::connect(host.port, network.add_port({}));
    for (auto& vios : bench.vioses) bench.start(vios);
    bench.run_for(1_s);
  }
  SharedEthernetAdapter& sea(std::size_t number) { return *bench.vioses[number].sea; }
  /// Whether a frame of the client gets out, and one of the host in.
  bool works(SeaBench::Client& client) {
    client.adapter->send(numbered(host.mac, client.mac, 1));
    bench.run_for(1_ms);
    io::Frame back = numbered(client.mac, host.mac, 2);
    host.port.transmit(back, bench.calendar.now());
    bench.run_for(1_ms);
    const std::size_t out = count(host.take(), 1);
    const std::size_t in = count(client.take(), 2);
    return out == 1 && in == 1;
  }
  static std::size_t count(const std::vector<io::Frame>& frames, std::uint64_t number) {
    return static_cast<std::size_t>(std::count_if(
        frames.begin(), frames.end(), [&](const io::Frame& frame) { return frame.ether_type() == 0x88B6 && number_of(frame) == number; }));
  }
  /// Milliseconds until the SEA bridges all of its trunk adapters.
  int takeover_time(std::size_t number, TrunkSet wanted = 1) {
    int ms = 0;
    for (; ms < 5000 && sea(number).active() != wanted; ++ms) bench.run_for(1_ms);
    return ms;
  }

  SeaBench bench;
  io::EthernetSwitch network{{}, bench.calendar};
  Outside host{{0x0200'0E00'0001}, bench.calendar};
};

TEST_F(TwoSeas, ThePrimaryBridgesAndTheBackupIsSilent) {
  build();
  auto& client = bench.add_client(1);
  EXPECT_EQ(sea(0).active(), 1U);
  EXPECT_EQ(sea(1).active(), 0U);
  EXPECT_TRUE(sea(0).other_alive(bench.calendar.now()));
  EXPECT_TRUE(works(client));
  EXPECT_EQ(sea(1).counters().to_wire + sea(1).counters().to_virtual, 0U);
}

TEST(FailoverStart, ThePrimaryBridgesBothWaysFromTheFirstInstant) {
  SeaBench bench;
  io::EthernetSwitch network{{}, bench.calendar};
  Outside host{{0x0200'0E00'0001}, bench.calendar};
  for (int i = 0; i < 2; ++i)
    io::EthernetPort::connect(*bench.add_vios({{1}}, [](SeaConfig& config) { config.failover.mode = HaMode::automatic; }).port,
                              network.add_port({}));
  io::EthernetPort::connect(host.port, network.add_port({}));
  auto& client = bench.add_client(1);
  for (auto& vios : bench.vioses) bench.start(vios);
  bench.run_for(1_ms);
  io::Frame frame = numbered(client.mac, host.mac, 1);
  host.port.transmit(frame, bench.calendar.now());
  bench.run_for(1_ms);
  EXPECT_EQ(client.take().size(), 1U) << "nobody bridged before, so it cannot be a copy";
}

TEST_F(TwoSeas, ALostLinkMovesTheBridgeAtOnceAndBackWhenItReturns) {
  build();
  auto& client = bench.add_client(1);
  EXPECT_TRUE(works(client));
  bench.vioses[0].port->set_link(false, bench.calendar.now());
  EXPECT_LE(takeover_time(1), 1) << "the other one is told";
  bench.run_for(200_ms);
  EXPECT_TRUE(works(client));
  bench.vioses[0].port->set_link(true, bench.calendar.now());
  EXPECT_LE(takeover_time(0), 1);
  bench.run_for(200_ms);
  EXPECT_TRUE(works(client));
  EXPECT_EQ(sea(0).counters().takeovers, 1U);
  EXPECT_EQ(sea(1).counters().takeovers, 1U);
}

// What may still be a copy has left the queues of two ports by then: 2 x 1024 frames of 1,518 bytes at 1 Gb/s.
TEST_F(TwoSeas, FramesFromOutsideAreHeldUpAfterATakeoverNoLongerThanQueuesTakeToEmpty) {
  build();
  auto& client = bench.add_client(1);
  EXPECT_TRUE(works(client));
  bench.vioses[0].port->set_link(false, bench.calendar.now());
  EXPECT_LE(takeover_time(1), 1);
  bench.run_for(20_ms);
  host.port.transmit(numbered(client.mac, host.mac, 3), bench.calendar.now());
  bench.run_for(10_ms);
  EXPECT_EQ(count(client.take(), 3), 0U);
  host.port.transmit(numbered(client.mac, host.mac, 4), bench.calendar.now());
  bench.run_for(1_ms);
  EXPECT_EQ(count(client.take(), 4), 1U);
}

TEST_F(TwoSeas, AViosThatDiesIsMissedAfterThreeKeepAlives) {
  build();
  auto& client = bench.add_client(1);
  EXPECT_TRUE(works(client));
  bench.stop(0);
  const int ms = takeover_time(1);
  EXPECT_GE(ms, 200);
  EXPECT_LE(ms, 401);
  bench.run_for(200_ms);
  EXPECT_TRUE(works(client));
  bench.start(bench.vioses[0]);
  EXPECT_LE(takeover_time(0), 101) << "the primary is back";
  bench.run_for(200_ms);
  EXPECT_TRUE(works(client));
}

TEST_F(TwoSeas, AManualStandbyHandsOverWithoutAFailure) {
  build();
  auto& client = bench.add_client(1);
  sea(0).set_ha_mode(HaMode::standby, bench.calendar.now());
  EXPECT_LE(takeover_time(1), 1);
  bench.run_for(200_ms);
  EXPECT_TRUE(works(client));
  sea(0).set_ha_mode(HaMode::automatic, bench.calendar.now());
  EXPECT_LE(takeover_time(0), 1);
}

TEST_F(TwoSeas, AHostThatNoLongerAnswersPingsIsATrigger) {
  // Each SEA pings through its own link: the cable between the primary's switch port and the host's side is whole, but the host is mute to
  // it.
  class Pinged final : public io::FrameSink {
   public:
    explicit Pinged(kernel::Calendar& calendar) : port{{}, calendar} { port.set_receiver(*this); }
    void frame_arrived(const io::Frame& frame, SimTime now) override {
      if (frame.ether_type() != static_cast<std::uint16_t>(io::EtherType::arp) || frame.source() == mute_to) return;
      io::Frame reply = frame;
      reply.set_addresses(frame.source(), frame.destination());
      port.transmit(reply, now);
    }
    void link_changed(bool, SimTime) override {}
    io::EthernetPort port;
    io::MacAddress mute_to;
  };
  Pinged pinged{bench.calendar};
  io::EthernetPort::connect(pinged.port, network.add_port({}));
  build([](SeaConfig& config) { config.failover.ping = io::MacAddress{0x0200'0E00'0009}; });
  bench.run_for(10_s);
  EXPECT_EQ(sea(0).active(), 1U);
  EXPECT_EQ(sea(1).counters().takeovers, 0U);
  pinged.mute_to = bench.vioses[0].config.mac;
  const int ms = takeover_time(1);
  EXPECT_GE(ms, 2000);
  EXPECT_LE(ms, 4000) << "three pings, a second each";
  pinged.mute_to = {};
  bench.run_for(2_s);
  EXPECT_EQ(sea(0).active(), 1U) << "it answers again";
}

TEST_F(TwoSeas, ATakeoverAnnouncesEveryClientThatTheOtherOneHadLearned) {
  build({}, {{1, {10}}});
  auto& one = bench.add_client(1);
  auto& ten = bench.add_client(10);
  EXPECT_TRUE(works(one));
  ten.adapter->send(numbered(host.mac, ten.mac, 3));
  bench.run_for(300_ms);
  host.take();
  bench.stop(0);
  bench.run_for(1_s);
  std::map<std::uint64_t, std::uint16_t> announced;
  for (const io::Frame& frame : host.take())
    if (frame.ether_type() == static_cast<std::uint16_t>(io::EtherType::rarp)) announced[frame.source().bits] = frame.vlan();
  EXPECT_EQ(announced, (std::map<std::uint64_t, std::uint16_t>{{one.mac.bits, 0}, {ten.mac.bits, 10}}));
  EXPECT_EQ(sea(1).counters().announcements, 2U);
  // The physical switch knows the way: what the host sends arrives though the client has not said a word since.
  host.port.transmit(numbered(one.mac, host.mac, 9), bench.calendar.now());
  bench.run_for(1_ms);
  EXPECT_EQ(count(one.take(), 9), 1U);
}

TEST_F(TwoSeas, SpanningTreeKeepsThePortSilentAfterATakeover) {
  build([](SeaConfig& config) { config.failover.stp_delay = 30_s; });
  auto& client = bench.add_client(1);
  EXPECT_TRUE(works(client));
  bench.vioses[0].port->set_link(false, bench.calendar.now());
  bench.run_for(29_s);
  EXPECT_FALSE(works(client));
  EXPECT_EQ(sea(1).counters().announcements, 0U);
  bench.run_for(1_s + 100_ms);
  EXPECT_TRUE(works(client));
  EXPECT_GT(sea(1).counters().announcements, 0U);
}

TEST_F(TwoSeas, SharingSplitsByTrunkAdapterAndFallsBackToOne) {
  build([](SeaConfig& config) { config.failover.mode = HaMode::sharing; }, {{1}, {10}});
  auto& one = bench.add_client(1);
  bench.add_client(10);
  EXPECT_EQ(sea(0).active(), 0b01U);
  EXPECT_EQ(sea(1).active(), 0b10U);
  EXPECT_TRUE(works(one));
  bench.stop(1);
  bench.run_for(500_ms);
  EXPECT_EQ(sea(0).active(), 0b11U);
  bench.start(bench.vioses[1]);
  bench.run_for(500_ms);
  EXPECT_EQ(sea(1).active(), 0b10U) << "it shares again";
  sea(0).set_ha_mode(HaMode::automatic, bench.calendar.now());
  bench.run_for(10_ms);
  EXPECT_EQ(sea(0).active(), 0b11U) << "primary and backup";
  EXPECT_EQ(sea(1).active(), 0U);
}

TEST_F(TwoSeas, AVioSThatGetsNoProcessorIsTakenForDeadAndDoesNoHarmWhenItGetsOne) {
  build();
  auto& client = bench.add_client(1);
  EXPECT_TRUE(works(client));
  // An interrupt handler of another driver keeps its processors for a second.
  class Hog final : public system::Program {
   public:
    void attach(system::Host& host) override {
      host_ = &host;
      for (auto& thread : threads_) thread = host.create_thread(*this, 0, 0, system::ThreadKind::interrupt);
    }
    void activated(SimTime) override {}
    void deactivated(SimTime) override {}
    system::Activity next_activity(std::uint32_t, SimTime) override { return system::Activity::block(); }
    void timer_expired(std::uint32_t, SimTime) override {}
    void run(SimTime time, SimTime now) {
      for (const auto thread : threads_) host_->make_ready(thread, time, system::Cause::outside, now);
    }

   private:
    system::Host* host_ = nullptr;
    system::ThreadId threads_[2] = {};
  };
  Hog hog;
  bench.vioses[0].host->add_program(hog);
  hog.run(1_s, bench.calendar.now());
  EXPECT_LE(takeover_time(1), 401);
  bench.run_for(150_ms);
  EXPECT_TRUE(works(client));
  bench.run_for(2_s);
  EXPECT_EQ(sea(0).active(), 1U) << "the primary again";
  EXPECT_TRUE(works(client));
}

}  // namespace
}  // namespace lparsim::sea
