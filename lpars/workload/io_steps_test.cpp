// Transactions that use disks and networks, streams, and services, on drivers without devices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "lpars/workload/testing/fake_io.hpp"
#include "lpars/workload/testing/processors.hpp"

namespace lparsim::workload {
namespace {

using namespace literals;
using ::testing::ElementsAre;
using testing::FakeIo;
using ::testing::HasSubstr;
using testing::Processors;
using Access = DiskIo::Access;
using Direction = DiskIo::Direction;

Distribution d(std::string_view text) {
  return parse_distribution(text).value();
}
DiskIo read(std::uint64_t size, Access access = Access::random, std::string disk = "hdisk0") {
  return {Direction::read, std::move(disk), Bytes{size}, access};
}
Config batch(std::uint64_t jobs, std::uint32_t threads, Transaction transaction) {
  return {"w", Batch{jobs, threads, std::move(transaction)}};
}

struct Bench {
  FakeIo io;
  Processors host;
  std::vector<IoStep> steps;
  explicit Bench(std::uint32_t processors) : host{processors} {
    host.add_program(io);
    io.watch = [this](const IoStep& step, SimTime) {
      steps.push_back(step);
    };
  }
  Workload& add(const Config& config) {
    EXPECT_EQ(problem_of(config), std::nullopt);
    return host.add(config, 1, &io);
  }
};

TEST(IoSteps, TakeAsLongAsDriversAndDevicesDo) {
  Bench bench{1};
  const Workload& w = bench.add(batch(1, 1, {Compute{d("1 ms")}, read(4096), Compute{d("2 ms")}}));
  bench.host.activate();
  bench.host.run_until(1_s);
  EXPECT_EQ(w.statistics().response().max(), 3_ms + 215_us);
  EXPECT_EQ(bench.host.used(), 3_ms + 15_us);
  EXPECT_EQ(bench.host.used_in_kernel(), 15_us);
}

TEST(IoSteps, LeaveTheProcessorToOthersMeanwhile) {
  Bench bench{1};
  const Workload& w = bench.add(batch(2, 2, {read(4096), Compute{d("100 us")}}));
  bench.host.activate();
  bench.host.run_until(1_s);
  // Both begin at once, 10 us apart; the second finds the processor busy until 315 us.
  EXPECT_EQ(w.statistics().response().min(), 315_us);
  EXPECT_EQ(w.statistics().response().max(), 420_us);
}

TEST(IoSteps, SayWhatIsToBeDoneWhere) {
  Bench bench{1};
  DiskIo write = read(8192, Access::sequential, "hdisk1");
  write.direction = Direction::write;
  bench.add(batch(1, 1, {write, Send{"gateway", Bytes{1500}}, Call{"web.orders", Bytes{300}, Bytes{5000}}, read(512)}));
  bench.host.activate();
  bench.host.run_until(1_s);
  EXPECT_THAT(bench.io.disks, ElementsAre("hdisk1", "hdisk0"));
  EXPECT_THAT(bench.io.peers, ElementsAre("gateway", "web.orders"));
  ASSERT_EQ(bench.steps.size(), 4U);
  EXPECT_EQ(bench.steps[0].kind, IoStep::Kind::disk_write);
  EXPECT_EQ(bench.steps[0].target, 0U);
  EXPECT_EQ(bench.steps[0].size, Bytes{8192});
  EXPECT_EQ(bench.steps[1].kind, IoStep::Kind::send);
  EXPECT_EQ(bench.steps[1].target, 0U);
  EXPECT_EQ(bench.steps[1].size, Bytes{1500});
  EXPECT_EQ(bench.steps[2].kind, IoStep::Kind::call);
  EXPECT_EQ(bench.steps[2].target, 1U);
  EXPECT_EQ(bench.steps[2].size, Bytes{300});
  EXPECT_EQ(bench.steps[2].response, Bytes{5000});
  EXPECT_EQ(bench.steps[3].kind, IoStep::Kind::disk_read);
  EXPECT_EQ(bench.steps[3].target, 1U);
}

TEST(IoSteps, GoOnWhereTheLastSequentialOneOnTheDiskEnded) {
  Bench bench{1};
  bench.add(batch(3, 1, {read(4096, Access::sequential), read(65536, Access::sequential, "hdisk1"), read(512, Access::sequential)}));
  bench.host.activate();
  bench.host.run_until(1_s);
  std::vector<std::uint64_t> first, second;
  for (const IoStep& step : bench.steps) (step.target == 0 ? first : second).push_back(step.block);
  EXPECT_THAT(first, ElementsAre(0, 8, 9, 17, 18, 26));
  EXPECT_THAT(second, ElementsAre(0, 128, 256));
}

/// The blocks of random accesses, by the number of the transaction.
std::multiset<std::uint64_t> random_blocks(std::uint32_t processors, bool newest_first) {
  Bench bench{processors};
  bench.host.newest_first = newest_first;
  bench.add(batch(500, 8, {Compute{d("exponential(100 us)")}, read(4096), read(4096)}));
  bench.host.activate();
  bench.host.run_until(1_s);
  std::multiset<std::uint64_t> blocks;
  for (const IoStep& step : bench.steps) {
    EXPECT_EQ(step.block % 8, 0U);
    blocks.insert(step.block);
  }
  return blocks;
}

TEST(IoSteps, GoToTheSameRandomPlacesInWhateverOrderTheyRun) {
  const auto blocks = random_blocks(1, false);
  EXPECT_EQ(blocks.size(), 1000U);
  EXPECT_EQ(std::set<std::uint64_t>(blocks.begin(), blocks.end()).size(), 1000U);
  EXPECT_EQ(blocks, random_blocks(4, false));
  EXPECT_EQ(blocks, random_blocks(2, true));
}

TEST(IoSteps, ThatFailAreCountedAndTheTransactionGoesOn) {
  Bench bench{2};
  bench.io.fails = [](std::uint64_t operation) {
    return operation % 3 == 0;
  };
  Workload& w = bench.add(batch(30, 2, {read(4096), Call{"web.orders", Bytes{96}, Bytes{4000}}}));
  bench.host.activate();
  bench.host.run_until(1_s);
  EXPECT_EQ(w.statistics().completed(), 30U);
  EXPECT_EQ(w.statistics().failed(), 20U);
  EXPECT_EQ(w.statistics().bytes(), Bytes{40 * 4096}) << "both move as much";
  EXPECT_DOUBLE_EQ(w.statistics().megabytes_per_second(1_s), 0.16384);
  w.reset_statistics(1_s);
  EXPECT_EQ(w.statistics().failed(), 0U);
  EXPECT_EQ(w.statistics().bytes(), Bytes{0});
}

TEST(IoSteps, RunInBranchesAtOnce) {
  Bench bench{2};
  const Workload& w = bench.add(batch(1, 1, {Parallel{{{read(4096)}, {read(4096)}, {Compute{d("50 us")}}}}}));
  bench.host.activate();
  bench.host.run_until(1_s);
  EXPECT_EQ(w.statistics().response().max(), 215_us);
}

TEST(IoSteps, OfAnythingBeginAnewAfterThePartitionWasStoppedInTheMiddle) {
  Bench bench{3};
  const Transaction transaction{read(4096), Parallel{{{Send{"gateway", Bytes{100}}}, {read(512, Access::sequential)}}}};
  bench.add({"closed", Closed{4, d("exponential(300 us)"), transaction}});
  bench.add({"open", Open{parse_arrivals("poisson(2000 /s)").value(), 2, transaction}});
  bench.add(batch(20, 3, transaction));
  bench.add({"stream", Stream{"gateway", Bytes{1000}, 2, Bytes{20'500}}});
  bench.add({"service", Service{2, transaction}});
  RandomStream random{1, "stops"};
  SimTime now;
  for (int i = 0; i < 300; ++i) {
    bench.host.activate();
    for (std::uint64_t n = 0; n < 5; ++n) bench.io.request(0, n, now);
    now += SimTime::from_us(static_cast<std::int64_t>(random.uniform() * 5'000));
    bench.host.run_until(now);
    bench.host.deactivate();
    for (const auto& w : bench.host.workloads()) {
      const Statistics& s = w->statistics();
      ASSERT_EQ(s.in_system(), 0U) << w->name();
      ASSERT_EQ(s.arrived(), s.completed_total() + s.dropped()) << w->name();
    }
  }
  for (const auto& w : bench.host.workloads()) {
    EXPECT_GT(w->statistics().completed(), 100U) << w->name();
    EXPECT_GT(w->statistics().dropped(), 100U) << w->name();
  }
}

TEST(Streams, SendForEver) {
  Bench bench{2};
  const Workload& w = bench.add({"w", Stream{.to = "gateway", .size = Bytes{64'000}, .connections = 2}});
  bench.host.activate();
  bench.host.run_until(1_s);
  EXPECT_THAT(bench.io.peers, ElementsAre("gateway"));
  // Each write takes 215 us, so 4651 end in a second on each of the two connections.
  EXPECT_EQ(w.statistics().completed(), 2 * 4651U);
  EXPECT_EQ(w.statistics().response().max(), 215_us);
  EXPECT_EQ(w.statistics().bytes(), Bytes{std::uint64_t{2} * 4651 * 64'000});
}

TEST(Streams, EndWithTheirTotal) {
  Bench bench{1};
  const Workload& w = bench.add({"w", Stream{.to = "gateway", .size = Bytes{1000}, .connections = 3, .total = Bytes{4500}}});
  bench.host.activate();
  bench.host.run_until(1_s);
  EXPECT_EQ(w.statistics().bytes(), Bytes{4500});
  EXPECT_EQ(w.statistics().completed(), 5U);
  EXPECT_EQ(bench.steps.back().size, Bytes{500});
}

TEST(Streams, BeginOneAfterTheOther) {
  Bench bench{2};
  Config config{"w", Stream{.to = "gateway", .size = Bytes{1000}, .connections = 2, .total = Bytes{2000}, .stagger = 30_ms}, 20_ms};
  std::vector<SimTime> begun;
  bench.io.watch = [&](const IoStep&, SimTime now) {
    begun.push_back(now);
  };
  bench.io.device = 1_s;
  bench.add(config);
  bench.host.activate();
  bench.host.run_until(1_s);
  EXPECT_THAT(begun, ElementsAre(20_ms, 50_ms));
}

TEST(Streams, TryAgainAPauseAfterAFailure) {
  Bench bench{1};
  bench.io.before = bench.io.after = bench.io.device = SimTime{};
  bench.io.fails = [](std::uint64_t) {
    return true;
  };
  const Workload& w = bench.add({"w", Stream{.to = "gateway", .size = Bytes{1000}}});
  bench.host.activate();
  bench.host.run_until(3500_ms);
  EXPECT_EQ(w.statistics().failed(), 4U);
  EXPECT_EQ(w.statistics().bytes(), Bytes{0});
}

TEST(Services, AnswerEachRequestWhenItsTransactionHasEnded) {
  Bench bench{2};
  const Workload& w = bench.add({"orders", Service{1, {Compute{d("1 ms")}, read(4096)}}});
  bench.host.activate();
  EXPECT_THAT(bench.io.services, ElementsAre("orders"));
  bench.host.run_until(10_ms);
  bench.io.request(0, 77, 10_ms);
  bench.io.request(0, 78, 10_ms);
  bench.host.run_until(11_ms);
  EXPECT_TRUE(bench.io.answered.empty());
  EXPECT_NEAR(w.statistics().queued(11_ms), 1.0 / 11, 1e-9);
  bench.host.run_until(1_s);
  EXPECT_THAT(bench.io.answered, ElementsAre(77, 78));
  EXPECT_EQ(w.statistics().response().min(), 1_ms + 430_us) << "with the answer's way to the network";
  EXPECT_EQ(w.statistics().response().max(), 2_ms + 860_us);
  EXPECT_EQ(w.statistics().completed(), 2U);
}

TEST(Services, LetRequestsWaitUntilTheyBegin) {
  Bench bench{1};
  Config config{"orders", Service{2, {Compute{d("1 ms")}}}, 20_ms};
  const Workload& w = bench.add(config);
  bench.host.activate();
  bench.io.request(0, 1, 0_s);
  bench.host.run_until(1_s);
  EXPECT_EQ(w.statistics().response().max(), 21_ms + 215_us);
}

TEST(Services, CountWhoseAnswerCouldNotBeSentAndGoOn) {
  Bench bench{1};
  bench.io.fails = [](std::uint64_t) {
    return true;
  };
  const Workload& w = bench.add({"orders", Service{1, {Compute{d("1 ms")}}}});
  bench.host.activate();
  bench.io.request(0, 1, 0_s);
  bench.io.request(0, 2, 0_s);
  bench.host.run_until(1_s);
  EXPECT_EQ(w.statistics().failed(), 2U);
  EXPECT_EQ(w.statistics().completed(), 2U);
}

TEST(IoSteps, AreRefusedWithBadNumbers) {
  const auto problem = [](Step step) {
    return problem_of(batch(1, 1, {std::move(step)})).value_or("");
  };
  EXPECT_THAT(problem(read(1000)), HasSubstr("blocks of 512 B"));
  EXPECT_THAT(problem(read(0)), HasSubstr("the size of a disk access is from 1 B to 1 GiB; 0 B is not"));
  EXPECT_THAT(problem(read(std::uint64_t{1} << 31)), HasSubstr("1 GiB"));
  EXPECT_THAT(problem(read(512, Access::random, "")), HasSubstr("a name"));
  EXPECT_THAT(problem(Send{"", Bytes{1}}), HasSubstr("a name"));
  EXPECT_THAT(problem(Send{"a", Bytes{0}}), HasSubstr("a message's size"));
  EXPECT_THAT(problem(Call{"a", Bytes{0}, Bytes{1}}), HasSubstr("a request's size"));
  EXPECT_THAT(problem(Call{"a", Bytes{1}, Bytes{0}}), HasSubstr("a response's size"));
  EXPECT_EQ(problem(Call{"a", Bytes{1}, Bytes{1}}), "");
  EXPECT_THAT(problem_of({"w", Stream{"a", Bytes{0}}}).value_or(""), HasSubstr("the size of a write"));
  EXPECT_THAT(problem_of({"w", Stream{"a", Bytes{1}, 0}}).value_or(""), HasSubstr("connections are from 1"));
  EXPECT_THAT(problem_of({"w", Stream{"a", Bytes{1}, 1, Bytes{0}}}).value_or(""), HasSubstr("a total"));
  EXPECT_THAT(problem_of({"w", Service{0, {Compute{d("1 ms")}}}}).value_or(""), HasSubstr("threads are from 1"));
  EXPECT_THAT(problem_of({"w", Service{1, {}}}).value_or(""), HasSubstr("at least one step"));
}

TEST(IoSteps, AreFoundWhereverTheyStand) {
  EXPECT_FALSE(uses_io({"w", Spin{}}));
  EXPECT_FALSE(uses_io(batch(1, 1, {Parallel{{{Compute{d("1 ms")}}}}})));
  EXPECT_TRUE(uses_io(batch(1, 1, {Parallel{{{Compute{d("1 ms")}}, {Parallel{{{Send{"a", Bytes{1}}}}}}}}})));
  EXPECT_TRUE(uses_io({"w", Closed{1, d("1 ms"), {}, {{"k", 1, {read(512)}}}}}));
  EXPECT_TRUE(uses_io({"w", Stream{"a", Bytes{1}}}));
}

}  // namespace
}  // namespace lparsim::workload
