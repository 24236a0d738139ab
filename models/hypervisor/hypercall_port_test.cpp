#include "models/hypervisor/hypercall_port.hpp"

#include <gtest/gtest.h>

#include "models/hypervisor/testing/server_bench.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::ScriptedPartition;
using testing::ServerBench;

/// Sends what HypercallPort would not.
class RawCaller final : public sc_core::sc_module, public PartitionListener {
 public:
  tlm_utils::simple_initiator_socket<RawCaller> socket;

  explicit RawCaller(const sc_core::sc_module_name& name) : sc_module{name}, socket{"socket"} {}
  tlm::tlm_response_status send(tlm::tlm_generic_payload& payload) {
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
    return payload.get_response_status();
  }
  void activated(std::uint32_t, SimTime) override {}
  void deactivated(SimTime) override {}
  void online_processors_changed(std::uint32_t, SimTime) override {}
  void dispatched(std::uint32_t, CoreId, SimTime, SimTime, SimTime) override {}
  void preempted(std::uint32_t, SimTime) override {}
};

class RawCalls : public ::testing::Test {
 protected:
  RawCalls() {
    const PartitionId id = bench_.hypervisor.add_shared(capped(100, 1), ServerBench::kMemory, caller_);
    caller_.socket.bind(bench_.hypervisor.hcalls);
    bench_.hypervisor.activate(id);
    bench_.run_until(1_ms);
    payload_.set_command(tlm::TLM_IGNORE_COMMAND);
    payload_.set_extension(&extension_);
  }
  ~RawCalls() override { payload_.clear_extension(&extension_); }
  tlm::tlm_response_status send(std::uint64_t token) {
    extension_.call = static_cast<Hcall>(token);
    payload_.set_address(token);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    return caller_.send(payload_);
  }

  ServerBench bench_{1};
  RawCaller caller_{"raw"};
  tlm::tlm_generic_payload payload_;
  HcallExtension extension_;
};

TEST_F(RawCalls, AnUnknownTokenIsAnsweredWithHFunction) {
  EXPECT_EQ(send(0x4), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(extension_.status, HcallStatus::function);
}

TEST_F(RawCalls, ATransactionWithoutTheExtensionIsACommandError) {
  tlm::tlm_generic_payload bare;
  bare.set_command(tlm::TLM_IGNORE_COMMAND);
  EXPECT_EQ(caller_.send(bare), tlm::TLM_COMMAND_ERROR_RESPONSE);
}

TEST_F(RawCalls, AReadOrWriteIsACommandError) {
  payload_.set_command(tlm::TLM_READ_COMMAND);
  EXPECT_EQ(send(0xF4), tlm::TLM_COMMAND_ERROR_RESPONSE);
}

TEST_F(RawCalls, AnAddressThatIsNotTheTokenIsAnAddressError) {
  extension_.call = Hcall::purr;
  payload_.set_address(static_cast<std::uint64_t>(Hcall::pic));
  EXPECT_EQ(caller_.send(payload_), tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST_F(RawCalls, ACallThatKeepsTheCoreSaysSoWhateverWasThereBefore) {
  extension_.keeps_core = false;
  EXPECT_EQ(send(0xF4), tlm::TLM_OK_RESPONSE);
  EXPECT_TRUE(extension_.keeps_core);
}

TEST_F(RawCalls, ACloneOfTheExtensionIsTheSameCall) {
  extension_.vp = 3;
  extension_.registers[8] = 7;
  const auto* clone = static_cast<HcallExtension*>(extension_.clone());
  EXPECT_EQ(clone->vp, 3U);
  EXPECT_EQ(clone->registers[8], 7U);
  delete clone;
}

TEST(HypercallPort, CarriesArgumentsInAndResultsOut) {
  ServerBench bench{4};
  ScriptedPartition& a = bench.shared("a", capped(100, 2));
  bench.activate_all();
  bench.run_until(1_ms);
  const HcallExtension& call = a.port.call(0, Hcall::get_ppp, {1, 2, 3});
  EXPECT_EQ(call.registers[0], 100U);
  EXPECT_EQ(call.registers[5], 0U);  // not given: 0
}

TEST(HypercallPort, CedeTellsWhetherTheCoreIsGone) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", capped(200, 2), 2);
  bench.activate_all();
  bench.run_until(1_ms);
  a.port.prod(0);
  EXPECT_FALSE(a.port.cede(0));
  EXPECT_TRUE(a.port.cede(0));
}

TEST(HypercallPort, ChecksCallsThatCannotFail) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", capped(200, 2), 2);
  bench.activate_all();
  bench.run_until(1_ms);
  EXPECT_THROW(a.port.prod(2), CheckFailure);
}

TEST(HypercallPort, CannotBeUsedByAPartitionThatIsDown) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", capped(200, 2), 2);
  bench.run_until(1_ms);
  EXPECT_THROW(a.port.prod(0), CheckFailure);
}

}  // namespace
}  // namespace lparsim::hypervisor
