// Programs, behaviours and the platform's real exchange together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vsp/behaviour/declared.hpp"
#include "vsp/behaviour/testing/server.hpp"

namespace lparsim::vsp {
namespace {

using namespace literals;
using testing::permit_all;
using testing::Server;

struct Provided : Server {
  explicit Provided(std::vector<Fault> faults = {}, HookPermit permit = permit_all(Hook::vscsi_command, Role::provider)) {
    DeclaredConfig config;
    config.registrations = {{Hook::vscsi_command, Role::provider}};
    config.time = Distribution::constant(50_us);
    config.verdicts = {{LPARSIM_VSP_COMPLETE}};
    config.longest_retry = 10_ms;
    add(declared(config, counts), {permit}, std::move(faults));
    start();
  }
  std::uint64_t command() {
    Call made;
    made.hook = Hook::vscsi_command;
    made.function = 0x28;
    return call(made);
  }
  std::shared_ptr<DeclaredCounts> counts = std::make_shared<DeclaredCounts>();
};

TEST(ServiceAndExchange, ADeclaredProviderIsReadyAndAnswers) {
  Provided server;
  EXPECT_EQ(server.state(), ChannelState::ready);
  EXPECT_EQ(server.count(VspEventKind::violation), 0U);
  const std::uint64_t ticket = server.command();
  server.run_for(1_ms);
  EXPECT_EQ(server.answer(ticket).decision, Decision::completed);
  // What receiving takes, and what it computes; sending is paid for afterwards.
  EXPECT_EQ(server.took(ticket), 50_us + 300_ns);
}

TEST(ServiceAndExchange, OneThatServesOnItsCallersTimeCostsTheCallerWhatItComputes) {
  HookPermit permit = permit_all(Hook::vscsi_command, Role::provider);
  permit.payer = Payer::client;
  Provided server{{}, permit};
  Call made;
  made.hook = Hook::vscsi_command;
  made.caller_computes = true;
  const std::uint64_t ticket = server.call(made);
  ASSERT_TRUE(server.answered(ticket));
  EXPECT_EQ(server.answer(ticket).decision, Decision::completed);
  EXPECT_GE(server.answer(ticket).cost, 50_us);
  EXPECT_EQ(server.program().counts().served, 1U);
}

TEST(ServiceAndExchange, AHangingPartitionIsEjectedAndComesBack) {
  Fault hang;
  hang.kind = FaultKind::hang;
  hang.from = 5_ms;
  hang.until = 100_ms;
  Provided server{{hang}};
  server.run_for(5_ms);
  const std::uint64_t first = server.command();
  for (int i = 0; i < 7; ++i) server.command();
  server.run_for(50_ms);
  EXPECT_EQ(server.answer(first).decision, Decision::native);
  EXPECT_EQ(server.answers(), 8U);
  EXPECT_EQ(server.count(VspEventKind::ejected), 1U);
  server.run_for(1_s);
  EXPECT_EQ(server.state(), ChannelState::ready);
  EXPECT_EQ(server.counts->handshakes, 2U);
}

TEST(ServiceAndExchange, EachViolationIsCountedAndHurtsNobody) {
  for (std::size_t i = 0; i < kViolations; ++i) {
    Fault fault;
    fault.kind = FaultKind::violation;
    fault.violation = static_cast<Violation>(i);
    fault.until = 20_ms;
    Provided server{{fault}};
    const std::uint64_t first = server.command();
    server.run_for(30_ms);
    EXPECT_TRUE(server.answered(first)) << to_string(fault.violation);
    const bool refused = server.count(VspEventKind::violation) + server.count(VspEventKind::refused) + server.status().violations > 0;
    EXPECT_TRUE(refused) << to_string(fault.violation);
    server.run_for(2_s);
    EXPECT_EQ(server.state(), ChannelState::ready) << to_string(fault.violation);
    const std::uint64_t later = server.command();
    server.run_for(1_ms);
    EXPECT_EQ(server.answer(later).decision, Decision::completed) << to_string(fault.violation);
    EXPECT_EQ(server.doubles(), 0U);
  }
}

TEST(ServiceAndExchange, ComesBackAfterSuspension) {
  Provided server;
  server.exchange.suspend(Server::kVsp, server.now());
  server.run_for(10_ms);
  EXPECT_EQ(server.state(), ChannelState::suspended);
  EXPECT_EQ(server.counts->notices, 1U);
  server.exchange.resume(Server::kVsp, server.now());
  server.run_for(10_ms);
  EXPECT_EQ(server.state(), ChannelState::ready);
}

// Faults at random, crashes carried out as the platform would: every call is answered once, within its wall limit, and in the end the
// partition serves as at first.
TEST(ServiceAndExchange, EveryCallIsAnsweredOnceUnderAnyScheduleOfFaults) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomStream random{seed, "schedule"};
    HookPermit permit = permit_all(Hook::vscsi_command, Role::provider);
    permit.deadline = 2_ms;
    permit.wall_limit = 20_ms;
    permit.freeze_limit = 10_ms;
    permit.when_absent = static_cast<FaultPolicy>(random.bits() % 3);
    permit.when_slow = static_cast<FaultPolicy>(random.bits() % 3);
    permit.in_flight = static_cast<InFlightPolicy>(random.bits() % 3);
    Provided server{{}, permit};
    std::vector<std::uint64_t> tickets;
    for (int step = 0; step < 40; ++step) {
      server.run_for(SimTime::from_us(static_cast<std::int64_t>(random.bits() % 2'000)));
      if (random.bits() % 4 == 0) {
        Fault fault;
        fault.kind = static_cast<FaultKind>(random.bits() % kFaultKinds);
        fault.from = server.now();
        fault.until = server.now() + SimTime::from_us(static_cast<std::int64_t>(random.bits() % 8'000));
        fault.probability = random.bits() % 2 == 0 ? 1 : 0.4;
        server.program().inject(fault, server.now());
      } else {
        tickets.push_back(server.command());
      }
      if (!server.strokes.empty()) {
        server.stop(server.strokes[0] == FaultKind::crash);
        server.run_for(SimTime::from_us(static_cast<std::int64_t>(random.bits() % 5'000)));
        server.strokes.clear();
        server.start();
      }
    }
    server.program().clear_faults(server.now());
    server.run_for(30_ms);
    if (!server.strokes.empty()) server.stop(true), server.start();
    server.run_for(11_s);
    for (const std::uint64_t ticket : tickets) {
      ASSERT_TRUE(server.answered(ticket)) << "schedule " << seed;
      EXPECT_LE(server.took(ticket), 31_ms) << "schedule " << seed;
    }
    EXPECT_EQ(server.doubles(), 0U);
    ASSERT_EQ(server.state(), ChannelState::ready) << "schedule " << seed;
    const std::uint64_t last = server.command();
    server.run_for(1_ms);
    EXPECT_EQ(server.answer(last).decision, Decision::completed) << "schedule " << seed;
  }
}

}  // namespace
}  // namespace lparsim::vsp
