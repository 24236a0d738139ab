#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vsp/examples/testing/example.hpp"

namespace lparsim::vsp {
namespace {

using namespace literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace testing;

TEST(Examples, AreFoundAndLikeAnEmptyConfiguration) {
  for (const char* name : {"accounting_agent", "packet_filter", "write_back_cache", "file_service", "bad_handshake", "bad_replies",
                           "bad_messages", "bad_memory", "bad_quitter"}) {
    const auto plugin = Plugin::load(name);
    ASSERT_TRUE(plugin) << plugin.error();
    EXPECT_EQ((*plugin)->name(), name);
    EXPECT_TRUE((*plugin)->check("")) << name;
    EXPECT_FALSE((*plugin)->check("no such thing")) << name;
  }
}

TEST(Examples, GoodOnesBecomeReadyWithoutAViolation) {
  for (const char* name : {"accounting_agent", "packet_filter", "write_back_cache", "file_service"}) {
    Example example{name};
    EXPECT_EQ(example.state(), ChannelState::ready) << name;
    EXPECT_EQ(example.refusals(), 0U) << name;
  }
}

TEST(Examples, GoodOnesComeBackAfterACrashAndASuspension) {
  for (const char* name : {"accounting_agent", "packet_filter", "write_back_cache", "file_service"}) {
    Example example{name};
    example.stop(true);
    example.start();
    EXPECT_EQ(example.state(), ChannelState::ready) << name;
    example.exchange.suspend(testing::Server::kVsp, example.now());
    example.run_for(200_ms);
    EXPECT_EQ(example.state(), ChannelState::suspended) << name;
    example.exchange.resume(testing::Server::kVsp, example.now());
    example.run_for(200_ms);
    EXPECT_EQ(example.state(), ChannelState::ready) << name;
    EXPECT_EQ(example.refusals(), 0U) << name;
  }
}

TEST(AccountingAgent, LogsWhatItCounted) {
  Example agent{"accounting_agent", "every 10"};
  Call call;
  call.hook = Hook::hypervisor_call;
  call.client = testing::Server::kClient;
  for (int i = 0; i < 30; ++i) call.function = i % 3 == 0 ? 0xE0 : 0x64, agent.exchange.tell(call, agent.now());
  call.hook = Hook::dispatch;
  call.function = 1;
  agent.exchange.tell(call, agent.now());
  call.function = 2;
  call.arguments[3] = 250'000;
  agent.exchange.tell(call, agent.now());
  agent.run_for(10_ms);
  EXPECT_THAT(agent.log, Contains("partition 1: 30 calls, 10 of them H_CEDE; dispatched 1 times, for 250 us"));
}

TEST(AccountingAgent, SaysHowMuchItMissed) {
  Example agent{"accounting_agent", "every 10"};
  Call call;
  call.hook = Hook::hypervisor_call;
  call.client = testing::Server::kClient;
  for (int i = 0; i < 1000; ++i) agent.exchange.tell(call, agent.now());
  agent.run_for(5_ms);
  agent.exchange.tell(call, agent.now());
  agent.run_for(10_ms);
  EXPECT_GT(agent.status().dropped, 0U);
  EXPECT_THAT(agent.log, Contains(HasSubstr("copies were lost")));
}

TEST(PacketFilter, TheFirstRuleThatFitsDecides) {
  Example filter{"packet_filter", "deny vlan 20; deny longer than 1400; pass ethertype 2048; deny"};
  const std::vector<std::pair<std::uint64_t, Decision>> frames = {{filter.frame(100, 20), Decision::denied},
                                                                  {filter.frame(1401), Decision::denied},
                                                                  {filter.frame(1400), Decision::native},
                                                                  {filter.frame(100, 1, 2054), Decision::denied},
                                                                  {filter.frame(100, 21, 2048), Decision::native}};
  for (const auto& [ticket, decision] : frames) EXPECT_EQ(filter.decision(ticket), decision) << ticket;
  EXPECT_EQ(filter.refusals(), 0U);
}

TEST(PacketFilter, LetsPassWhatFitsNoRule) {
  Example filter{"packet_filter", "deny vlan 20;"};
  EXPECT_EQ(filter.decision(filter.frame(9000, 2)), Decision::native);
}

TEST(WriteBackCache, CompletesAWriteAtOnceAndBringsItToTheDiskLater) {
  Example cache{"write_back_cache", "64 kib, hit 2000 ns"};
  const std::uint64_t write = cache.command(kWrite, 5);
  EXPECT_EQ(cache.decision(write), Decision::completed);
  EXPECT_LT(cache.took(write), 10_us);
  EXPECT_TRUE(cache.issues.empty());
  cache.run_for(20_ms);
  ASSERT_EQ(cache.issues.size(), 1U);
  const Call& issued = cache.issues[0].call;
  EXPECT_EQ(issued.function, kWrite);
  EXPECT_EQ(issued.client, testing::Server::kClient);
  EXPECT_EQ(issued.arguments[1], 40U);
  EXPECT_EQ(issued.arguments[2], 8U);
  EXPECT_EQ(issued.arguments[7], 2U);
  cache.do_issue();
  cache.run_for(50_ms);
  EXPECT_TRUE(cache.issues.empty());
}

TEST(WriteBackCache, GivesBackWhatWasWrittenAndLeavesTheRestToTheDisk) {
  Example cache{"write_back_cache", "64 kib"};
  auto& memory = cache.memory[testing::Server::kClient];
  for (std::size_t i = 0; i < 8192; ++i) memory[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  const std::vector<std::uint8_t> written{memory.begin(), memory.begin() + 8192};
  EXPECT_EQ(cache.decision(cache.command(kWrite, 5, 2)), Decision::completed);
  std::fill_n(memory.begin(), 8192, 0);
  EXPECT_EQ(cache.decision(cache.command(kRead, 5, 2)), Decision::completed);
  EXPECT_TRUE(std::equal(written.begin(), written.end(), memory.begin()));
  EXPECT_EQ(cache.decision(cache.command(kRead, 7)), Decision::native);
}

TEST(WriteBackCache, HoldsUpAReadThatNeedsTheDiskAndWhatIsNotOnItYet) {
  Example cache{"write_back_cache", "64 kib"};
  EXPECT_EQ(cache.decision(cache.command(kWrite, 5)), Decision::completed);
  const std::uint64_t read = cache.command(kRead, 4, 3);
  cache.run_for(1_ms);
  EXPECT_FALSE(cache.answered(read));
  ASSERT_EQ(cache.issues.size(), 1U);  // without waiting for its time
  cache.do_issue();
  EXPECT_EQ(cache.decision(read), Decision::native);
}

TEST(WriteBackCache, SynchronizeWaitsUntilAllIsOnTheDisk) {
  Example cache{"write_back_cache", "64 kib"};
  EXPECT_EQ(cache.decision(cache.command(kWrite, 1, 4)), Decision::completed);
  const std::uint64_t synchronize = cache.command(kSynchronize, 0, 0);
  cache.run_for(1_ms);
  EXPECT_FALSE(cache.answered(synchronize));
  while (!cache.issues.empty()) cache.do_issue(), cache.run_for(1_ms);
  EXPECT_TRUE(cache.answered(synchronize));
}

TEST(WriteBackCache, WritesThroughWhenHalfOfItIsDirty) {
  Example cache{"write_back_cache", "64 kib"};
  for (std::uint64_t page = 0; page < 8; ++page) EXPECT_EQ(cache.decision(cache.command(kWrite, page)), Decision::completed);
  EXPECT_EQ(cache.decision(cache.command(kWrite, 8)), Decision::native);
}

TEST(WriteBackCache, WritesAllBeforeItIsSuspended) {
  Example cache{"write_back_cache", "64 kib"};
  for (std::uint64_t page = 0; page < 6; ++page) EXPECT_EQ(cache.decision(cache.command(kWrite, page)), Decision::completed);
  cache.exchange.suspend(testing::Server::kVsp, cache.now());
  cache.run_for(1_ms);
  EXPECT_EQ(cache.state(), ChannelState::quiescing);
  std::size_t written = 0;
  while (!cache.issues.empty()) cache.do_issue(), cache.run_for(1_ms), ++written;
  EXPECT_EQ(written, 6U);
  EXPECT_EQ(cache.state(), ChannelState::suspended);
  EXPECT_EQ(cache.refusals(), 0U);
}

// Against one line: what a read gives is what was written last, and in the end so is what is on the disk.
TEST(WriteBackCache, NeverGivesBackAnythingButWhatWasWrittenLast) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Example cache{"write_back_cache", "32 kib"};
    RandomStream random{seed, "cache"};
    auto& memory = cache.memory[testing::Server::kClient];
    std::map<std::uint64_t, std::uint8_t> latest, disk;
    std::deque<std::uint8_t> on_the_way;  // of each ISSUE, the page as it was then
    const auto page_of = [](const testing::Server::Issued& issued) {
      return issued.call.arguments[1] / 8;
    };
    const auto pass = [&](bool fails) {
      cache.run_for(1_ms);
      while (on_the_way.size() < cache.issues.size()) on_the_way.push_back(latest[page_of(cache.issues[on_the_way.size()])]);
      if (cache.issues.empty()) return;
      if (!fails) disk[page_of(cache.issues.front())] = on_the_way.front();
      on_the_way.pop_front();
      cache.do_issue(fails ? LPARSIM_VSP_IO_ERROR : LPARSIM_VSP_OK);
    };
    for (int step = 0; step < 300; ++step) {
      const std::uint64_t page = random.bits() % 20, pages = 1 + random.bits() % 3;
      const bool write = random.bits() % 2 == 0;
      for (std::uint64_t i = 0; write && i < pages; ++i) {
        latest[page + i] = static_cast<std::uint8_t>(random.bits() % 255 + 1);
        std::fill_n(memory.begin() + static_cast<std::ptrdiff_t>(i * 4096), 4096, latest[page + i]);
      }
      if (!write) std::fill_n(memory.begin(), pages * 4096, 0);
      const std::uint64_t ticket = cache.command(write ? kWrite : kRead, page, pages);
      // Sometimes the disk is slow, and the next command comes while pages are on their way.
      cache.run_for(100_us);
      for (int wait = 0; wait < 50 && (!cache.answered(ticket) || random.bits() % 3 == 0); ++wait) pass(random.bits() % 8 == 0);
      ASSERT_TRUE(cache.answered(ticket));
      const Decision decision = cache.answer(ticket).decision;
      ASSERT_TRUE(decision == Decision::completed || decision == Decision::native);
      for (std::uint64_t i = 0; i < pages; ++i) {
        if (write && decision == Decision::native) disk[page + i] = latest[page + i];
        if (write) continue;
        const std::uint8_t found = decision == Decision::native ? disk[page + i] : memory[i * 4096];
        ASSERT_EQ(found, latest[page + i]) << "page " << page + i << ", seed " << seed;
      }
    }
    for (int wait = 0; wait < 100; ++wait) pass(false);
    EXPECT_EQ(disk, latest);
    EXPECT_EQ(cache.refusals(), 0U);
  }
}

TEST(Tutorial, ItsCodeRefusesWritesAndHoldsUpNothingElse) {
  Example guard{"read_only"};
  EXPECT_EQ(guard.state(), ChannelState::ready);
  EXPECT_EQ(guard.decision(guard.command(kWrite, 1)), Decision::denied);
  EXPECT_EQ(guard.decision(guard.command(kRead, 1)), Decision::native);
  EXPECT_EQ(guard.log, std::vector<std::string>{"somebody tries to write"});
  EXPECT_EQ(guard.refusals(), 0U);
  EXPECT_FALSE(Plugin::load("read_only").value()->check("anything"));
}

TEST(FileService, ReadsBackAsMuchAsWasWritten) {
  Example service{"file_service"};
  constexpr std::uint32_t kFileRead = 1, kFileWrite = 2, kFileSync = 3;
  EXPECT_EQ(service.decision(service.service(kFileRead, 7, 0, 100)), Decision::native);
  EXPECT_EQ(service.decision(service.service(kFileWrite, 7, 0, 10'000)), Decision::completed);
  const std::uint64_t read = service.service(kFileRead, 7, 8'000, 4'000);
  EXPECT_EQ(service.decision(read), Decision::completed);
  EXPECT_EQ(service.answer(read).values[0], 2'000U);
  // Sync is the kernel's as well, and costs for what is not safe yet.
  const std::uint64_t sync = service.service(kFileSync, 0, 0, 0);
  EXPECT_EQ(service.decision(sync), Decision::native);
  const std::uint64_t again = service.service(kFileSync, 0, 0, 0);
  EXPECT_EQ(service.decision(again), Decision::native);
  EXPECT_EQ(service.took(sync) - service.took(again), 4_us * 3);
}

TEST(FileService, CostsWhatItsConfigurationSays) {
  Example service{"file_service", "call 1000, page 100, sync 5000"};
  const std::uint64_t write = service.service(2, 7, 0, 16'384);
  EXPECT_EQ(service.decision(write), Decision::completed);
  EXPECT_EQ(service.took(write), 1400_ns + VspCosts{}.message);
}

}  // namespace
}  // namespace lparsim::vsp
