#include "sim/trace/recorder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "sim/trace/reader.hpp"
#include "sim/trace/sample_run.hpp"
#include "sim/trace/table_hash.hpp"

namespace lparsim::trace {
namespace {

void write_sample(const std::filesystem::path& path, Level level) {
  Recorder recorder{path, level, sample_run()};
  record_sample(recorder);
  recorder.finish({20_s, 1.5, 12345, 20});
}

std::map<std::string, TableHash> hashes_of(const std::filesystem::path& path) {
  std::map<std::string, TableHash> found;
  const std::vector<TableHash> hashes = table_hashes(path).value();
  for (const TableHash& h : hashes) found[h.table] = h;
  return found;
}

TEST(Recorder, WritesWhatTheReaderGivesBack) {
  const TemporaryFile file;
  write_sample(file.path(), Level::full);
  const Reader reader = Reader::open(file.path()).value();
  EXPECT_EQ(reader.state(), RunState::finished);
  EXPECT_EQ(reader.simulated().value(), 20_s);

  const RunInfo run = reader.run().value();
  EXPECT_EQ(run.scenario_name, "two-clients");
  EXPECT_EQ(run.scenario_text, sample_run().scenario_text);
  EXPECT_EQ(run.overrides, sample_run().overrides);
  EXPECT_EQ(run.seed, 7U);
  EXPECT_EQ(run.duration, 20_s);
  EXPECT_EQ(run.warmup, 2_s);
  ASSERT_EQ(run.servers.size(), 1U);
  EXPECT_EQ(run.servers[0].model, "9009-42A");
  EXPECT_EQ(run.servers[0].frequency.value, 3.8e9);
  ASSERT_EQ(run.pools.size(), 2U);
  EXPECT_EQ(run.pools[1].reserved, ProcessingUnits::from_hundredths(50));
  ASSERT_EQ(run.partitions.size(), 3U);
  EXPECT_EQ(run.partitions[0].pool, "databases");
  EXPECT_EQ(run.partitions[0].entitlement, ProcessingUnits::from_hundredths(50));
  EXPECT_TRUE(run.partitions[1].capped);
  EXPECT_EQ(run.partitions[2].sharing_mode, "share_idle_procs_always");
  EXPECT_EQ(run.partitions[2].memory, Bytes{64ULL << 30});
  EXPECT_EQ(run.workloads[0].name, "orders");
  EXPECT_EQ(run.assumptions, sample_run().assumptions);

  const auto metrics = reader.metrics().value();
  ASSERT_EQ(metrics.size(), 2U);
  EXPECT_EQ(metrics[0].name, "web.physc");
  EXPECT_EQ(metrics[0].value, 0.4003);
  EXPECT_EQ(metrics[0].ci95, 0.0012);
  EXPECT_TRUE(std::isnan(metrics[1].value)) << "no sample stays no sample";
  EXPECT_TRUE(std::isnan(metrics[1].ci95)) << "no interval stays no interval";
  EXPECT_EQ(reader.remarks().value(), std::vector<std::string>{"web.orders: the first 12 s of the measured part still look like warmup; "
                                                               "try warmup: 14 s"});
  const auto expectations = reader.expectations().value();
  ASSERT_EQ(expectations.size(), 2U);
  EXPECT_EQ(expectations[0].passed, true);
  EXPECT_EQ(expectations[1].passed, false);
  EXPECT_EQ(expectations[1].reason, "there is no sample");

  const HostFacts host = reader.host().value();
  EXPECT_EQ(host.wall_seconds, 1.5);
  EXPECT_EQ(host.events, 12345);
  EXPECT_EQ(host.trace_level, "full");
  EXPECT_GT(host.peak_memory_bytes, 1'000'000);
  EXPECT_EQ(reader.log().value()[0].text, "web: entitlement changed to 0.80 PU");
  EXPECT_EQ(reader.pool_intervals().value()[3].idle, 1500_ms);
}

TEST(Recorder, KeepsEveryFieldOfADispatch) {
  const TemporaryFile file;
  write_sample(file.path(), Level::full);
  const auto found = Reader::open(file.path())->dispatches(1_s + 2_ms, 1_s + 3_ms).value();
  ASSERT_EQ(found.size(), 1U);
  const DispatchSpan expected = sample_dispatch(501);
  EXPECT_EQ(found[0].core, expected.core);
  EXPECT_EQ(found[0].partition, expected.partition);
  EXPECT_EQ(found[0].vp, expected.vp);
  EXPECT_EQ(found[0].begin, expected.begin);
  EXPECT_EQ(found[0].end, expected.end);
  EXPECT_EQ(found[0].enqueue, expected.enqueue);
  EXPECT_EQ(found[0].ready, expected.ready);
  EXPECT_EQ(found[0].waiting, expected.waiting);
  EXPECT_EQ(found[0].entitled, expected.entitled);
  EXPECT_EQ(found[0].dispatch_reason, expected.dispatch_reason);
  EXPECT_EQ(found[0].preempt_reason, expected.preempt_reason);
}

TEST(Recorder, AddsUpIntervalsOfTheStepAskedFor) {
  const TemporaryFile file;
  write_sample(file.path(), Level::summary);
  const Reader reader = Reader::open(file.path()).value();
  EXPECT_EQ(reader.intervals(ServerId{0}, PartitionId{1})->size(), 4U);
  const auto pairs = reader.intervals(ServerId{0}, PartitionId{1}, 2_s).value();
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[1].begin, 2_s);
  EXPECT_EQ(pairs[1].end, 4_s);
  EXPECT_EQ(pairs[1].consumed, 800_ms);
  EXPECT_EQ(pairs[1].dispatches, 220U);
  EXPECT_THAT(reader.intervals(ServerId{0}, PartitionId{1}, 500_ms).error(), testing::HasSubstr("has to be a multiple"));
}

TEST(Recorder, ComputesTheLparstatColumnsInItsView) {
  const TemporaryFile file;
  write_sample(file.path(), Level::summary);
  SQLite::Database database{file.path().string()};
  SQLite::Statement q{database,
                      "SELECT physc, entc, user, sys, idle, wait, lbusy, app, vcsw, phint FROM v_interval WHERE \"partition\" = 'app'"};
  ASSERT_TRUE(q.executeStep());
  const double expected[] = {0.4, 80, 50, 10, 32, 8, 10, 1.5, 110, 3};
  for (int i = 0; i < 10; ++i) EXPECT_DOUBLE_EQ(q.getColumn(i).getDouble(), expected[i]) << q.getColumnName(i);
}

TEST(Recorder, GivesTheViewsTheColumnsThatUsersRelyOn) {
  const TemporaryFile file;
  write_sample(file.path(), Level::full);
  SQLite::Database database{file.path().string()};
  SQLite::Statement q{database,
                      "SELECT server, core, partition, vp, begin_ps, end_ps, enqueue_ps, ready_ps, dispatch_reason, preempt_reason "
                      "FROM v_dispatch WHERE begin_ps >= 1000000000000 LIMIT 1"};
  ASSERT_TRUE(q.executeStep());
  EXPECT_STREQ(q.getColumn(0), "frame1");
  EXPECT_EQ(q.getColumn(1).getInt(), 1);
  EXPECT_STREQ(q.getColumn(2), "db");
  EXPECT_EQ(q.getColumn(4).getInt64(), 1'000'000'000'000);
  EXPECT_EQ(q.getColumn(5).getInt64(), 1'002'000'000'000);
  EXPECT_EQ(q.getColumn(6).getInt64(), 999'990'000'000);
  EXPECT_EQ(q.getColumn(7).getInt64(), 999'970'000'000);
}

TEST(Recorder, LeavesASingleFileBehind) {
  const TemporaryFile file;
  write_sample(file.path(), Level::full);
  EXPECT_TRUE(std::filesystem::exists(file.path()));
  EXPECT_FALSE(std::filesystem::exists(file.beside("-wal")));
  EXPECT_FALSE(std::filesystem::exists(file.beside("-shm")));
  EXPECT_FALSE(std::filesystem::exists(file.beside("-journal")));
}

TEST(Recorder, WritesTheSameTablesWhateverTheTraceLevel) {
  const TemporaryFile file;
  write_sample(file.path(), Level::full);
  const auto full = hashes_of(file.path());
  write_sample(file.path(), Level::full);
  EXPECT_EQ(hashes_of(file.path()), full);
  write_sample(file.path(), Level::summary);
  auto summary = hashes_of(file.path());
  write_sample(file.path(), Level::off);
  auto off = hashes_of(file.path());
  for (const char* detail : {"dispatch", "span", "counter", "instant"}) {
    EXPECT_GT(full.at(detail).rows, 0) << detail;
    EXPECT_EQ(summary.at(detail).rows, 0) << detail;
    summary[detail] = full.at(detail);
    off[detail] = full.at(detail);
  }
  EXPECT_EQ(summary, full);
  for (const char* detail : {"interval", "vp_interval", "logical_interval", "pool_interval", "hcall_interval", "device_interval", "log"}) {
    EXPECT_EQ(off.at(detail).rows, 0) << detail;
    off[detail] = full.at(detail);
  }
  EXPECT_EQ(off, full);
  EXPECT_FALSE(full.contains("host"));
}

TEST(Recorder, KeepsTheLatestMetricsOnly) {
  const TemporaryFile file;
  Recorder recorder{file.path(), Level::off, sample_run()};
  recorder.metrics({{"a", 1, "1", ""}, {"b", 1, "1", ""}});
  recorder.metrics({{"a", 2, "1", ""}});
  recorder.finish({});
  const auto metrics = Reader::open(file.path())->metrics().value();
  ASSERT_EQ(metrics.size(), 1U);
  EXPECT_EQ(metrics[0].value, 2);
}

TEST(Recorder, KeepsTheOrderOfMoreRowsThanTheQueueHolds) {
  const TemporaryFile file;
  constexpr std::int64_t kRows = 600'000;
  {
    Recorder recorder{file.path(), Level::full, sample_run()};
    for (std::int64_t n = 0; n < kRows; ++n) recorder.dispatch(sample_dispatch(n));
    recorder.finish({});
  }
  SQLite::Database database{file.path().string()};
  SQLite::Statement q{database, "SELECT count(*), count(nullif(begin_ps, (rowid - 1) * 2000000000)) FROM dispatch"};
  ASSERT_TRUE(q.executeStep());
  EXPECT_EQ(q.getColumn(0).getInt64(), kRows);
  EXPECT_EQ(q.getColumn(1).getInt64(), 0) << "rows out of their order";
}

TEST(Recorder, LeavesARunThatWasNotFinishedInterruptedButComplete) {
  const TemporaryFile file;
  {
    Recorder recorder{file.path(), Level::full, sample_run()};
    record_sample(recorder);
    EXPECT_EQ(Reader::open(file.path())->state(), RunState::running) << "its process is this one, which lives";
  }
  SQLite::Database database{file.path().string(), SQLite::OPEN_READWRITE};
  EXPECT_STREQ(database.execAndGet("SELECT state FROM run"), "interrupted");
  EXPECT_EQ(Reader::open(file.path())->metrics()->size(), 2U);
  EXPECT_FALSE(std::filesystem::exists(file.beside("-wal")));
}

TEST(Recorder, ShowsEverythingToAReaderOnceItIsFlushed) {
  const TemporaryFile file;
  Recorder recorder{file.path(), Level::full, sample_run()};
  recorder.flush();  // nothing
  const Result<Reader> reader = Reader::open(file.path());
  ASSERT_TRUE(reader.has_value());
  for (std::int64_t n = 0; n < 300; ++n) {
    recorder.dispatch(sample_dispatch(n));
    recorder.control({static_cast<std::uint32_t>(n + 1), SimTime::from_ms(n), "{}"});
    recorder.progress(SimTime::from_ms(n));
    if (n % 100 != 0) continue;
    recorder.flush();
    EXPECT_EQ(reader->simulated(), SimTime::from_ms(n));
    EXPECT_EQ(reader->control_changes()->size(), static_cast<std::size_t>(n + 1));
    EXPECT_EQ(reader->dispatches(SimTime{}, SimTime::never())->size(), static_cast<std::size_t>(n + 1));
  }
  recorder.finish({});
  EXPECT_EQ(reader->control_changes()->size(), 300U);
}

TEST(Recorder, KeepsChangesAtEveryTraceLevelAndCallsAsIntervals) {
  for (const Level level : {Level::off, Level::summary}) {
    const TemporaryFile file;
    Recorder recorder{file.path(), level, sample_run()};
    record_sample(recorder);
    recorder.finish({});
    const Result<Reader> reader = Reader::open(file.path());
    const auto changes = reader->control_changes();
    ASSERT_EQ(changes->size(), 1U);
    EXPECT_EQ(changes->front().number, 1U);
    EXPECT_EQ(changes->front().at, 4_s);
    EXPECT_EQ(changes->front().text, "{at: 4 s, partition: web, entitlement: 0.8}");
    EXPECT_EQ(reader->host()->scenario_file, "/scenarios/two-clients.yaml");
    EXPECT_EQ(reader->run()->hcalls.at(1).name, "H_SEND_CRQ");
    const auto all = reader->hcall_intervals();
    if (level == Level::off) {
      EXPECT_TRUE(all->empty());
      continue;
    }
    ASSERT_EQ(all->size(), 8U);
    EXPECT_EQ((*all)[0].partition, PartitionId{0});
    EXPECT_EQ((*all)[0].token, 0x108U);
    EXPECT_EQ((*all)[0].refused, 3U);
    EXPECT_EQ((*all)[1].calls, 90U);
    EXPECT_EQ((*all)[2].begin, 1_s);
    EXPECT_EQ((*all)[2].end, 2_s);
    EXPECT_EQ(reader->hcall_intervals(PartitionKey{ServerId{0}, PartitionId{2}})->size(), 4U);
    EXPECT_TRUE(reader->hcall_intervals(PartitionKey{ServerId{0}, PartitionId{1}})->empty());
  }
}

TEST(Recorder, ReusesNamesAndNumbersTracks) {
  const TemporaryFile file;
  Recorder recorder{file.path(), Level::summary, sample_run()};
  EXPECT_EQ(recorder.intern("read"), recorder.intern("read"));
  EXPECT_NE(recorder.intern("read"), recorder.intern("write"));
  const TrackId server = recorder.add_track("server", TrackId::none, "frame1");
  EXPECT_NE(recorder.add_track("adapter", server, "ent0"), server);
  recorder.finish({});
  SQLite::Database database{file.path().string()};
  SQLite::Statement q{
      database, "SELECT k.text, n.text, t.parent FROM track t JOIN name k ON k.id = t.kind JOIN name n ON n.id = t.name WHERE t.id = 2"};
  ASSERT_TRUE(q.executeStep());
  EXPECT_STREQ(q.getColumn(0), "adapter");
  EXPECT_STREQ(q.getColumn(1), "ent0");
  EXPECT_EQ(q.getColumn(2).getInt(), 1);
}

}  // namespace
}  // namespace lparsim::trace
