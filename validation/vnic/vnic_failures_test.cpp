// A thousand failures at random instants under traffic: no frame arrives twice, and everything works once all is repaired.
#include <gtest/gtest.h>

#include <set>

#include "sim/base/random.hpp"
#include "validation/vnic/vnic_bench.hpp"

namespace lparsim::validation {
namespace {

using namespace literals;

class Storm {
 public:
  explicit Storm(std::uint64_t seed) : random_{seed, "vnic"}, bench_{{}, {.automatic = seed % 3 != 0}} { bench_.start_all(); }

  /// Something fails, or is repaired; no more than two things are broken at once.
  void fail() {
    const auto victim = static_cast<std::uint32_t>(draw(2));
    const int broken = (bench_.client_up ? 0 : 1) + (bench_.vioses[0].up ? 0 : 1) + (bench_.vioses[1].up ? 0 : 1) + (link_[0] ? 0 : 1) +
                       (link_[1] ? 0 : 1);
    if (!bench_.client_up) return bench_.start_client();
    if (broken == 2 && !bench_.vioses[victim].up) return bench_.start(victim);
    if (broken == 2 && !link_[victim]) return set_link(victim, true);
    if (broken == 2) return;
    if (draw(8) == 0) return bench_.stop_client();
    if (draw(2) == 0) return set_link(victim, !link_[victim]);
    if (bench_.vioses[victim].up) return bench_.stop(victim, draw(2) == 0);
    bench_.start(victim);
  }
  void heal() {
    if (!bench_.client_up) bench_.start_client();
    for (std::uint32_t i = 0; i < 2; ++i) {
      if (!bench_.vioses[i].up) bench_.start(i);
      set_link(i, true);
    }
    settle(1_s);
  }
  /// Until what is under way has arrived.
  void settle(SimTime time) {
    bench_.run_for(time);
    note(frames_.received, at_client_, VnicBench::kMac);
    note(outside_.received, at_outside_, outside_.mac);
  }
  /// A frame each way, some of them broadcasts, about every 100 us.
  void run(SimTime time) {
    const SimTime end = bench_.calendar.now() + time;
    while (bench_.calendar.now() < end) {
      const auto length = static_cast<std::uint32_t>(60 + draw(1455));
      if (bench_.client_up) {
        const io::MacAddress to = draw(4) == 0 ? io::MacAddress::broadcast() : outside_.mac;
        frames_.send(numbered(to, VnicBench::kMac, ++sent_, length), bench_.calendar.now());
      }
      const io::MacAddress to = draw(4) == 0 ? io::MacAddress::broadcast() : VnicBench::kMac;
      outside_.port.transmit(numbered(to, outside_.mac, ++sent_, length), bench_.calendar.now());
      settle(SimTime::from_us(static_cast<std::int64_t>(50 + draw(100))));
    }
  }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return at_client_.size() + at_outside_.size(); }
  std::uint64_t failovers() const { return bench_.failover->failovers(); }
  bool up() const { return bench_.driver->up(); }

 private:
  void set_link(std::uint32_t number, bool up) {
    link_[number] = up;
    bench_.set_link(number, up);
  }
  std::uint64_t draw(std::uint64_t below) { return random_.bits() % below; }
  void note(std::vector<io::Frame>& frames, std::set<std::uint64_t>& seen, io::MacAddress mac) {
    for (const io::Frame& frame : frames) {
      if (frame.ether_type() != 0x88B6) continue;
      ASSERT_NE(frame.source(), mac) << "its own frame has come back";
      ASSERT_TRUE(seen.insert(number_of(frame)).second) << "frame " << number_of(frame) << " came twice";
    }
    frames.clear();
  }

  RandomStream random_;
  VnicBench bench_;
  NumberedFrames frames_{*bench_.driver};
  Outside outside_{{0x0200'0E00'0001}, bench_};
  bool link_[2] = {true, true};
  std::uint64_t sent_ = 0;
  std::set<std::uint64_t> at_client_;
  std::set<std::uint64_t> at_outside_;
};

TEST(VnicFailures, AThousandBringNoFrameTwiceAndEverythingWorksOnceRepaired) {
  std::uint64_t failovers = 0, sent_in_all = 0, received_in_all = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    RandomStream random{seed, "instants"};
    Storm storm{seed};
    for (int failure = 0; failure < 100; ++failure) {
      storm.fail();
      // Many within a login, some long enough for heartbeats to be missed.
      const std::uint64_t longest = failure % 4 == 0 ? 500'000 : 4'000;
      storm.run(SimTime::from_us(static_cast<std::int64_t>(random.bits() % longest)));
      if (::testing::Test::HasFailure()) return;
    }
    failovers += storm.failovers();
    sent_in_all += storm.sent();
    received_in_all += storm.received();
    storm.heal();
    ASSERT_TRUE(storm.up());
    const std::uint64_t sent = storm.sent(), received = storm.received();
    storm.run(50_ms);
    storm.settle(10_ms);
    if (::testing::Test::HasFailure()) return;
    EXPECT_EQ(storm.received() - received, storm.sent() - sent) << "all of it arrives again";
  }
  EXPECT_GT(failovers, 100U);
  EXPECT_GT(received_in_all, sent_in_all / 2) << "most of the time something worked";
}

}  // namespace
}  // namespace lparsim::validation
