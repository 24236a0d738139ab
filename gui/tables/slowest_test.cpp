#include "gui/tables/slowest.hpp"

#include <gtest/gtest.h>

#include "sim/trace/io_sample.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

TEST(Slowest, AreThoseThatReadingEverythingFinds) {
  trace::TemporaryFile file;
  std::vector<std::pair<SimTime, std::uint64_t>> latencies;
  {
    trace::Recorder recorder{file.path(), trace::Level::full, trace::io_run()};
    recorder.io_target({0, ServerId{0}, PartitionId{0}, "hdisk0", trace::IoTargetKind::disk});
    // More than are read at once, with latencies in no order.
    for (std::uint64_t number = 0; number < 150'000; ++number) {
      trace::IoRequest request;
      request.number = number;
      // Rows are in the order of their ends.
      request.end = 1_ms + 20_us * static_cast<std::int64_t>(number);
      request.begin = request.end - SimTime::from_ns(static_cast<std::int64_t>(1000 + (number * 7919) % 100'003));
      const trace::IoStep step{8, request.end - request.begin};
      request.stages[8] = step.length;
      recorder.io_request(request, {&step, 1});
      if (request.end > 500_ms && request.end <= 2500_ms) latencies.emplace_back(request.end - request.begin, number);
    }
    recorder.progress(4_s);
    recorder.finish({4_s, 1, 1, 1});
  }
  std::sort(latencies.begin(), latencies.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  auto windows = trace::WindowReader::open(file.path());
  ASSERT_TRUE(windows) << windows.error();
  const std::atomic<bool> cancelled{false};
  for (const std::size_t count : {1u, 20u, 500u}) {
    const auto found = slowestIn<trace::IoRequest>(*windows, {trace::LaneKey::io_target(0)}, 500_ms, 2500_ms, count, cancelled);
    ASSERT_TRUE(found) << found.error();
    EXPECT_FALSE(found->all);
    ASSERT_EQ(found->things.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(found->things[i].number, latencies[i].second) << i;
  }
  const auto few = slowestIn<trace::IoRequest>(*windows, {trace::LaneKey::io_target(0)}, 500_ms, 501_ms, 500, cancelled);
  ASSERT_TRUE(few);
  EXPECT_TRUE(few->all);
  EXPECT_NEAR(static_cast<double>(few->things.size()), 50, 3);
}

}  // namespace
}  // namespace lparsim::gui
