#include "models/vsp/grants.hpp"

#include <gtest/gtest.h>

#include "models/vsp/testing/exchange_bench.hpp"

namespace lparsim::vsp {
namespace {

using namespace testing;
constexpr PartitionId kA = Bench::kA;
constexpr Hook kService = Hook::os_service;

struct GrantBench : Bench {
  explicit GrantBench(const HookPermit& terms = permit(kService, Role::provider), Bytes cap = Bytes{1 << 20}, Role role = Role::provider) {
    VspConfig config = vsp(kA, {terms});
    config.grant_cap = cap;
    exchange.add(config);
    host.memory[kClient] = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
    exchange.started(kA, now());
    bring_up(kA, kService, role);
    take(kA);
  }
  std::optional<Outcome> call_with(std::uint64_t ticket, Buffer buffer) {
    Call made;
    made.hook = kService;
    made.client = made.owner = kClient;
    made.buffers[0] = buffer;
    return exchange.call(made, caller, ticket, now());
  }
  std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::size_t length) {
    bytes.assign(length, 0);
    return exchange.read(kA, grant, offset, bytes, spent, now());
  }
  std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::vector<std::uint8_t> what) {
    return exchange.write(kA, grant, offset, what, spent, now());
  }
  std::vector<std::uint8_t> bytes;
};

TEST(Grants, LeaveNoTraceOfWritesThatNoVerdictConfirms) {
  const auto ends = [](std::uint32_t verdict, Role role) {
    GrantBench b{permit(kService, role), Bytes{1 << 20}, role};
    b.call_with(1, {2, Bytes{4}, true, true});
    const auto call = b.taken(kA);
    EXPECT_EQ(b.write(call.grants[0].id, 1, {77}), LPARSIM_VSP_OK);
    EXPECT_EQ(b.write(call.grants[0].id, 1, {78, 79}), LPARSIM_VSP_OK);
    if (verdict == 0)
      b.exchange.stopped(kA, true, b.now());
    else
      b.reply(kA, call.call, verdict);
    EXPECT_EQ(b.caller.times(1), 1u);
    return std::vector<int>{b.host.memory[Bench::kClient][3], b.host.memory[Bench::kClient][4]};
  };
  const std::vector<int> before{13, 14}, written{78, 79};
  EXPECT_EQ(ends(LPARSIM_VSP_PASS, Role::filter), before);
  EXPECT_EQ(ends(LPARSIM_VSP_DENY, Role::filter), before);
  EXPECT_EQ(ends(LPARSIM_VSP_NATIVE, Role::provider), before);
  EXPECT_EQ(ends(0, Role::provider), before);
  EXPECT_EQ(ends(LPARSIM_VSP_MODIFY, Role::filter), written);
  EXPECT_EQ(ends(LPARSIM_VSP_COMPLETE, Role::provider), written);
}

TEST(Grants, ReachTheCallersMemoryInTheirDirectionAndRangeOnly) {
  GrantBench b;
  b.call_with(1, {2, Bytes{4}, true, false});
  const auto grant = b.taken(kA).grants[0];
  EXPECT_EQ(grant.length, 4u);
  EXPECT_EQ(grant.access, 1u);
  EXPECT_EQ(b.read(grant.id, 1, 2), LPARSIM_VSP_OK);
  EXPECT_EQ(b.bytes, (std::vector<std::uint8_t>{13, 14}));
  EXPECT_EQ(b.read(grant.id, 0, 4), LPARSIM_VSP_OK);
  EXPECT_EQ(b.read(grant.id, 1, 4), LPARSIM_VSP_FAULT);
  EXPECT_EQ(b.bytes, (std::vector<std::uint8_t>(4, 0)));  // nothing leaks
  EXPECT_EQ(b.read(grant.id, ~0U, 4), LPARSIM_VSP_FAULT);
  EXPECT_EQ(b.write(grant.id, 0, {1}), LPARSIM_VSP_FAULT);
  EXPECT_EQ(b.read(0, 0, 1), LPARSIM_VSP_FAULT);
  EXPECT_EQ(b.read(grant.id + (1 << 20), 0, 1), LPARSIM_VSP_FAULT);
  b.call_with(2, {5, Bytes{2}, false, true});
  const auto other = b.taken(kA).grants[0];
  EXPECT_EQ(other.access, 2u);
  EXPECT_EQ(b.write(other.id, 1, {77}), LPARSIM_VSP_OK);
  EXPECT_EQ(b.host.memory[Bench::kClient][6], 77);
  EXPECT_EQ(b.read(other.id, 0, 1), LPARSIM_VSP_FAULT);
}

TEST(Grants, AreOverWithTheReplyTheWithdrawalAndTheTimeOut) {
  GrantBench b;
  b.call_with(1, {0, Bytes{4}});
  b.call_with(2, {0, Bytes{4}});
  b.call_with(3, {0, Bytes{4}});
  std::vector<lparsim_vsp_call> calls;
  for (const Message& message : b.take(kA)) calls.push_back(parse<lparsim_vsp_call>(message.view()));
  ASSERT_EQ(calls.size(), 3u);
  b.reply(kA, calls[0].call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.read(calls[0].grants[0].id, 0, 1), LPARSIM_VSP_STALE);
  b.exchange.withdraw(b.caller, 2, b.now());
  EXPECT_EQ(b.read(calls[1].grants[0].id, 0, 1), LPARSIM_VSP_STALE);
  EXPECT_EQ(b.read(calls[2].grants[0].id, 0, 1), LPARSIM_VSP_OK);
  b.pass(11_ms);
  EXPECT_EQ(b.read(calls[2].grants[0].id, 0, 1), LPARSIM_VSP_STALE);
}

TEST(Grants, OfACrashedPartitionAreTakenBack) {
  GrantBench b;
  b.call_with(1, {0, Bytes{4}});
  const auto grant = b.taken(kA).grants[0].id;
  b.exchange.stopped(kA, true, b.now());
  b.exchange.started(kA, b.now());
  EXPECT_EQ(b.read(grant, 0, 1), LPARSIM_VSP_STALE);
}

TEST(Grants, HoldWhileACallIsDeferred) {
  GrantBench b;
  b.call_with(1, {0, Bytes{4}});
  const auto call = b.taken(kA);
  b.reply(kA, call.call, LPARSIM_VSP_DEFER);
  b.pass(50_ms);
  EXPECT_EQ(b.read(call.grants[0].id, 0, 1), LPARSIM_VSP_OK);
}

TEST(Grants, BeyondTheCapMakeCallsWaitInTheirOrder) {
  GrantBench b{permit(kService, Role::provider), Bytes{10}};
  b.call_with(1, {0, Bytes{6}});
  b.call_with(2, {0, Bytes{6}});
  b.call_with(3, {0, Bytes{1}});  // there would be room, but not its turn
  EXPECT_EQ(b.status(kA).under_way, 1u);
  EXPECT_EQ(b.status(kA).waiting, 2u);
  b.reply(kA, b.taken(kA).call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.status(kA).under_way, 2u);
}

TEST(Grants, ThatCanNeverBeGivenAreRefusedAtOnce) {
  HookPermit closed = permit(kService, Role::provider);
  closed.when_slow = FaultPolicy::closed;
  GrantBench b{closed, Bytes{10}};
  const auto outcome = b.call_with(1, {0, Bytes{11}});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->decision, Decision::failed);
  EXPECT_EQ(outcome->status, LPARSIM_VSP_NO_MEMORY);
}

TEST(Grants, OfMemoryThatIsNotThereFault) {
  GrantBench b;
  b.call_with(1, {8, Bytes{4}});
  const auto call = b.taken(kA);
  EXPECT_EQ(b.read(call.grants[0].id, 0, 4), LPARSIM_VSP_FAULT);
  EXPECT_EQ(b.read(call.grants[0].id, 0, 2), LPARSIM_VSP_OK);
  b.reply(kA, call.call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.exchange.ledger().at(0).bytes_copied, 2u);
}

TEST(Grants, CostWhatIsCopiedByPages) {
  GrantBench b;
  b.call_with(1, {0, Bytes{8}});
  const auto grant = b.taken(kA).grants[0].id;
  b.spent = {};
  b.read(grant, 0, 8);
  EXPECT_EQ(b.spent, b.costs.copy + b.costs.copy_page);
}

}  // namespace
}  // namespace lparsim::vsp
