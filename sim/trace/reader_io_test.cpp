#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "sim/trace/io_sample.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::trace {
namespace {

using testing::ElementsAre;

class RunWithIo : public testing::Test {
 protected:
  Reader record(Level level = Level::full) {
    Recorder recorder{file_.path(), level, io_run()};
    record_io_sample(recorder);
    recorder.finish({.simulated = 4_s});
    return std::move(*Reader::open(file_.path()));
  }
  TemporaryFile file_;
};

TEST_F(RunWithIo, GivesBackTargetsAndPaths) {
  const Reader reader = record(Level::off);
  const auto targets = reader.io_targets();
  ASSERT_TRUE(targets);
  ASSERT_EQ(targets->size(), 3U);
  EXPECT_EQ((*targets)[0].name, "hdisk0");
  EXPECT_EQ((*targets)[0].kind, IoTargetKind::disk);
  EXPECT_EQ((*targets)[1].name, "db.orders");
  EXPECT_EQ((*targets)[1].kind, IoTargetKind::peer);
  const auto paths = reader.io_paths();
  ASSERT_TRUE(paths && paths->size() == 1U);
  EXPECT_EQ(paths->front().name, "vscsi0");
  EXPECT_EQ(paths->front().vios, PartitionId{1});
  EXPECT_TRUE(reader.io_intervals()->empty());
}

TEST_F(RunWithIo, GivesBackARequestWithItsWay) {
  const Reader reader = record();
  const auto journey = reader.io_journey(10);
  ASSERT_TRUE(journey && *journey);
  const SampleRequest expected = sample_request(10);
  const IoRequest& request = (*journey)->request;
  EXPECT_EQ(request.number, 10U);
  EXPECT_EQ(request.kind, IoKind::read);
  EXPECT_EQ(request.outcome, IoOutcome::failed);
  EXPECT_EQ(request.attempts, 3U);
  EXPECT_EQ(request.begin, expected.request.begin);
  EXPECT_EQ(request.end, expected.request.end);
  EXPECT_EQ(request.stages, expected.request.stages);
  ASSERT_EQ((*journey)->steps.size(), expected.steps.size());
  for (std::size_t i = 0; i < expected.steps.size(); ++i) {
    EXPECT_EQ((*journey)->steps[i].stage, expected.steps[i].stage) << i;
    EXPECT_EQ((*journey)->steps[i].length, expected.steps[i].length) << i;
  }
  EXPECT_FALSE(reader.io_journey(400)->has_value());
}

TEST_F(RunWithIo, FindsTheSlowestRequests) {
  const auto slowest = record().slowest_io({0}, 2);
  ASSERT_TRUE(slowest);
  ASSERT_EQ(slowest->size(), 2U);
  EXPECT_EQ((*slowest)[0].request.number, 0U);
  EXPECT_EQ((*slowest)[1].request.number, 3U);
}

TEST_F(RunWithIo, HasStagesThatAddUpToTheLatencyOfEveryRequestAndInterval) {
  const Reader reader = record();
  std::uint64_t told = 0;
  ASSERT_TRUE(reader.io_requests([&](const IoRequest& r) {
    ++told;
    EXPECT_EQ(std::accumulate(r.stages.begin(), r.stages.end(), SimTime{}), r.end - r.begin) << r.number;
  }));
  EXPECT_EQ(told, 400U);
  const auto intervals = reader.io_intervals();
  ASSERT_TRUE(intervals);
  EXPECT_EQ(intervals->size(), 12U);
  for (const IoIntervalSample& i : *intervals) EXPECT_EQ(std::accumulate(i.stages.begin(), i.stages.end(), SimTime{}), i.latency);
}

TEST_F(RunWithIo, GivesBackTheSumsOfIntervalsByTargetAndKind) {
  const auto sums = record(Level::summary).io_intervals();
  ASSERT_TRUE(sums);
  ASSERT_EQ(sums->size(), 12U);
  EXPECT_EQ((*sums)[0].requests, 50U);
  EXPECT_EQ((*sums)[0].failed, 1U);
  EXPECT_EQ((*sums)[0].bytes, 49U * 4096U);
  EXPECT_EQ((*sums)[1].kind, IoKind::write);
  EXPECT_EQ((*sums)[2].kind, IoKind::call);
  EXPECT_EQ((*sums)[2].latency, 5_ms);
  EXPECT_EQ((*sums)[2].in_flight, 5_ms);
  EXPECT_EQ((*sums)[3].begin, 1_s);
  EXPECT_EQ((*sums)[3].end, 2_s);
}

TEST_F(RunWithIo, IsReadableInSql) {
  record();
  SQLite::Database database{file_.path().string()};
  SQLite::Statement q{
      database,
      "SELECT partition, target, target_kind, kind, outcome, path, vios, latency_ps, vios_dispatch_ps, end_ps - begin_ps FROM v_io "
      "WHERE number = 9"};
  ASSERT_TRUE(q.executeStep());
  std::vector<std::string> words;
  for (int i = 0; i < 7; ++i) words.push_back(q.getColumn(i).getString());
  EXPECT_THAT(words, ElementsAre("web", "hdisk0", "disk", "write", "done", "vscsi0", "vios1"));
  EXPECT_EQ(q.getColumn(7).getInt64(), (2300_us).ps());
  EXPECT_EQ(q.getColumn(8).getInt64(), (2_ms).ps());
  EXPECT_EQ(q.getColumn(9).getInt64(), (2300_us).ps());
  EXPECT_EQ(database
                .execAndGet("SELECT sum(json_extract(step.value, '$[1]')) FROM io_request, json_each(steps) step "
                            "WHERE json_extract(step.value, '$[0]') = 4")
                .getInt64(),
            (2_ms * 134).ps());
}

TEST_F(RunWithIo, FilesOfBeforeHaveNone) {
  record();
  SQLite::Database{file_.path().string(), SQLite::OPEN_READWRITE}.exec(
      "DROP VIEW v_io; DROP TABLE io_target; DROP TABLE io_path; DROP TABLE io_interval; DROP TABLE io_request");
  const auto reader = Reader::open(file_.path());
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->io_targets()->empty());
  EXPECT_TRUE(reader->io_paths()->empty());
  EXPECT_TRUE(reader->io_intervals()->empty());
  EXPECT_FALSE(reader->io_journey(1)->has_value());
  EXPECT_TRUE(reader->slowest_io({0}, 1)->empty());
  EXPECT_TRUE(reader->io_requests([](const IoRequest&) { FAIL(); }));
}

}  // namespace
}  // namespace lparsim::trace
