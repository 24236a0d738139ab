// What redirecting a call adds and who pays for it, to the nanosecond (claim.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "validation/harness/separate_run.hpp"

namespace lparsim::validation {
namespace {

// docs/scenario.md, hypervisor.vsp_costs and virtual_io, in us.
constexpr double kLookUp = 0.02;
constexpr double kMessage = 0.3;
constexpr double kSwitchOver = 1;
constexpr double kEndOfInterrupt = 0.5;
constexpr double kWork = 20;  // of a declared service, for each call
// docs/vsp/behaviours.md: after the last message the handler ends the interrupt, then the thread computes.
constexpr double kUntilAnswer = kMessage + kEndOfInterrupt + kWork;

/// One user who reads a block and asks the hypervisor something, again and again; all have a core of their own.
std::string scenario(const std::string& service) {
  return R"(
lparsim: 1
name: vsp-cost
duration: 41 s
warmup: 1 s
storage:
  - {name: disk, type: fixed, service: 200 us}
server:
  processor: {generation: POWER9, cores: 3, cores_per_chip: 12, frequency: 3.4 GHz}
  partitions:
    - name: vios
      type: vios
      processors: {mode: dedicated, cores: 1}
      disks: [{name: hdisk0, storage: disk}]
    - name: client
      type: aix
      processors: {mode: dedicated, cores: 1}
      disks: [{name: hdisk0, backing: vios.hdisk0}]
      workloads:
        - name: reader
          type: closed
          users: 1
          think: 1 ms
          transaction: [{disk_read: hdisk0, size: 8 KiB}, {hypervisor_call: {call: H_GET_PPP}}]
)" + service;
}

std::string declared(const std::string& hook) {
  return fmt::format(R"(
    - name: service
      type: vsp
      processors: {{mode: dedicated, cores: 1}}
      smt: 1
      memory: 512 MiB
      guest: {{snooze: 0 s}}
      vsp:
        behaviour: {{time: 20 us}}
        hooks: [{{{}}}]
)",
                     hook);
}

/// Microseconds of processor time that a partition takes for a transaction.
double paid(const SeparateRun& run, const std::string& partition) {
  return run[partition + ".physc"] / run["client.reader.throughput"] * 1e6;
}
double response(const SeparateRun& run) {
  return run["client.reader.response.mean"] * 1e3;
}
/// The ledger's only line; the run must have one.
trace::VspLedgerRow ledger(const SeparateRun& run) {
  const auto rows = run.reader().vsp_ledger();
  EXPECT_TRUE(rows && rows->size() == 1);
  return rows->at(0);
}
double each(SimTime sum, const trace::VspLedgerRow& row) {
  return sum.seconds() * 1e6 / static_cast<double>(row.calls);
}

constexpr double kExact = 1e-5;  // us

struct Place {
  const char* name;
  const char* hook;
  const char* caller;  // who is asked for processor time where the function is hooked
};

class Redirection : public testing::TestWithParam<Place> {
 protected:
  std::string hooked(const std::string& rest) const { return declared(fmt::format("hook: {}, {}", GetParam().hook, rest)); }
};

TEST_P(Redirection, ToAnObserverTakesALookUpAndAMessageOfTheCaller) {
  const SeparateRun without{scenario("")};
  const SeparateRun with{scenario(hooked("role: observer"))};
  const auto row = ledger(with);
  EXPECT_GT(row.calls, 30'000U);
  EXPECT_NEAR(response(with) - response(without), kLookUp + kMessage, kExact);
  EXPECT_NEAR(paid(with, GetParam().caller) - paid(without, GetParam().caller), kLookUp + kMessage, 0.01 * kMessage);
  EXPECT_NEAR(each(row.client_paid, row), kMessage, kExact) << "the look-up is the hook's";
  EXPECT_NEAR(each(row.vsp_paid, row), kMessage, kExact);
  EXPECT_EQ(row.latency, SimTime{});
  EXPECT_NEAR(paid(with, "service"), kUntilAnswer, 0.001 * kUntilAnswer);
  RecordProperty("added", fmt::format("{:.4f} us", response(with) - response(without)));
}

TEST_P(Redirection, ToAFilterAddsItsWorkAndTheWayThere) {
  const SeparateRun without{scenario("")};
  const SeparateRun with{scenario(hooked("role: filter"))};
  const auto row = ledger(with);
  EXPECT_GT(row.calls, 30'000U);
  EXPECT_NEAR(each(row.latency, row), kUntilAnswer, kExact);
  EXPECT_NEAR(response(with) - response(without), kLookUp + kMessage + kUntilAnswer, kExact);
  EXPECT_NEAR(each(row.client_paid, row), kLookUp + kMessage, kExact);
  EXPECT_NEAR(paid(with, GetParam().caller) - paid(without, GetParam().caller), kLookUp + kMessage, 0.01 * kMessage);
  EXPECT_NEAR(each(row.vsp_paid, row), 2 * kMessage, kExact);
  EXPECT_NEAR(paid(with, "service"), kUntilAnswer + kMessage, 0.001 * kUntilAnswer);
  EXPECT_EQ(row.doorbells, row.calls);
  RecordProperty("added", fmt::format("{:.4f} us", response(with) - response(without)));
}

TEST_P(Redirection, OnTheCallersTimeMovesAllOfItToTheCaller) {
  const SeparateRun without{scenario("")};
  const SeparateRun with{scenario(hooked("role: filter, pays: client"))};
  const auto row = ledger(with);
  constexpr double kPaid = kLookUp + kSwitchOver + kWork + kMessage;  // the answer's message
  EXPECT_GT(row.calls, 30'000U);
  EXPECT_NEAR(each(row.client_paid, row), kPaid, kExact);
  EXPECT_NEAR(paid(with, GetParam().caller) - paid(without, GetParam().caller), kPaid, 0.001 * kPaid);
  EXPECT_NEAR(response(with) - response(without), kPaid, kExact);
  EXPECT_EQ(row.vsp_paid, SimTime{});
  EXPECT_EQ(row.doorbells, 0U);
  EXPECT_EQ(with["service.physc"], 0);
}

INSTANTIATE_TEST_SUITE_P(Of, Redirection,
                         testing::Values(Place{"HypervisorCalls", "hypervisor.call, functions: H_GET_PPP", "client"},
                                         Place{"VirtualScsi", "vscsi.command", "vios"}),
                         [](const auto& chosen) { return std::string{chosen.param.name}; });

// The example that ships with lparsim: every hypervisor call and dispatch of the server.
TEST(AccountingAgent, IsPaidForByItselfButForOneMessageOfEachThreadsCall) {
  constexpr double kOfEvent = 0.2;  // vsp/examples/accounting_agent.c
  const SeparateRun without{scenario("")};
  const SeparateRun with{scenario(R"(
    - name: service
      type: vsp
      processors: {mode: dedicated, cores: 1}
      smt: 1
      memory: 512 MiB
      guest: {snooze: 0 s}
      vsp:
        plugin: accounting_agent
        configuration: every 1000
        hooks: [{hook: hypervisor.call, role: observer}, {hook: hypervisor.dispatch, role: observer}]
)")};
  const auto rows = with.reader().vsp_ledger();
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 4U) << "two partitions, two hooks";
  double copies = 0, doorbells = 0, of_client = 0;
  for (const auto& row : *rows) {
    copies += static_cast<double>(row.calls);
    doorbells += static_cast<double>(row.doorbells);
    of_client += row.client_paid.seconds() * 1e6;
    EXPECT_EQ(row.vsp_paid, SimTime::from_ns(300) * static_cast<std::int64_t>(row.calls));
  }
  const double threads_calls = with["client.reader.throughput"] * 40;
  EXPECT_GT(copies, 15 * threads_calls);
  EXPECT_NEAR(response(with) - response(without), kLookUp + kMessage, kExact);
  EXPECT_NEAR(of_client, threads_calls * kMessage, 0.001 * threads_calls * kMessage);
  const double own = (copies * (kMessage + kOfEvent) + doorbells * kEndOfInterrupt) / 40e6;
  EXPECT_NEAR(with["service.physc"], own, 0.001 * own);
  EXPECT_NEAR(paid(with, "vios"), paid(without, "vios"), 0.002 * paid(without, "vios")) << "its calls are not held up, nor charged";
  RecordProperty("agent", fmt::format("{:.0f} copies a second, {:.4f} PU", copies / 40, with["service.physc"]));
}

}  // namespace
}  // namespace lparsim::validation
