// The hook vscsi.command as a client sees it, and what a provider asks for itself (docs/models/vsp-hooks.md).
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <vector>

#include "models/vsp/testing/scripted_hooks.hpp"
#include "sim/base/random.hpp"
#include "vios/vscsi/testing/server_fixture.hpp"

namespace lparsim::vscsi::testing {
namespace {

using vsp::Hook;
using vsp::testing::ScriptedHooks;

constexpr PartitionId kClientPartition{0};
constexpr PartitionId kViosPartition{1};

struct Native final : vsp::NativeListener {
  void native_ended(std::uint64_t ticket, std::int64_t status, const std::array<std::uint64_t, 8>& results, SimTime) override {
    ends.push_back({ticket, status, results[0]});
  }
  struct End {
    std::uint64_t ticket;
    std::int64_t status;
    std::uint64_t bytes;
    bool operator==(const End&) const = default;
  };
  std::vector<End> ends;
};

struct HookedServer : ServerTest {
  explicit HookedServer(BackingKind kind = BackingKind::physical_volume) : ServerTest{{}, kind, kClientPartition} {
    server.set_hooks(hooks, kViosPartition);
    log_in();
  }
  vsp::Call issue_call(bool write, std::uint64_t block = 8, std::uint64_t blocks = 8) {
    vsp::Call call;
    call.hook = Hook::vscsi_command;
    call.function = write ? 0x2A : 0x28;
    call.client = kClientPartition;
    call.arguments = {scsi_lun(0),           block,        blocks,         0, static_cast<std::uint64_t>(pair.second.unit),
                      index(kViosPartition), blocks * 512, write ? 2U : 1U};
    return call;
  }
  vsp::NativeFunction& server_native() { return *hooks.natives.at(0); }
  SimTime used() const { return processors.used(); }
  void pass(std::size_t i) { hooks.pass(i, calendar.now()); }

  ScriptedHooks hooks;
  Native native;
};
struct HookedCopyingServer : HookedServer {
  HookedCopyingServer() : HookedServer{BackingKind::file} {}
};

TEST_F(HookedServer, NobodyIsAskedWhereNobodyIsRegistered) {
  client.send(transfer(1, 4096));
  run();
  EXPECT_EQ(disk.commands.size(), 1u);
  EXPECT_TRUE(hooks.asked.empty());
}

TEST_F(HookedServer, TheCallSaysWhatTheCommandIs) {
  hooks.arm(Hook::vscsi_command);
  client.send(transfer(0xBEEF, 8192, true, 100));
  run();
  ASSERT_EQ(hooks.asked.size(), 1u);
  const vsp::Call& call = hooks.asked[0].call;
  EXPECT_EQ(call.function, 0x2Au);
  EXPECT_EQ(call.client, kClientPartition);
  EXPECT_EQ(call.arguments, (std::array<std::uint64_t, 8>{scsi_lun(0), 100, 16, 0xBEEF, static_cast<std::uint64_t>(pair.second.unit),
                                                          index(kViosPartition), 8192, 2}));
  EXPECT_EQ(call.owner, kViosPartition);
  EXPECT_EQ(call.buffers[0].length, Bytes{8192});
  EXPECT_TRUE(call.buffers[0].readable);
  EXPECT_FALSE(call.buffers[0].writable);
  EXPECT_TRUE(call.caller_computes);
}

TEST_F(HookedServer, ACommandWaitsForItsVerdictAndGoesOn) {
  hooks.arm(Hook::vscsi_command);
  client.send(transfer(1, 4096));
  run();
  EXPECT_TRUE(disk.commands.empty());
  EXPECT_EQ(server.under_way(0), 1u);
  pass(0);
  run();
  ASSERT_EQ(disk.commands.size(), 1u);
  EXPECT_EQ(hooks.unended(), 1u);
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_EQ(hooks.unended(), 0u);
  EXPECT_EQ(hooks.ends[0].status, 0);
  EXPECT_EQ(only_response().status, kScsiGood);
  EXPECT_EQ(server.under_way(0), 0u);
}

TEST_F(HookedServer, WhatWaitsDoesNotHoldUpOthers) {
  hooks.arm(Hook::vscsi_command);
  hooks.on_call = [](const vsp::Call& call) {
    return call.arguments[1] == 8 ? std::nullopt : std::optional{vsp::testing::passed(call)};
  };
  for (std::uint32_t i = 0; i < 20; ++i) client.send(transfer(i + 1, 4096, false, 8), i);
  client.send(transfer(99, 4096, false, 16), 20);
  run();
  ASSERT_EQ(disk.commands.size(), 1u) << "more wait than there are threads";
  EXPECT_EQ(disk.commands[0].first.block, 16u);
}

TEST_F(HookedServer, AFilterMayRedirectTheBlockWithinItsUnit) {
  hooks.arm(Hook::vscsi_command);
  hooks.on_call = [](const vsp::Call& call) {
    vsp::Outcome outcome = vsp::testing::passed(call);
    outcome.values[1] = call.arguments[1] == 8 ? 800 : 1ULL << 60;
    return outcome;
  };
  client.send(transfer(1, 4096, false, 8));
  run();
  ASSERT_EQ(disk.commands.size(), 1u);
  EXPECT_EQ(disk.commands[0].first.block, 800u);
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_EQ(only_response().status, kScsiGood);
  client.send(transfer(2, 4096, false, 16));
  const SrpResponse response = only_response();
  EXPECT_EQ(response.sense, (ScsiSense{5, 0x21, 0}));
  EXPECT_EQ(hooks.unended(), 0u);
  EXPECT_EQ(hooks.ends.back().status, kScsiCheckCondition);
}

TEST_F(HookedServer, AFilterMayNotChangeHowMuchIsTransferred) {
  hooks.arm(Hook::vscsi_command);
  hooks.on_call = [](const vsp::Call& call) {
    vsp::Outcome outcome = vsp::testing::passed(call);
    outcome.values[2] = call.arguments[2] / 2;
    return outcome;
  };
  client.send(transfer(1, 4096, false, 8));
  EXPECT_EQ(only_response().sense, (ScsiSense{5, 0x24, 0}));
  EXPECT_TRUE(disk.commands.empty());
  EXPECT_EQ(hooks.ends.back().status, kScsiCheckCondition);
}

TEST_F(HookedServer, WhatIsDeniedOrFailsEndsWithACheckCondition) {
  hooks.arm(Hook::vscsi_command);
  const std::vector<std::pair<vsp::Outcome, ScsiSense>> cases{
      {vsp::testing::denied(), {5, 0x20, 2}},       {{vsp::Decision::denied, 0, {0, 0x07'27'00}, {}}, {7, 0x27, 0}},
      {vsp::testing::failed(), {4, 0x44, 0}},       {vsp::testing::completed(vsp::kIoError), {4, 0x44, 0}},
      {vsp::testing::completed(256), {4, 0x44, 0}}, {vsp::testing::completed(-1, {0, 0x03'11'00}), {3, 0x11, 0}}};
  for (const auto& [outcome, sense] : cases) {
    client.send(transfer(1, 4096, true));
    run();
    hooks.decide(hooks.asked.size() - 1, outcome, calendar.now());
    const SrpResponse response = only_response();
    EXPECT_EQ(response.status, kScsiCheckCondition);
    EXPECT_EQ(response.sense, sense);
  }
  EXPECT_EQ(server.counts().denied, 6u);
  EXPECT_TRUE(disk.commands.empty());
  EXPECT_EQ(hooks.unended(), 0u);
}

TEST_F(HookedServer, AProviderAnswersWithoutTheDisk) {
  hooks.arm(Hook::vscsi_command);
  for (const bool write : {false, true}) {
    client.send(transfer(1, 8192, write));
    run();
    hooks.decide(hooks.asked.size() - 1, vsp::testing::completed(0, {4096}), calendar.now());
    const SrpResponse response = only_response();
    EXPECT_EQ(response.status, kScsiGood);
    EXPECT_EQ(response.residue, 4096u);
    EXPECT_EQ(response.residue_to_disk, write);
  }
  client.send(transfer(1, 8192));
  run();
  hooks.decide(2, vsp::testing::completed(kScsiBusy), calendar.now());
  EXPECT_EQ(only_response().status, kScsiBusy);
  EXPECT_TRUE(disk.commands.empty());
  EXPECT_EQ(server.counts().provided, 3u);
}

TEST_F(HookedCopyingServer, AProviderAnswersWithoutTheDisk) {
  hooks.arm(Hook::vscsi_command);
  hooks.on_call = [](const vsp::Call&) {
    return vsp::testing::completed();
  };
  client.send(transfer(1, 8192, true));
  EXPECT_EQ(only_response().status, kScsiGood);
  client.send(transfer(2, 8192));
  EXPECT_EQ(only_response().status, kScsiGood);
  EXPECT_TRUE(disk.commands.empty());
}

TEST_F(HookedServer, WhatDecidingTakesFromTheCallerIsComputedByTheServer) {
  hooks.arm(Hook::vscsi_command);
  SimTime cost;
  hooks.on_call = [&](const vsp::Call& call) {
    return vsp::testing::passed(call, cost);
  };
  const auto one = [&] {
    const SimTime before = used();
    client.send(transfer(1, 4096));
    run();
    disk.end_first(io::BlockStatus::good, calendar.now());
    answers();
    run();
    return used() - before;
  };
  const SimTime without = one();
  cost = 30_us;
  EXPECT_EQ(one(), without + 30_us);
  hooks.on_call = [](const vsp::Call&) {
    return std::nullopt;
  };
  const SimTime before = used();
  client.send(transfer(1, 4096));
  run();
  hooks.decide(hooks.asked.size() - 1, vsp::testing::passed(hooks.asked.back().call, 30_us), calendar.now());
  run();
  disk.end_first(io::BlockStatus::good, calendar.now());
  answers();
  run();
  EXPECT_EQ(used() - before, without + 30_us);
}

TEST_F(HookedServer, TimeWithAVirtualServicePartitionIsAStageOfTheRequest) {
  hooks.arm(Hook::vscsi_command);
  const io::RequestTag tag = ledger.begin(0, io::RequestKind::read, 4096, io::Stage::transport, calendar.now());
  client.send(transfer(static_cast<std::uint64_t>(tag), 4096));
  run();
  run();
  const SimTime asked = calendar.now();
  pass(0);
  run();
  disk.end_first(io::BlockStatus::good, calendar.now());
  run();
  const io::RequestRecord& record = ledger.end(tag, io::Outcome::done, calendar.now());
  const SimTime service = record.stages[static_cast<std::size_t>(io::Stage::service)];
  EXPECT_GT(service, 1_ms);
  EXPECT_LT(service, asked - record.begin);
}

TEST_F(HookedServer, AClientThatGoesTakesItsWaitingCommandsAlong) {
  hooks.arm(Hook::vscsi_command);
  client.send(transfer(1, 4096));
  client.send(transfer(2, 4096), 1);
  client.send(transfer(3, 4096), 2);
  run();
  pass(1);
  run();
  pass(2);  // decided, and not taken up yet
  bench.virtual_io.partition_stopped(kClientPartition, true);
  run();
  EXPECT_EQ(hooks.withdrawn, 1u);
  EXPECT_EQ(hooks.unended(), 0u);
  EXPECT_EQ(disk.aborted.size(), 1u);
  EXPECT_EQ(server.counts().dropped, 3u);
  EXPECT_EQ(server.under_way(0), 0u);
}

TEST_F(HookedServer, AnAbortedTaskIsWithdrawn) {
  hooks.arm(Hook::vscsi_command);
  client.send(transfer(1, 4096));
  run();
  client.send(SrpTaskManagement{9, scsi_lun(0), SrpTask::abort_task, 1}, 1);
  answers();
  EXPECT_EQ(hooks.withdrawn, 1u);
}

TEST_F(HookedServer, AServerThatStopsForgetsWhatWaits) {
  hooks.arm(Hook::vscsi_command);
  client.send(transfer(1, 4096));
  client.send(transfer(2, 4096), 1);
  run();
  pass(1);
  processors.deactivate();
  EXPECT_EQ(hooks.withdrawn, 1u);
  EXPECT_EQ(hooks.unended(), 0u);
}

TEST_F(HookedServer, AProvidersOwnWriteGoesToTheDiskOnTheServersTime) {
  hooks.arm(Hook::vscsi_command);
  const SimTime before = used();
  EXPECT_TRUE(server_native().issue(issue_call(true, 24, 16), native, 7, calendar.now()));
  run();
  ASSERT_EQ(disk.commands.size(), 1u);
  EXPECT_TRUE(disk.commands[0].first.write);
  EXPECT_EQ(disk.commands[0].first.block, 24u);
  EXPECT_TRUE(hooks.asked.empty()) << "without its hook";
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_TRUE(native.ends.empty()) << "the server has still to work";
  run();
  EXPECT_EQ(native.ends, (std::vector<Native::End>{{7, 0, 8192}}));
  EXPECT_GT(used(), before);
  EXPECT_TRUE(answers().empty()) << "no answer to the client";
  EXPECT_EQ(server.counts().requests, 0u);
  EXPECT_EQ(server.counts().issued, 1u);
}

TEST_F(HookedServer, AProvidersOwnReadThatFailsIsTold) {
  EXPECT_TRUE(server_native().issue(issue_call(false), native, 7, calendar.now()));
  run();
  disk.end_first(io::BlockStatus::medium_error, calendar.now());
  run();
  EXPECT_EQ(native.ends, (std::vector<Native::End>{{7, kScsiCheckCondition, 0}}));
}

TEST_F(HookedServer, OthersCommandsAreNotIssued) {
  std::vector<vsp::Call> wrong(7, issue_call(true));
  wrong[0].client = PartitionId{5};
  wrong[1].arguments[0] = scsi_lun(3);
  wrong[2].arguments[1] = 1ULL << 40;
  wrong[3].arguments[2] = 0;
  wrong[4].arguments[5] = 9;
  wrong[5].arguments[7] = 0;
  wrong[6].arguments[4] = 1;
  for (const vsp::Call& call : wrong) EXPECT_FALSE(server_native().issue(call, native, 1, calendar.now()));
  processors.deactivate();
  EXPECT_FALSE(server_native().issue(issue_call(true), native, 1, calendar.now()));
  run();
  EXPECT_TRUE(native.ends.empty());
}

TEST_F(HookedServer, AProvidersOwnWriteOutlivesItsClientAndEndsWithTheServer) {
  for (std::uint64_t i = 0; i < 4; ++i) server_native().issue(issue_call(true), native, i, calendar.now());
  run();
  EXPECT_EQ(disk.commands.size(), 2u);
  bench.virtual_io.partition_stopped(kClientPartition, true);
  run();
  EXPECT_TRUE(native.ends.empty());
  EXPECT_TRUE(disk.aborted.empty());
  processors.deactivate();
  EXPECT_EQ(native.ends, (std::vector<Native::End>{{0, -125, 0}, {1, -125, 0}, {2, -125, 0}, {3, -125, 0}}));
  for (int i = 0; i < 2; ++i) disk.end_first(io::BlockStatus::aborted, calendar.now());
  EXPECT_EQ(native.ends.size(), 4u);
}

// Whatever is decided when, every command is answered once, by what was decided.
TEST_F(HookedServer, EveryCommandIsAnsweredOnceAsItWasDecided) {
  RandomStream random{3, "commands"};
  hooks.arm(Hook::vscsi_command);
  std::map<std::uint64_t, int> expected;  // by tag: 0 native, 1 denied, 2 provided
  const auto outcome_of = [&](const vsp::Call& call) -> vsp::Outcome {
    const int kind = static_cast<int>(random.uniform() * 3);
    expected[call.arguments[3]] = kind;
    return kind == 0 ? vsp::testing::passed(call) : kind == 1 ? vsp::testing::denied() : vsp::testing::completed(kScsiBusy);
  };
  hooks.on_call = [&](const vsp::Call& call) -> std::optional<vsp::Outcome> {
    if (random.uniform() < 0.4) return outcome_of(call);
    return std::nullopt;
  };
  std::map<std::uint64_t, std::uint32_t> slot_of;
  std::vector<std::uint32_t> free{0, 1, 2, 3, 4, 5, 6, 7};
  std::uint64_t tag = 0, answered = 0;
  while (answered < 300) {
    if (!free.empty() && tag < 300) {
      ++tag;
      client.send(transfer(tag, 4096, random.uniform() < 0.5, 8 * (tag % 100)), free.back());
      slot_of[tag] = free.back();
      free.pop_back();
    }
    run();
    if (hooks.open() > 0 && random.uniform() < 0.7) {
      auto skip = static_cast<std::int64_t>(random.uniform() * static_cast<double>(hooks.open()));
      std::size_t chosen = 0;
      while (!hooks.asked[chosen].open || skip-- > 0) ++chosen;
      hooks.decide(chosen, outcome_of(hooks.asked[chosen].call), calendar.now());
    }
    if (!disk.commands.empty() && random.uniform() < 0.7) disk.end_first(io::BlockStatus::good, calendar.now());
    for (const VscsiElement& element : answers()) {
      const auto slot = slot_of.extract(element.data);
      ASSERT_FALSE(slot.empty()) << "twice: " << element.data;
      const SrpResponse response = client.answer<SrpResponse>(element, slot.mapped());
      const int kind = expected.at(element.data);
      EXPECT_EQ(response.status, kind == 0 ? kScsiGood : kind == 1 ? kScsiCheckCondition : kScsiBusy);
      free.push_back(slot.mapped());
      ++answered;
    }
  }
  EXPECT_EQ(hooks.unended(), 0u);
  EXPECT_EQ(hooks.open(), 0u);
}

}  // namespace
}  // namespace lparsim::vscsi::testing
