// sea.forward with an exchange behind it.
#include "models/vsp/testing/hook_policies.hpp"

#include "vios/sea/testing/sea_bench.hpp"

namespace lparsim::vsp::testing {
namespace {

template <bool threaded>
class SeaPlace {
 public:
  static constexpr Hook kHook = Hook::sea_forward;
  static constexpr PartitionId kClient{0};

  explicit SeaPlace(Bench& agents) : bench_{agents.calendar}, host_{io::MacAddress{0x0200'0E00'0001}, agents.calendar} {
    io::EthernetPort::connect(*vios_.port, host_.port);
    vios_.sea->set_hooks(agents.exchange, kClient);
    bench_.start(vios_);
  }
  void act() { client_.adapter->send(sea::testing::numbered(host_.mac, client_.mac, 1)); }
  void run() {
    bench_.run_for(SimTime::from_ms(1));
    passed_ += static_cast<int>(host_.take().size());
  }
  int passed() const { return passed_; }
  int refused() const { return static_cast<int>(vios_.sea->counters().denied); }
  void client_stops() { bench_.stop(0); }

 private:
  sea::testing::SeaBench bench_;
  sea::testing::SeaBench::Vios& vios_ = bench_.add_vios({{1}}, [](sea::SeaConfig& config) { config.threaded = threaded; });
  sea::testing::SeaBench::Client& client_ = bench_.add_client(1);
  sea::testing::Outside host_;
  int passed_ = 0;
};

using Places = ::testing::Types<SeaPlace<true>, SeaPlace<false>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Sea, HookPolicies, Places);

}  // namespace
}  // namespace lparsim::vsp::testing
