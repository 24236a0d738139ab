#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "sim/trace/reader.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void write(const TemporaryFile& file, Level level) {
  Recorder recorder{file.path(), level, sample_run()};
  record_sample(recorder);
  recorder.finish({});
}

TEST(DeviceRows, DevicesConnectionsAndRoutesComeBackAtEveryTraceLevel) {
  const TemporaryFile file;
  write(file, Level::off);
  const auto run = Reader::open(file.path())->run();
  ASSERT_THAT(run->devices, SizeIs(3));
  EXPECT_EQ(run->devices[0].kind, DeviceKind::vfc_client);
  EXPECT_EQ(run->devices[0].partition, PartitionId{0});
  EXPECT_EQ(run->devices[1].about, "16 Gb/s");
  EXPECT_EQ(run->devices[2].server, std::nullopt);
  EXPECT_EQ(run->devices[2].partition, std::nullopt);
  EXPECT_EQ(run->devices[2].name, "array");
  ASSERT_THAT(run->connections, SizeIs(2));
  EXPECT_EQ(run->connections[0].about, "WWPN");
  EXPECT_EQ(run->connections[1].to, 2U);
  ASSERT_THAT(run->routes, SizeIs(3));
  EXPECT_THAT(run->routes[0].devices, ElementsAre(0, 1, 2));
  EXPECT_EQ(run->routes[1].path, 1U);
  EXPECT_EQ(run->routes[2].alternative, 1U);
  EXPECT_THAT(run->routes[2].devices, ElementsAre(0, 2));
  EXPECT_EQ(run->servers[0].cores_per_chip, 2U);
}

TEST(DeviceRows, WhatDevicesDidComesBackFromLevelSummaryOn) {
  const TemporaryFile file;
  write(file, Level::summary);
  const auto samples = Reader::open(file.path())->device_intervals();
  ASSERT_THAT(*samples, SizeIs(4));
  EXPECT_EQ((*samples)[1].device, 1U);
  EXPECT_EQ((*samples)[1].begin, 1_s);
  EXPECT_EQ((*samples)[1].end, 2_s);
  EXPECT_EQ((*samples)[1].transfers, 200U);
  EXPECT_EQ((*samples)[1].bytes, 819'200U);
  EXPECT_EQ((*samples)[1].busy, 1_ms);
  const auto reader = Reader::open(file.path());
  EXPECT_EQ(reader->device_intervals(1500_ms)->at(0).begin, 1_s);
  EXPECT_EQ(reader->device_intervals(2_s)->at(0).begin, 2_s);
  EXPECT_EQ(reader->device_intervals(4_s)->at(0).begin, 3_s) << "the last one, which ended there";
  EXPECT_THAT(*reader->device_intervals(5_s), IsEmpty());
  write(file, Level::off);
  EXPECT_THAT(*Reader::open(file.path())->device_intervals(), IsEmpty());
}

TEST(DeviceRows, OfAMomentOnlyTheRowsOfItsIntervalAreRead) {
  const TemporaryFile file;
  write(file, Level::summary);
  SQLite::Database database{file.path().string(), SQLite::OPEN_READWRITE};
  // Far from the moment, and with its begin: whoever looks through the table by the begins finds it.
  database.exec("INSERT INTO device_interval SELECT 2, 1000000000000, 9000000000000, 7, 7, 7");
  const auto reader = Reader::open(file.path());
  const auto found = reader->device_intervals(1500_ms);
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_EQ(found->at(0).device, 1U);
  EXPECT_EQ(found->at(0).begin, 1_s);
}

TEST(DeviceRows, AFileOfBeforeTheyWereWrittenHasNone) {
  const TemporaryFile file;
  write(file, Level::summary);
  SQLite::Database{file.path().string(), SQLite::OPEN_READWRITE}.exec(
      "DROP TABLE device; DROP TABLE connection; DROP TABLE io_route; DROP TABLE device_interval; "
      "ALTER TABLE server DROP COLUMN cores_per_chip");
  const auto reader = Reader::open(file.path());
  const auto run = reader->run();
  ASSERT_TRUE(run.has_value());
  EXPECT_THAT(run->devices, IsEmpty());
  EXPECT_THAT(run->connections, IsEmpty());
  EXPECT_THAT(run->routes, IsEmpty());
  EXPECT_EQ(run->servers[0].cores_per_chip, 0U);
  EXPECT_EQ(run->servers[0].cores, 4U);
  EXPECT_THAT(*reader->device_intervals(), IsEmpty());
}

TEST(DeviceRows, AKindOfANewerProgramIsKeptAsOther) {
  const TemporaryFile file;
  write(file, Level::off);
  SQLite::Database{file.path().string(), SQLite::OPEN_READWRITE}.exec("UPDATE device SET kind = 'quantum_link' WHERE id = 1");
  const auto run = Reader::open(file.path())->run();
  EXPECT_EQ(run->devices[1].kind, DeviceKind::other);
  EXPECT_EQ(to_string(DeviceKind::other), "other");
}

}  // namespace
}  // namespace lparsim::trace
