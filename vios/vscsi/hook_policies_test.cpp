// vscsi.command with an exchange behind it, and a provider's own writes through its channel.
#include "models/vsp/testing/hook_policies.hpp"

#include "vios/vscsi/testing/server_fixture.hpp"

namespace lparsim::vsp::testing {
namespace {

template <vscsi::BackingKind kind>
class VscsiPlace : public vscsi::testing::ServerTest {
 public:
  static constexpr Hook kHook = Hook::vscsi_command;
  static constexpr PartitionId kClient{0};

  explicit VscsiPlace(Bench& agents) : ServerTest{{}, kind, kClient, &agents.calendar} {
    server.set_hooks(agents.exchange, PartitionId{1});
    log_in();
  }
  void act() {
    ++tag_;
    client.send(transfer(tag_, 4096, tag_ % 2 == 0), slot(tag_));
  }
  void run() {
    ServerTest::run();
    for (; !disk.commands.empty(); ++passed_) disk.end_first(io::BlockStatus::good, calendar.now());
    for (const auto& element : answers()) {
      if (client.answer<hypervisor::SrpResponse>(element, slot(element.data)).status != hypervisor::kScsiGood) ++refused_;
    }
  }
  int passed() const { return passed_; }
  int refused() const { return refused_; }
  /// The server learns of it from its queue, once it runs.
  void client_stops() {
    bench.virtual_io.partition_stopped(kClient, true);
    ServerTest::run();
  }
  std::uint64_t unit() const { return static_cast<std::uint64_t>(pair.second.unit); }

 private:
  void TestBody() override {}
  static std::uint32_t slot(std::uint64_t tag) { return static_cast<std::uint32_t>(tag % 128); }
  std::uint64_t tag_ = 0;
  int passed_ = 0;
  int refused_ = 0;
};

using Mapped = VscsiPlace<vscsi::BackingKind::physical_volume>;
using Places = ::testing::Types<Mapped, VscsiPlace<vscsi::BackingKind::file>>;
INSTANTIATE_TYPED_TEST_SUITE_P(VirtualScsi, HookPolicies, Places);

TEST(ProvidersWrite, GoesThroughItsChannelToTheDiskAndItsEndComesBack) {
  constexpr PartitionId kAgent{40};
  Bench agents;
  Mapped place{agents};
  agents.exchange.add(vsp(kAgent, {permit(Hook::vscsi_command, Role::provider)}));
  agents.exchange.started(kAgent, agents.now());
  ASSERT_EQ(agents.bring_up(kAgent, Hook::vscsi_command, Role::provider), LPARSIM_VSP_OK);
  auto issue = agents.made<lparsim_vsp_issue>(kAgent, LPARSIM_VSP_ISSUE);
  issue.issue = 7;
  issue.registration = 1;
  issue.function = 0x2A;
  issue.client = 0;
  const std::uint64_t arguments[8] = {hypervisor::scsi_lun(0), 8, 16, 0, place.unit(), 1, 8192, 2};
  std::copy(std::begin(arguments), std::end(arguments), issue.arguments);
  agents.send(kAgent, issue);
  place.run();
  place.run();
  EXPECT_EQ(place.passed(), 1);
  const auto issued = agents.last<lparsim_vsp_outcome>(kAgent, LPARSIM_VSP_ISSUED);
  EXPECT_EQ(issued.call, 7u);
  EXPECT_EQ(issued.status, 0);
  EXPECT_EQ(issued.results[0], 8192u);
}

}  // namespace
}  // namespace lparsim::vsp::testing
