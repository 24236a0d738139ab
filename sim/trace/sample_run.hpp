#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "sim/trace/recorder.hpp"

namespace lparsim::trace {

using namespace literals;

/// For tests: a path that only this test uses, removed with what SQLite may leave beside it.
class TemporaryFile {
 public:
  TemporaryFile() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            (std::string{"lparsim-"} + test->test_suite_name() + "-" + test->name() + "-" + std::to_string(::getpid()) + ".db");
    remove();
  }
  ~TemporaryFile() { remove(); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path beside(const char* suffix) const { return path_.string() + suffix; }

 private:
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove_all(path_.string() + suffix);
  }
  std::filesystem::path path_;
};

/// For tests: a small run of a shared Linux partition, a shared AIX partition and a dedicated donating one.
inline RunInfo sample_run() {
  RunInfo run;
  run.scenario_name = "two-clients";
  run.description = "Two uncapped clients compete for what a third leaves over.";
  run.scenario_text = "lparsim: 1\nname: two-clients\n";
  run.overrides = "seed=7\n";
  run.seed = 7;
  run.version = "0.1.0";
  run.duration = 20_s;
  run.warmup = 2_s;
  run.scenario_file = "/scenarios/two-clients.yaml";
  run.hcalls = {{0xE0, "H_CEDE"}, {0x108, "H_SEND_CRQ"}};
  run.servers = {{ServerId{0}, "frame1", "9009-42A", "POWER9", 4, 8, Hertz{3.8e9}, Bytes{256ULL << 30}, 10_ms, 1_ms, "partition", 2}};
  run.pools = {{ServerId{0}, PoolId{0}, "default", ProcessingUnits::cores(3), {}},
               {ServerId{0}, PoolId{1}, "databases", ProcessingUnits::cores(2), ProcessingUnits::from_hundredths(50)}};
  PartitionFacts web;
  web.name = "web";
  web.type = "linux";
  web.entitlement = ProcessingUnits::from_hundredths(50);
  web.virtual_processors = 2;
  web.weight = 128;
  web.pool = "databases";
  web.smt = 4;
  web.memory = Bytes{8ULL << 30};
  web.sharing_mode = "uncap";
  PartitionFacts app = web;
  app.partition = PartitionId{1};
  app.name = "app";
  app.type = "aix";
  app.capped = true;
  app.weight = 0;
  app.pool = "default";
  app.smt = 8;
  app.sharing_mode = "cap";
  PartitionFacts db;
  db.partition = PartitionId{2};
  db.name = "db";
  db.type = "aix";
  db.mode = "dedicated";
  db.entitlement = ProcessingUnits::cores(1);
  db.virtual_processors = 1;
  db.smt = 8;
  db.memory = Bytes{64ULL << 30};
  db.cores = 1;
  db.sharing_mode = "share_idle_procs_always";
  run.partitions = {web, app, db};
  run.workloads = {{ServerId{0}, PartitionId{0}, "orders", "open"}, {ServerId{0}, PartitionId{2}, "burn", "spin"}};
  run.devices = {{0, ServerId{0}, PartitionId{0}, DeviceKind::vfc_client, "fcs0", "C:0"},
                 {1, ServerId{0}, PartitionId{2}, DeviceKind::fibre_channel_adapter, "fcs0", "16 Gb/s"},
                 {2, std::nullopt, std::nullopt, DeviceKind::storage, "array", ""}};
  run.connections = {{0, 1, "WWPN"}, {1, 2, ""}};
  run.routes = {{0, 0, 0, {0, 1, 2}}, {0, 1, 0, {0, 1, 2}}, {0, 1, 1, {0, 2}}};
  run.assumptions = {"dispatch_cost 0 us: no public figure for the hypervisor's switch cost under contention"};
  return run;
}

/// The second `number` of the partition: 0.4 PU consumed of 0.5 entitled, three quarters of it busy.
inline IntervalSample sample_interval(PartitionId partition, std::int64_t number) {
  IntervalSample i;
  i.partition = partition;
  i.begin = SimTime::from_s(number);
  i.end = SimTime::from_s(number + 1);
  i.virtual_processors = 2;
  i.logical_processors = 8;
  i.capped = partition == PartitionId{1};
  i.weight = i.capped ? 0 : 128;
  i.entitled = 500_ms;
  i.consumed = 400_ms;
  i.user = 250_ms;
  i.sys = 50_ms;
  i.wait = 40_ms;
  i.idle = 60_ms;
  i.logical_busy = 800_ms;
  i.logical_available = 8_s;
  i.pool_idle = 1500_ms;
  i.wait_capacity = 20_ms;
  i.wait_processor = 10_ms;
  i.scaled = 380_ms;
  i.scaled_idle = 57_ms;
  i.spinning = 5_ms;
  i.snoozing = 7_ms;
  i.runnable = 900_ms;
  i.unfolded = 2_s;
  i.context_switches = 400;
  i.interrupts = 150;
  i.dispatches = 110;
  i.preemptions = 12;
  i.vcsw = 110;
  i.phint = 3;
  return i;
}

/// The n-th of a row of stays of 2 ms each on core 1, that follow each other without a gap.
inline DispatchSpan sample_dispatch(std::int64_t number) {
  DispatchSpan d;
  d.core = CoreId{1};
  d.partition = PartitionId{static_cast<std::uint32_t>(number % 3)};
  d.vp = static_cast<std::uint32_t>(number % 2);
  d.begin = 2_ms * number;
  d.end = d.begin + 2_ms;
  d.enqueue = d.begin - 10_us;
  d.ready = d.enqueue - 20_us;
  d.waiting = d.ready - 30_us;
  d.entitled = 1500_us;
  d.dispatch_reason = 3;
  d.preempt_reason = 2;
  return d;
}

/// Everything once, as a simulation would record it.
inline void record_sample(Recorder& recorder) {
  const NameId busy = recorder.intern("busy");
  const TrackId server = recorder.add_track("server", TrackId::none, "frame1");
  const TrackId core = recorder.add_track("core", server, "1");
  for (std::int64_t second = 0; second < 4; ++second) {
    for (std::int64_t n = 0; n < 5; ++n) recorder.dispatch(sample_dispatch(second * 500 + n));
    recorder.span(core, busy, SimTime::from_s(second), SimTime::from_s(second) + 3_ms, 0.5);
    recorder.counter(core, busy, SimTime::from_s(second), 2.5);
    recorder.instant(core, busy, SimTime::from_s(second), "went on");
    for (std::uint32_t p = 0; p < 3; ++p) recorder.interval(sample_interval(PartitionId{p}, second));
    recorder.vp_interval({ServerId{0}, PartitionId{0}, 1, SimTime::from_s(second), SimTime::from_s(second + 1), 300_ms, 20_ms, 10_ms, 110,
                          90, 20, 100, 8, 2});
    recorder.logical_interval({ServerId{0}, PartitionId{0}, 1, 3, SimTime::from_s(second), SimTime::from_s(second + 1), 200_ms, 50_ms,
                               SimTime{}, 50_ms, 250_ms, 70, 30, 60, 8, 2});
    recorder.pool_interval({ServerId{0}, PoolId{1}, SimTime::from_s(second), SimTime::from_s(second + 1), 500_ms, 1500_ms});
    recorder.hcall_interval({ServerId{0}, PartitionId{2}, 0xE0, SimTime::from_s(second), SimTime::from_s(second + 1), 90, 0});
    recorder.hcall_interval({ServerId{0}, PartitionId{0}, 0x108, SimTime::from_s(second), SimTime::from_s(second + 1), 40, 3});
    recorder.device_interval({1, SimTime::from_s(second), SimTime::from_s(second + 1), 200, 819'200, 1_ms});
    recorder.progress(SimTime::from_s(second + 1));
  }
  recorder.control({1, 4_s, "{at: 4 s, partition: web, entitlement: 0.8}"});
  recorder.log(4_s, Severity::warning, "web: entitlement changed to 0.80 PU");
  recorder.metrics({{"web.physc", 0.4003, "PU", "physical processors consumed", 0.0012},
                    {"web.orders.response.p99", std::numeric_limits<double>::quiet_NaN(), "ms", "arrival to completion"}});
  recorder.expectations({{"web.physc = 0.4 within 2 %", "web.physc", true, 0.4003, "PU", ""},
                         {"web.orders.response.p99 < 20 ms", "web.orders.response.p99", false, std::numeric_limits<double>::quiet_NaN(),
                          "ms", "there is no sample"}});
  recorder.remarks({"web.orders: the first 12 s of the measured part still look like warmup; try warmup: 14 s"});
}

}  // namespace lparsim::trace
