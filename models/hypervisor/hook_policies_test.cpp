// The hypervisor's hooks that hold something up, with an exchange behind them.
#include "models/vsp/testing/hook_policies.hpp"

#include "models/hypervisor/testing/logical_lan_bench.hpp"
#include "models/hypervisor/testing/vio_end.hpp"

namespace lparsim::vsp::testing {
namespace {

using namespace lparsim::hypervisor;
using hypervisor::testing::frame_to;
using hypervisor::testing::LogicalLanBench;
using hypervisor::testing::VioPair;

class SwitchPlace {
 public:
  static constexpr Hook kHook = Hook::switch_frame;
  static constexpr PartitionId kClient{0};

  explicit SwitchPlace(Bench& agents) : agents_{agents} {
    bench_.set_hooks(agents.exchange, [&agents] { return agents.now(); });
    bench_.add_buffers(receiver_, 2048, 256);
  }
  void act() { EXPECT_EQ(bench_.send(sender_, frame_to(kTo, kFrom, 100)), HcallStatus::success); }
  void run() { agents_.pass(SimTime::from_ms(1)); }
  int passed() const { return static_cast<int>(bench_.delivered(receiver_)); }
  int refused() const { return static_cast<int>(bench_.denied(sender_)); }
  void client_stops() { bench_.stop(sender_); }

 private:
  static constexpr io::MacAddress kFrom{0x0200'0000'0001}, kTo{0x0200'0000'0002};
  Bench& agents_;
  LogicalLanBench bench_;
  LogicalLanBench::Adapter& sender_ = bench_.open({kFrom});
  LogicalLanBench::Adapter& receiver_ = bench_.open({kTo});
};

class CrqPlace : private VioPair {
 public:
  static constexpr Hook kHook = Hook::crq_send;
  static constexpr PartitionId kClient = VioPair::kClient;

  explicit CrqPlace(Bench& agents) : agents_{agents} {
    bench.virtual_io.set_hooks(agents.exchange, [&agents] { return agents.now(); });
    register_both();
  }
  void act() { EXPECT_EQ(client.send(kCrqCommand), HcallStatus::success); }
  void run() {
    agents_.pass(SimTime::from_ms(1));
    for (; server.header(next_) == kCrqCommand; next_ = (next_ + 1) % 256) {
      server.free_element(next_);
      ++passed_;
    }
  }
  int passed() const { return passed_; }
  int refused() const { return static_cast<int>(bench.virtual_io.elements_denied(kClient, client.adapter.unit)); }
  void client_stops() { bench.virtual_io.partition_stopped(kClient, true); }

 private:
  Bench& agents_;
  std::uint64_t next_ = 0;
  int passed_ = 0;
};

using Places = ::testing::Types<SwitchPlace, CrqPlace>;
INSTANTIATE_TYPED_TEST_SUITE_P(Hypervisor, HookPolicies, Places);

}  // namespace
}  // namespace lparsim::vsp::testing
