// Virtual I/O from the scenario to the run file: what people write, and what they then read.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "sim/app/lparsim_process.hpp"

namespace lparsim::app {
namespace {

using testing::ElementsAre;

// A client with two paths to a disk, one to the storage network, and a host to call, for as long as `events` let it.
std::string scenario(const std::string& events, const std::string& disk_keys = "health_check: 1 s, recovery: fast_fail") {
  return R"(lparsim: 1
name: io
duration: 12 s
storage:
  - {name: lun0, type: fixed, service: 1 ms, channels: 4}
  - {name: lun1, type: ssd}
network:
  hosts: [{name: gateway}]
server:
  processor: {generation: POWER9, cores: 3, frequency: 3.8 GHz}
  partitions:
    - name: vios1
      type: vios
      processors: {entitlement: 0.5, virtual: 2}
      adapters: [{name: ent0, type: ethernet}, {name: fcs0, type: fibre_channel}]
      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}]
      shared_ethernet: [{name: sea0, adapter: ent0, ha_mode: auto, trunks: [{priority: 1}]}]
    - name: vios2
      type: vios
      processors: {entitlement: 0.5, virtual: 2}
      adapters: [{name: ent0, type: ethernet}, {name: fcs0, type: fibre_channel}]
      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}]
      shared_ethernet: [{name: sea0, adapter: ent0, ha_mode: auto, trunks: [{priority: 2}]}]
    - name: web
      processors: {entitlement: 0.5, virtual: 2}
      disks:
        - {name: sda, backing: [vios1.hdisk0, vios2.hdisk0], )" +
         disk_keys + R"(}
        - {name: sdb, storage: lun1, paths: [vios1.fcs0, vios2.fcs0], )" +
         disk_keys + R"(}
      ethernet: [{name: eth0}]
      workloads:
        - {name: reads, type: closed, users: 3, think: 4 ms, transaction: [{disk_read: sda, size: 4 KiB}]}
        - {name: writes, type: closed, users: 3, think: 4 ms, transaction: [{disk_write: sdb, size: 64 KiB}]}
        - {name: calls, type: closed, users: 3, think: 4 ms, transaction: [{call: gateway, request: 200 B, response: 4 KiB}]}
)" + events;
}

class VirtualIo : public testing::Test {
 protected:
  /// Runs it, which must succeed.
  void run(const std::string& text, const std::string& options = "") {
    lparsim.write("s.yaml", text);
    const Finished finished = lparsim("run s.yaml " + options);
    ASSERT_EQ(finished.code, 0) << finished.out << finished.err;
  }
  std::vector<std::string> rows(const std::string& query, const std::string& file = "io.db") {
    SQLite::Database database{(lparsim.folder() / file).string()};
    SQLite::Statement statement{database, query};
    std::vector<std::string> found;
    while (statement.executeStep()) found.push_back(statement.getColumn(0).getString());
    return found;
  }
  double value(const std::string& query) { return std::stod(rows(query).at(0)); }
  /// Requests to the target that ended in these seconds.
  double requests(const std::string& target, int from, int to) {
    return value("SELECT coalesce(sum(requests), 0) FROM io_interval i JOIN io_target t ON t.id = i.target WHERE t.name = '" + target +
                 "' AND begin_ps >= " + std::to_string(from) + "000000000000 AND begin_ps < " + std::to_string(to) + "000000000000");
  }
  LparsimProcess lparsim;
};

TEST_F(VirtualIo, ServesDisksOverBothTransportsAndCallsOverTheBridge) {
  run(scenario(""), "--duration 4s");
  EXPECT_THAT(rows("SELECT DISTINCT outcome FROM io_request"), testing::IsEmpty()) << "requests are recorded at level full only";
  EXPECT_GT(value("SELECT value FROM metric WHERE name = 'web.reads.throughput'"), 550);
  EXPECT_GT(value("SELECT value FROM metric WHERE name = 'web.writes.throughput'"), 600);
  EXPECT_GT(value("SELECT value FROM metric WHERE name = 'web.calls.throughput'"), 450)
      << "the bridge is there after 300 ms, and TCP tries again after 1 s";
  EXPECT_EQ(value("SELECT sum(value) FROM metric WHERE name LIKE 'web.%.errors'"), 0);
}

TEST_F(VirtualIo, RecordsStagesThatAddUpToEachRequestsLatency) {
  run(scenario(""), "--trace full --duration 500ms");
  EXPECT_GT(value("SELECT count(*) FROM io_request"), 500);
  EXPECT_THAT(rows("SELECT number FROM io_request WHERE length_ps != client_queue_ps + client_processing_ps + client_dispatch_ps + "
                   "transport_ps + vios_dispatch_ps + vios_queue_ps + vios_processing_ps + adapter_queue_ps + device_ps + network_ps + "
                   "copy_ps + remote_ps + recovery_ps"),
              testing::IsEmpty());
  // A disk that takes a millisecond for each command is the device of each of its requests for so long, or for longer behind others.
  EXPECT_EQ(value("SELECT min(device_ps) FROM io_request r JOIN io_target t ON t.id = r.target WHERE t.name = 'sda'"), 1e9);
}

TEST_F(VirtualIo, GoesOnThroughTheOtherServerWhenOneFailsAndComesBackToIt) {
  run(scenario("events:\n  - {at: 3 s, partition: vios1, state: failed}\n  - {at: 7 s, partition: vios1, state: running}\n"),
      "--trace full");
  EXPECT_EQ(value("SELECT sum(value) FROM metric WHERE name LIKE 'web.%.errors'"), 0);
  for (const char* target : {"sda", "sdb", "gateway"}) {
    for (int second = 0; second < 12; second += 2) EXPECT_GT(requests(target, second, second + 2), 300) << target << " from " << second;
  }
  EXPECT_THAT(rows("SELECT DISTINCT path FROM v_io WHERE target LIKE 'sd%' ORDER BY path"),
              ElementsAre("fcs0@vios1", "fcs0@vios2", "vscsi0@vios1", "vscsi0@vios2"));
  const auto paths = [&](const std::string& when) {
    return rows("SELECT DISTINCT path FROM io_request r JOIN io_target t ON t.id = r.target WHERE t.name = 'sda' AND " + when);
  };
  EXPECT_THAT(paths("begin_ps < 2999000000000"), ElementsAre("0"));
  EXPECT_THAT(paths("begin_ps BETWEEN 4000000000000 AND 6999000000000"), ElementsAre("1"));
  EXPECT_THAT(paths("begin_ps > 10000000000000"), ElementsAre("0"));
}

TEST_F(VirtualIo, GoesOnWhenCablesArePulled) {
  run(
      scenario("events:\n  - {at: 3 s, link: vios1.ent0, state: down}\n  - {at: 5 s, link: vios1.ent0, state: up}\n"
               "  - {at: 7 s, link: vios1.fcs0, state: down}\n  - {at: 9 s, link: vios1.fcs0, state: up}\n"));
  EXPECT_EQ(value("SELECT sum(value) FROM metric WHERE name LIKE 'web.%.errors'"), 0);
  for (const char* target : {"sda", "sdb", "gateway"}) {
    for (int second = 0; second < 12; second += 2) EXPECT_GT(requests(target, second, second + 2), 300) << target << " from " << second;
  }
}

TEST_F(VirtualIo, GivesTheBridgeToTheOtherServerWhenOneIsOnStandby) {
  run(scenario("events:\n  - {at: 3 s, shared_ethernet: vios1.sea0, ha_mode: standby}\n  - {at: 7 s, shared_ethernet: vios1.sea0, ha_mode: "
               "auto}\n"),
      "--trace full");
  // The idle one's VIOS works for virtual SCSI only, of which all of the client's first path comes to vios1.
  const auto bridged = [&](const std::string& vios, int from, int to) {
    return value("SELECT coalesce(sum(end_ps - begin_ps), 0) / 1e9 FROM v_dispatch WHERE partition = '" + vios +
                 "' AND begin_ps >= " + std::to_string(from) + "000000000000 AND begin_ps < " + std::to_string(to) + "000000000000");
  };
  EXPECT_GT(bridged("vios2", 4, 6), 3 * bridged("vios2", 0, 2));
  EXPECT_GT(bridged("vios2", 4, 6), 3 * bridged("vios2", 9, 11));
  EXPECT_EQ(value("SELECT value FROM metric WHERE name = 'web.gateway.errors'"), 0);
}

TEST_F(VirtualIo, HasAVnicUseTheBackingDeviceThatTheOperatorNames) {
  std::string text = scenario(
      "events:\n  - {at: 2 s, vnic: web.eth0, backing: vios2.ent1}\n  - {at: 4 s, link: vios2.ent1, state: down}\n"
      "  - {at: 5 s, vnic: web.eth0, backing: vios2.ent1}\n  - {at: 6 s, vnic: web.eth0, auto_priority_failover: true}\n");
  const auto change = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  };
  change("adapters: [", "adapters: [{name: ent1, type: ethernet}, ");
  change("{name: eth0}", "{name: eth0, type: vnic, backing: [vios1.ent1, vios2.ent1]}");
  run(text, "--trace full --duration 7s");
  for (int second = 0; second < 7; ++second) EXPECT_GT(requests("gateway", second, second + 1), 150) << "from " << second;
  EXPECT_EQ(value("SELECT value FROM metric WHERE name = 'web.eth0.failovers'"), 2);
  EXPECT_GT(value("SELECT value FROM metric WHERE name = 'web.eth0.sent'"), 450);
  EXPECT_THAT(rows("SELECT text FROM instant WHERE text LIKE 'web.eth0%' ORDER BY at_ps"),
              ElementsAre("web.eth0: vios2.ent1 is made active", "web.eth0: vios2.ent1 does not work and is not made active",
                          "web.eth0: auto_priority_failover becomes true"));
}

TEST_F(VirtualIo, ReportsAnErrorWhenStorageStaysAwayAndGoesOnWhenItIsBack) {
  run(scenario("events:\n  - {at: 3 s, storage: lun0, state: down}\n  - {at: 6 s, storage: lun0, state: up}\n",
               "health_check: 500 ms, recovery: fast_fail, no_path_wait: 200 ms"));
  EXPECT_GT(value("SELECT value FROM metric WHERE name = 'web.sda.errors'"), 0);
  EXPECT_EQ(value("SELECT value FROM metric WHERE name = 'web.sdb.errors'"), 0) << "the other disk is not concerned";
  EXPECT_GT(requests("sda", 8, 12), 1000);
}

TEST_F(VirtualIo, GivesTheSameRunForTheSameSeed) {
  const std::string events =
      "events:\n  - {at: 300 ms, partition: vios1, state: stopped}\n  - {at: 600 ms, partition: vios1, state: running}\n";
  run(scenario(events), "--trace full --duration 1s -o a.db");
  run(scenario(events), "--trace full --duration 1s -o b.db");
  const std::string all =
      "SELECT number || ' ' || begin_ps || ' ' || length_ps || ' ' || path || ' ' || attempts FROM io_request ORDER BY number";
  const auto first = rows(all, "a.db");
  EXPECT_GT(first.size(), 500U);
  EXPECT_EQ(first, rows(all, "b.db"));
}

TEST_F(VirtualIo, StartsAClientLaterAndStopsItInTheMiddleOfItsRequests) {
  run(scenario("events:\n  - {at: 1 s, partition: web, state: stopped}\n  - {at: 2 s, partition: web, state: running}\n"
               "  - {at: 3 s, partition: web, state: failed}\n  - {at: 4 s, partition: web, state: running}\n"),
      "--duration 6s");
  for (const char* target : {"sda", "sdb", "gateway"}) {
    EXPECT_GT(requests(target, 2, 3), 100) << target;
    EXPECT_EQ(requests(target, 3, 4), 0) << target;
    EXPECT_GT(requests(target, 5, 6), 100) << target;
  }
}

}  // namespace
}  // namespace lparsim::app
