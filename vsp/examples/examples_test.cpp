// The examples, loaded as any shared object, against the real exchange. Clients and native functions are the test's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vsp/behaviour/plugin.hpp"
#include "vsp/behaviour/testing/server.hpp"

namespace lparsim::vsp {
namespace {

using namespace literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::permit_all;

constexpr std::uint32_t kRead = 0x28, kWrite = 0x2A, kSynchronize = 0x35;

struct Example : testing::Server {
  explicit Example(std::string_view name, std::string configuration = {}, std::vector<HookPermit> permits = {}) {
    if (permits.empty()) {
      for (std::size_t hook = 1; hook < kHooks; ++hook) {
        for (const Role role : {Role::observer, Role::filter, Role::provider}) permits.push_back(permit_all(static_cast<Hook>(hook), role));
      }
    }
    add(Plugin::load(name).value()->factory(std::move(configuration)), std::move(permits));
    start();
  }
  std::uint64_t frame(std::uint64_t length, std::uint32_t vlan = 1, std::uint64_t ethertype = 2048) {
    Call frame;
    frame.hook = Hook::sea_forward;
    frame.function = vlan;
    frame.arguments = {length, 0, 0, ethertype};
    frame.idempotent = false;
    return call(frame);
  }
  /// Of 4 KiB pages of LUN 0; its data is at the beginning of the client's memory.
  std::uint64_t command(std::uint32_t operation, std::uint64_t page, std::uint64_t pages = 1) {
    Call command;
    command.hook = Hook::vscsi_command;
    command.function = operation;
    const bool write = operation == kWrite;
    command.arguments = {0, page * 8, pages * 8, 99, 2, 0, pages * 4096, write ? 2U : operation == kRead ? 1U : 0U};
    if (operation != kSynchronize) command.buffers[0] = {0, Bytes{pages * 4096}, write, !write};
    return call(command);
  }
  std::uint64_t service(std::uint32_t operation, std::uint64_t file, std::uint64_t offset, std::uint64_t length) {
    Call service;
    service.hook = Hook::os_service;
    service.function = 2U << 8 | operation;
    service.arguments = {file, offset, length};
    return call(service);
  }
  Decision decision(std::uint64_t ticket) {
    run_for(1_ms);
    return answered(ticket) ? answer(ticket).decision : Decision::failed;
  }
  /// Replies and other messages that were refused, by now.
  std::uint64_t refusals() const { return count(VspEventKind::violation) + count(VspEventKind::refused) + status().violations; }
};

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

/// A bad citizen with a client that needs its service now and then, for a while.
void annoy(Example& citizen, SimTime time) {
  for (SimTime end = citizen.now() + time; citizen.now() < end; citizen.run_for(5_ms)) {
    citizen.frame(100);
    citizen.command(kRead, 1);
  }
  citizen.run_for(6_s);
}

struct Sin {
  const char* plugin;
  const char* configuration;
};
void PrintTo(const Sin& sin, std::ostream* out) {
  *out << sin.plugin << ' ' << sin.configuration;
}
class BadCitizen : public ::testing::TestWithParam<Sin> {};

TEST_P(BadCitizen, IsNoticedAndHurtsNoClient) {
  Example citizen{GetParam().plugin, GetParam().configuration};
  annoy(citizen, 100_ms);
  EXPECT_GT(citizen.refusals() + citizen.count(VspEventKind::timed_out), 0U);
  EXPECT_EQ(citizen.answers(), 40U);
  EXPECT_EQ(citizen.doubles(), 0U);
  EXPECT_THAT(citizen.log, Not(Contains(HasSubstr("memory that it was not given"))));
}
INSTANTIATE_TEST_SUITE_P(Sins, BadCitizen,
                         ::testing::Values(Sin{"bad_handshake", "early"}, Sin{"bad_handshake", "init"}, Sin{"bad_handshake", "unoffered"},
                                           Sin{"bad_handshake", "renegotiate"}, Sin{"bad_replies", "duplicate"},
                                           Sin{"bad_replies", "unknown"}, Sin{"bad_replies", "late"}, Sin{"bad_replies", "stale"},
                                           Sin{"bad_replies", "verdict"}, Sin{"bad_replies", "defer"}, Sin{"bad_messages", "length"},
                                           Sin{"bad_messages", "short"}, Sin{"bad_messages", "padding"}, Sin{"bad_messages", "type"},
                                           Sin{"bad_messages", "role"}, Sin{"bad_quitter", "hang"}, Sin{"bad_quitter", "spin"},
                                           Sin{"bad_quitter", "cancel"}, Sin{"bad_quitter", "gone"}),
                         [](const auto& test) { return std::string{test.param.plugin} + "_" + test.param.configuration; });

TEST(BadCitizens, OfAnotherVersionAreNotWelcome) {
  Example citizen{"bad_messages", "version"};
  EXPECT_EQ(citizen.state(), ChannelState::closed);
  EXPECT_EQ(citizen.decision(citizen.frame(100)), Decision::native);
}

TEST(BadCitizens, ThatRegisterWhatTheyMayNotAreRefused) {
  Example citizen{"bad_handshake", "foreign", {permit_all(Hook::sea_forward, Role::filter)}};
  EXPECT_EQ(citizen.state(), ChannelState::ready);
  EXPECT_FALSE(citizen.exchange.armed(Hook::crq_send, testing::Server::kClient));
  EXPECT_EQ(citizen.decision(citizen.frame(100)), Decision::native);
}

TEST(BadCitizens, ReachNoMemoryThatTheyWereNotGiven) {
  for (const char* sin : {"beyond", "direction", "guess", "after"}) {
    Example citizen{"bad_memory", sin};
    for (int i = 0; i < 10; ++i) {
      const std::uint64_t ticket = citizen.command(i % 2 == 0 ? kRead : kWrite, 3);
      EXPECT_EQ(citizen.decision(ticket), Decision::native);
    }
    citizen.run_for(10_ms);
    EXPECT_TRUE(citizen.log.empty()) << sin << ": " << citizen.log[0];
    EXPECT_TRUE(std::ranges::all_of(citizen.memory[testing::Server::kClient], [](std::uint8_t byte) { return byte == 0; }));
  }
}

TEST(BadCitizens, ThatDoNotQuiesceAreSuspendedInTime) {
  Example citizen{"bad_quitter", "notice"};
  citizen.exchange.suspend(testing::Server::kVsp, citizen.now());
  citizen.run_for(99_ms);
  EXPECT_EQ(citizen.state(), ChannelState::quiescing);
  citizen.run_for(2_ms);
  EXPECT_EQ(citizen.state(), ChannelState::suspended);
}

}  // namespace
}  // namespace lparsim::vsp
