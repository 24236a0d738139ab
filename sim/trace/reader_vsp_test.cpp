#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "sim/trace/io_sample.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/tables.hpp"

namespace lparsim::trace {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

VspCall sample_call(std::uint64_t number) {
  VspCall call;
  call.vsp = PartitionId{1};
  call.number = number;
  call.hook = 6;
  call.role = 2;
  call.function = 20;
  call.end = 2;
  call.status = -5;
  call.epoch = 3;
  call.sent = 2;
  call.begin = 10_ms * static_cast<std::int64_t>(number);
  call.taken = call.begin + 3_ms;
  call.end_time = call.begin + 4_ms;
  call.undispatched = 2_ms;
  call.client_cost = 300_ns;
  call.vsp_cost = 900_ns;
  call.bytes = 64;
  return call;
}

VspLedgerRow sample_row() {
  VspLedgerRow row;
  row.vsp = PartitionId{1};
  row.hook = 6;
  row.role = 2;
  row.calls = 10;
  row.ends[2] = 9;
  row.ends[5] = 1;
  row.latency = 40_ms;
  row.undispatched = 20_ms;
  row.client_paid = 3_us;
  row.vsp_paid = 9_us;
  row.messages = 20;
  row.doorbells = 7;
  row.bytes = 640;
  return row;
}

class VspFile {
 public:
  explicit VspFile(Level level) {
    RunInfo run = io_run();
    VspHookFacts hook;
    hook.vsp = PartitionId{1};
    hook.hook = 6;
    hook.role = 2;
    hook.function_last = ~0U;
    hook.clients = "web";
    hook.deadline = 10_ms;
    hook.when_slow = "open";
    run.vsp_hooks = {hook};
    Recorder recorder{file_.path(), level, run};
    for (std::uint64_t i = 0; i < 10; ++i) recorder.vsp_call(sample_call(i));
    VspLedgerRow early = sample_row();
    early.calls = 4;
    recorder.vsp_ledger({early});
    recorder.vsp_event({5_ms, ServerId{}, PartitionId{1}, 5, 8, 6, 7, PartitionId{0}, "sea.forward, call 7 of web"});
    recorder.vsp_event({6_ms, ServerId{}, PartitionId{1}, 0, 5, 0, 0, std::nullopt, "ready"});
    recorder.vsp_ledger({sample_row()});
    recorder.finish({});
  }
  Reader open() const { return *Reader::open(file_.path()); }
  std::string path() const { return file_.path().string(); }

 private:
  TemporaryFile file_;
};

TEST(ReaderVsp, GivesBackWhatWasRecorded) {
  const VspFile file{Level::full};
  const Reader reader = file.open();
  const auto run = reader.run();
  ASSERT_THAT(run->vsp_hooks, SizeIs(1));
  EXPECT_EQ(run->vsp_hooks[0].clients, "web");
  EXPECT_EQ(run->vsp_hooks[0].function_last, ~0U);
  EXPECT_EQ(run->vsp_hooks[0].deadline, 10_ms);
  const auto ledger = reader.vsp_ledger();
  ASSERT_THAT(*ledger, SizeIs(1)) << "the last ledger is what stays";
  EXPECT_EQ((*ledger)[0].calls, 10U);
  EXPECT_EQ((*ledger)[0].ends[5], 1U);
  EXPECT_EQ((*ledger)[0].bytes, 640U);
  const auto events = reader.vsp_events();
  ASSERT_THAT(*events, SizeIs(2));
  EXPECT_EQ((*events)[0].kind, 5);
  EXPECT_EQ((*events)[0].hook, 6);
  EXPECT_EQ((*events)[0].client, PartitionId{0});
  EXPECT_EQ((*events)[1].client, std::nullopt);
  const auto calls = reader.vsp_calls(ServerId{}, PartitionId{0}, 12_ms, 24_ms);
  ASSERT_THAT(*calls, SizeIs(2)) << "those that overlap";
  EXPECT_EQ((*calls)[0].number, 1U);
  EXPECT_EQ((*calls)[0].taken, 13_ms);
  EXPECT_EQ((*calls)[0].end_time, 14_ms);
  EXPECT_EQ((*calls)[0].status, -5);
  EXPECT_THAT(*reader.vsp_calls(ServerId{}, PartitionId{1}, 0_ms, 1_s), IsEmpty());
}

TEST(ReaderVsp, HasLedgerAndEventsAtLevelSummaryAndOnlyTheHooksWithoutTracing) {
  const VspFile summary{Level::summary};
  EXPECT_THAT(*summary.open().vsp_ledger(), SizeIs(1));
  EXPECT_THAT(*summary.open().vsp_events(), SizeIs(2));
  EXPECT_THAT(*summary.open().vsp_calls(ServerId{}, {}, 0_s, 1_s), IsEmpty());
  const VspFile off{Level::off};
  EXPECT_THAT(*off.open().vsp_ledger(), IsEmpty());
  EXPECT_THAT(*off.open().vsp_events(), IsEmpty());
  EXPECT_THAT(off.open().run()->vsp_hooks, SizeIs(1));
}

TEST(ReaderVsp, TheViewsGiveNamesAndAbsoluteTimes) {
  const VspFile file{Level::full};
  SQLite::Database database{file.path()};
  EXPECT_EQ(database
                .execAndGet("SELECT vsp || ' ' || client || ' ' || hook || ' ' || role || ' ' || \"end\" || ' ' || end_ps FROM v_vsp_call "
                            "WHERE number = 2")
                .getString(),
            "vios1 web sea.forward filter denied 24000000000");
  EXPECT_EQ(database.execAndGet("SELECT vsp || ' ' || client || ' ' || hook || ' ' || held_up FROM v_vsp_ledger").getString(),
            "vios1 web sea.forward 10");
}

// A file of format 2 has neither these tables nor the stage `service`.
TEST(ReaderVsp, FilesOfBeforeThereWereAnyAreReadAsTheyAre) {
  const TemporaryFile file;
  {
    Recorder recorder{file.path(), Level::full, io_run()};
    record_io_sample(recorder);
    recorder.finish({});
  }
  {
    SQLite::Database database{file.path().string(), SQLite::OPEN_READWRITE};
    for (const View& view : views()) database.exec("DROP VIEW " + view.name);
    for (const char* table : {"vsp_hook", "vsp_call", "vsp_ledger", "vsp_event"}) database.exec(std::string{"DROP TABLE "} + table);
    for (const char* table : {"io_request", "io_interval"}) database.exec(std::string{"ALTER TABLE "} + table + " DROP COLUMN service_ps");
    database.exec("PRAGMA user_version = 2");
  }
  const auto reader = Reader::open(file.path());
  ASSERT_TRUE(reader) << reader.error();
  EXPECT_THAT(reader->run()->vsp_hooks, IsEmpty());
  EXPECT_THAT(*reader->vsp_ledger(), IsEmpty());
  EXPECT_THAT(*reader->vsp_events(), IsEmpty());
  EXPECT_THAT(*reader->vsp_calls(ServerId{}, {}, 0_s, 1_s), IsEmpty());
  const auto journey = reader->io_journey(3);
  ASSERT_TRUE(journey && *journey);
  EXPECT_EQ((*journey)->steps.size(), 7U);
  EXPECT_EQ((*journey)->request.stages[kServiceStage], 0_s);
  EXPECT_EQ((*journey)->request.stages[kViosDispatchStage], 2_ms);
  EXPECT_THAT(*reader->io_intervals(), SizeIs(12));
}

}  // namespace
}  // namespace lparsim::trace
