#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "sim/scenario/read_scenario.hpp"

namespace lparsim::scenario {
namespace {

constexpr const char* kBase = R"(lparsim: 1
name: base
duration: 10 s
server:
  processor: {generation: POWER9, cores: 4, frequency: 3.8 GHz}
  memory: 64 GiB
  pools: [{name: small, maximum: 1, reserved: 0.2}]
  hypervisor: {dispatch_cost: 1 us}
  partitions:
    - name: web
      processors: {entitlement: 0.5, virtual: 2, pool: small}
      workloads: [{name: orders, type: open, arrivals: poisson(10 /s), transaction: [{compute: 1 ms}]}]
    - name: db
      processors: {mode: dedicated, cores: 1}
    - name: batch
      processors: {entitlement: 1, virtual: 2}
      state: stopped
events:
  - {at: 5 s, partition: web, entitlement: 0.8}
  - {at: 2 s, partition: batch, state: running}
expect:
  - web.physc < 1
)";

/// A small change to the base, and every diagnostic that it brings, after the file's name.
struct Case {
  std::string from;
  std::string to;
  std::vector<std::string> expected;
};

std::string changed(const std::string& from, const std::string& to) {
  std::string text = kBase;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::vector<std::string> diagnostics_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream printed{read_scenario_text("s", text).diagnostics.text()};
  for (std::string line; std::getline(printed, line);) lines.push_back(line.starts_with("s:") ? line.substr(2) : line);
  return lines;
}

const std::vector<Case> kCases = {
    // clang-format off
    {"lparsim: 1",
     "lparsim: 2",
     {"1:10: lparsim: `2` is no format version that this lparsim reads; allowed: 1"}},
    {"name: base",
     "name: \"1st\"",
     {"2:7: name: `1st` is no name; allowed: a letter, then letters, digits, `_` and `-`, at most 63 in all"}},
    {"duration: 10 s",
     "duration: 0 s",
     {"3:11: duration: `0 s` is out of range; allowed: more than 0 s, at most 100 d"}},
    {"duration: 10 s",
     "duration: 101 d",
     {"3:11: duration: `101 d` is out of range; allowed: more than 0 s, at most 100 d"}},
    {"duration: 10 s",
     "duration: 10 s\nwarmup: 10 s",
     {"4:9: warmup: 10 s leave nothing to measure; allowed: less than the duration, 10 s"}},
    {"duration: 10 s",
     "duration: 10 s\nseed: 1.5",
     {"4:7: seed: `1.5` is not a whole number; allowed: a whole number such as `4`"}},
    {"duration: 10 s",
     "duration: 10 s\nsample_interval: 10 us",
     {"4:18: sample_interval: `10 us` is out of range; allowed: 1 ms to 1 d"}},
    {"server:",
     "servers:",
     {"4:1: servers: a mapping stands here; allowed: a list (lines that begin with `- `, or `[a, b]`)"}},
    {"server:",
     "servers: []\nserver:",
     {"4:1: servers: stands beside `server`; allowed: one of the two"}},
    {"generation: POWER9, ",
     "",
     {"5:3: server.processor.generation: the key `generation` is missing; allowed: a generation such as `POWER9`, or a `model` for the server"}},
    {"generation: POWER9",
     "generation: POWR9",
     {"5:27: server.processor.generation: `POWR9` is not one of them (did you mean `POWER9`?); allowed: POWER5, POWER5+, POWER6, POWER7, POWER7+, POWER8, POWER9, POWER10, Power10"}},
    {"cores: 4",
     "cores: 257",
     {"5:42: server.processor.cores: `257` is out of range; allowed: 1 to 256"}},
    {"frequency: 3.8 GHz",
     "frequency: 3.8",
     {"5:56: server.processor.frequency: `3.8` has no unit; allowed: a frequency such as `3.8 GHz` (Hz, kHz, MHz, GHz)"}},
    {"frequency: 3.8 GHz",
     "frequency: 3.8 GHz, smt: 3",
     {"5:70: server.processor.smt: `3` is no number of threads per core; allowed: 1, 2, 4 or 8"}},
    {"generation: POWER9, cores: 4, frequency: 3.8 GHz",
     "generation: POWER7, cores: 4, frequency: 3.8 GHz, smt: 8",
     {"5:70: server.processor.smt: 8 threads per core are more than POWER7 has; allowed: at most 4"}},
    {"  processor:",
     "  model: 9009-42B\n  processor:",
     {"5:10: server.model: the model `9009-42B` is not in the machine catalogue; did you mean `9009-42A`?"}},
    {"  processor: {generation: POWER9, cores: 4",
     "  model: 9009-42A\n  processor: {generation: POWER9, cores: 40",
     {"6:42: warning: server.processor.cores: 40 cores are more than the 24 of a 9009-42A 2.7 GHz"}},
    {"  processor: {generation: POWER9, cores: 4, frequency: 3.8 GHz}",
     "  name: frame1",
     {"4:1: server.processor.generation: the key `generation` is missing; allowed: a generation such as `POWER9`, or a `model` for the server",
      "4:1: server.processor.cores: the key `cores` is missing; allowed: a whole number such as `4`, or a `model` for the server",
      "4:1: server.processor.frequency: the key `frequency` is missing; allowed: a frequency such as `3.8 GHz`, or a `model` for the server"}},
    {"memory: 64 GiB",
     "memory: 1 GiB",
     {"13:7: server.partitions.db.memory: the partitions that run take 2 GiB together; allowed: at most 1 GiB, the memory of the server"}},
    {"name: small",
     "name: default",
     {"7:18: server.pools.default.name: `default` is the pool that is always there; allowed: another name",
      "11:56: server.partitions.web.processors.pool: there is no pool `small` on server `server`; allowed: default, default",
      "20:40: events.1.state: at 2 s, the entitlements in pool `default` and its reserve add up to 1.2 PU; allowed: at most 1 PU, its maximum"}},
    {"reserved: 0.2",
     "reserved: 1.2",
     {"7:47: server.pools.small.reserved: the entitlements in pool `small` and its reserve add up to 1.7 PU; allowed: at most 1 PU, its maximum"}},
    {"reserved: 0.2",
     "reserved: 0.6",
     {"11:33: server.partitions.web.processors.entitlement: the entitlements in pool `small` and its reserve add up to 1.1 PU; allowed: at most 1 PU, its maximum"}},
    {"maximum: 1, reserved: 0.2",
     "reserved: 3.5",
     {"7:3: server.pools: the entitlements of the partitions that run and what pools reserve add up to 4 PU; allowed: at most 3 PU, the shared cores of the server"}},
    {"[{name: small, maximum: 1, reserved: 0.2}]",
     "[{name: small}, {name: small}]",
     {"7:33: server.pools.small.name: the name `small` is already taken at s:7:18; allowed: a name of its own"}},
    {"dispatch_cost: 1 us",
     "cache_model: refill",
     {"8:29: server.hypervisor.cache_model: `refill` is not there yet in this version of lparsim; allowed: none"}},
    {"dispatch_cost: 1 us",
     "cache_model: cold",
     {"8:29: server.hypervisor.cache_model: `cold` is not one of them; allowed: none"}},
    {"dispatch_cost: 1 us",
     "dispatch_cost: 1 ms",
     {"8:31: server.hypervisor.dispatch_cost: a slice of excess capacity, 1 ms, would be lost in switching; allowed: less than excess_slice"}},
    {"dispatch_cost: 1 us",
     "dispatch_cost: 900 us, dispatch_window: 2 ms",
     {"11:33: server.partitions.web.processors.entitlement: 0.5 PU on 2 virtual processors make slices of 500 us a window, which would be lost in switching; allowed: more than the dispatch_cost, 900 us",
      "19:44: events.0.entitlement: at 5 s, 0.8 PU on 2 virtual processors make slices of 800 us a window, which would be lost in switching; allowed: more than the dispatch_cost, 900 us"}},
    {"dispatch_cost: 1 us",
     "excess_slice: 20 ms",
     {"8:30: server.hypervisor.excess_slice: 20 ms are more than a window; allowed: at most the dispatch_window, 10 ms"}},
    {"dispatch_cost: 1 us",
     "share_excess_by: vp",
     {"8:33: server.hypervisor.share_excess_by: `vp` is not one of them; allowed: partition, virtual_processor"}},
    {"name: web",
     "name: server",
     {"10:13: server.partitions.server.name: the metrics of all servers begin with `server`; allowed: another name for a partition",
      "19:26: events.0.partition: there is no partition `web`; allowed: server, db, batch",
      "22:5: expect.0: unknown metric `web.physc`; did you mean `db.physc`?"}},
    {"name: web",
     "name: db",
     {"13:13: server.partitions.db.name: the name `db` is already taken at s:10:13; allowed: a name of its own",
      "19:26: events.0.partition: there is no partition `web`; allowed: db, db, batch"}},
    {"name: web",
     "name: web.1",
     {"10:13: server.partitions.0.name: `web.1` is no name; allowed: a letter, then letters, digits, `_` and `-`, at most 63 in all"}},
    {"virtual: 2, pool",
     "virtual: 20, pool",
     {"11:33: server.partitions.web.processors.entitlement: 0.5 PU on 20 virtual processors are too little; allowed: at least 0.05 PU a virtual processor on POWER9, here 1 PU",
      "19:44: events.0.entitlement: at 5 s, 0.8 PU on 20 virtual processors are too little; allowed: at least 0.05 PU a virtual processor on POWER9, here 1 PU"}},
    {"virtual: 2, pool",
     "virtual: 300, pool",
     {"11:47: server.partitions.web.processors.virtual: `300` is out of range; allowed: 1 to 256"}},
    {"entitlement: 0.5, virtual: 2",
     "entitlement: 1.5, virtual: 1",
     {"11:33: server.partitions.web.processors.entitlement: 1.5 PU on 1 virtual processor are too much; allowed: at most 1 PU a virtual processor",
      "11:33: server.partitions.web.processors.entitlement: the entitlements in pool `small` and its reserve add up to 1.7 PU; allowed: at most 1 PU, its maximum"}},
    {"entitlement: 0.5, virtual: 2",
     "entitlement: 0.005, virtual: 2",
     {"11:33: server.partitions.web.processors.entitlement: `0.005` is too fine; allowed: granularity 0.01 PU"}},
    {"virtual: 2, pool: small",
     "virtual: 2, weight: 256",
     {"11:58: server.partitions.web.processors.weight: `256` is out of range; allowed: at most 255"}},
    {"pool: small}",
     "pool: smal}",
     {"11:56: server.partitions.web.processors.pool: there is no pool `smal` on server `server`; did you mean `small`?"}},
    {"pool: small}",
     "pool: small, cores: 1}",
     {"11:63: server.partitions.web.processors: unknown key `cores` (it belongs to mode: dedicated); allowed: mode, entitlement, virtual, capped, weight, pool"}},
    {"mode: dedicated, cores: 1",
     "mode: dedicated, cores: 5",
     {"14:44: server.partitions.db.processors.cores: dedicated partitions take 5 cores together; allowed: at most 4, those of the server"}},
    {"mode: dedicated, cores: 1",
     "mode: dedicated, cores: 3",
     {"20:40: events.1.state: at 2 s, the entitlements of the partitions that run and what pools reserve add up to 1.7 PU; allowed: at most 1 PU, the shared cores of the server"}},
    {"mode: dedicated, cores: 1",
     "mode: dedicated, cores: 1, donate: true, sharing_mode: keep_idle_procs",
     {"14:55: server.partitions.db.processors.donate: stands beside sharing_mode, which says the same; allowed: one of the two"}},
    {"mode: dedicated, cores: 1",
     "mode: donating, cores: 1",
     {"14:26: server.partitions.db.processors.mode: `donating` is not one of them; allowed: shared, dedicated"}},
    {"      state: stopped",
     "      state: stoped",
     {"17:14: server.partitions.batch.state: `stoped` is not one of them (did you mean `stopped`?); allowed: running, stopped"}},
    {"      state: stopped",
     "      memory: 100 MiB",
     {"17:15: server.partitions.batch.memory: `100 MiB` is out of range; allowed: 128 MiB to 64 TiB",
      "20:40: events.1.state: `batch` runs already at 2 s; allowed: stopped"}},
    {"      state: stopped",
     "      smt: 16",
     {"17:12: server.partitions.batch.smt: `16` is no number of threads per core; allowed: 1, 2, 4 or 8",
      "20:40: events.1.state: `batch` runs already at 2 s; allowed: stopped"}},
    {"processors: {entitlement: 1, virtual: 2}\n      state: stopped",
     "processors: {entitlement: 2.6, virtual: 3}",
     {"16:33: server.partitions.batch.processors.entitlement: the entitlements of the partitions that run and what pools reserve add up to 3.3 PU; allowed: at most 3 PU, the shared cores of the server",
      "19:40: events.1.state: `batch` runs already at 2 s; allowed: stopped"}},
    {"poisson(10 /s)",
     "poison(10 /s)",
     {"12:56: server.partitions.web.workloads.orders.arrivals: \"poison\" is not a distribution; write a value such as 5 ms, exponential(mean), uniform(a, b), normal(mean, sd), lognormal(mean, cv), erlang(k, mean) or hyperexponential(mean, cv); arrivals are poisson(rate), every(period) or a distribution of the gap"}},
    {"poisson(10 /s)",
     "poisson(10)",
     {"12:56: server.partitions.web.workloads.orders.arrivals: poisson needs its rate, such as poisson(200 /s); `10` has no unit; allowed: a rate such as `200 /s` (/s, /ms, /us, /min, /h)"}},
    {"poisson(10 /s)",
     "every(3 cycles)",
     {"12:56: server.partitions.web.workloads.orders.arrivals: arrivals are apart by a time, not by cycles"}},
    {"poisson(10 /s)",
     "every(2 d)",
     {"12:56: server.partitions.web.workloads.orders.arrivals: `every(2 d)` is too long; allowed: a mean of at most 1 d"}},
    {"compute: 1 ms",
     "compute: 0 ms",
     {"12:96: server.partitions.web.workloads.orders.transaction.0.compute: `0 ms` is too short; allowed: a mean of at least 1 ns or 1 cycle"}},
    {"compute: 1 ms",
     "compute: exponential(1 ms",
     {"12:96: server.partitions.web.workloads.orders.transaction.0.compute: \"exponential(1 ms\" lacks its closing bracket at the end; write a value such as 5 ms, exponential(mean), uniform(a, b), normal(mean, sd), lognormal(mean, cv), erlang(k, mean) or hyperexponential(mean, cv)"}},
    {"compute: 1 ms",
     "wait: 1 ms",
     {"12:87: server.partitions.web.workloads.orders.transaction.0: unknown key `wait`; allowed: compute"}},
    {"transaction: [{compute: 1 ms}]",
     "transaction: []",
     {"12:72: server.partitions.web.workloads.orders.transaction: the list is empty; allowed: at least one element"}},
    {"type: open",
     "type: opne",
     {"12:40: server.partitions.web.workloads.orders.type: `opne` is not one of them (did you mean `open`?); allowed: spin, open, closed, batch"}},
    {"type: open",
     "type: closed, users: 3, think: 4 kcycles",
     {"12:65: server.partitions.web.workloads.orders.think: `4 kcycles` is a number of cycles; allowed: a time",
      "12:76: server.partitions.web.workloads.orders: unknown key `arrivals` (it belongs to type: open); allowed: name, type, users, think, transaction"}},
    {"type: open, arrivals: poisson(10 /s), transaction: [{compute: 1 ms}]",
     "type: batch, jobs: 0, transaction: [{compute: 1 ms}]",
     {"12:53: server.partitions.web.workloads.orders.jobs: `0` is out of range; allowed: 1 to 1000000000000"}},
    {"type: open, arrivals: poisson(10 /s), transaction: [{compute: 1 ms}]",
     "type: spin, threads: 1000001",
     {"12:55: server.partitions.web.workloads.orders.threads: `1000001` is out of range; allowed: 1 to 1000000"}},
    {"partition: web, entitlement: 0.8",
     "partition: wbe, entitlement: 0.8",
     {"19:26: events.0.partition: there is no partition `wbe`; did you mean `web`?"}},
    {"partition: web, entitlement: 0.8",
     "partition: web",
     {"19:5: events.0: this event changes nothing; allowed: at least one of entitlement, weight, virtual, capped, state"}},
    {"partition: web, entitlement: 0.8",
     "partition: web, entitlement: 0.05",
     {"19:44: events.0.entitlement: at 5 s, 0.05 PU on 2 virtual processors are too little; allowed: at least 0.05 PU a virtual processor on POWER9, here 0.1 PU"}},
    {"partition: web, entitlement: 0.8",
     "partition: web, entitlement: 2.5",
     {"19:44: events.0.entitlement: at 5 s, 2.5 PU on 2 virtual processors are too much; allowed: at most 1 PU a virtual processor"}},
    {"partition: web, entitlement: 0.8",
     "partition: web, virtual: 16",
     {"19:40: events.0.virtual: at 5 s, 0.5 PU on 16 virtual processors are too little; allowed: at least 0.05 PU a virtual processor on POWER9, here 0.8 PU"}},
    {"partition: web, entitlement: 0.8",
     "partition: web, entitlement: 0.9",
     {"19:44: events.0.entitlement: at 5 s, the entitlements in pool `small` and its reserve add up to 1.1 PU; allowed: at most 1 PU, its maximum"}},
    {"partition: web, entitlement: 0.8",
     "partition: web, state: running",
     {"19:38: events.0.state: `web` runs already at 5 s; allowed: stopped"}},
    {"partition: web, entitlement: 0.8",
     "partition: db, weight: 3, virtual: 2, capped: true, entitlement: 1",
     {"19:38: events.0.weight: `db` has dedicated processors; allowed: state, the only change for such a partition",
      "19:50: events.0.virtual: `db` has dedicated processors; allowed: state, the only change for such a partition",
      "19:61: events.0.capped: `db` has dedicated processors; allowed: state, the only change for such a partition",
      "19:80: events.0.entitlement: `db` has dedicated processors; allowed: state, the only change for such a partition"}},
    {"partition: batch, state: running",
     "partition: batch, state: stopped",
     {"20:40: events.1.state: `batch` is stopped already at 2 s; allowed: running"}},
    {"at: 5 s",
     "at: 10 s",
     {"19:10: warning: events.0.at: never happens: the simulation ends at 10 s"}},
    {"at: 5 s",
     "at: -5 s",
     {"19:10: events.0.at: `-5 s` is negative; allowed: a time such as `10 ms` (ns, us, ms, s, min, h, d)"}},
    {"virtual: 2}\n      state: stopped",
     "virtual: 2}\n      memory: 63 GiB\n      state: stopped",
     {"21:40: events.1.state: at 2 s, the partitions that run take 65 GiB together; allowed: at most 64 GiB, the memory of the server"}},
    {"virtual: 2}\n      state: stopped",
     "virtual: 3}\n      state: stopped\nxx: 1",
     {"18:1: unknown key `xx`; allowed: lparsim, name, description, seed, duration, warmup, sample_interval, server, servers, events, expect"}},
    {"{entitlement: 1, virtual: 2}",
     "{entitlement: 2.5, virtual: 3}",
     {"20:40: events.1.state: at 2 s, the entitlements of the partitions that run and what pools reserve add up to 3.2 PU; allowed: at most 3 PU, the shared cores of the server"}},
    {"web.physc < 1",
     "web.pysc < 1",
     {"22:5: expect.0: unknown metric `web.pysc`; did you mean `web.physc`?"}},
    {"web.physc < 1",
     "web.physc",
     {"22:5: expect.0: `web.physc`: after the metric comes one of < <= > >= = between"}},
    {"web.physc < 1",
     "web.physc < 20 ms",
     {"22:5: expect.0: `web.physc < 20 ms`: wrong unit `ms`: it is measured in PU"}},
    {"web.physc < 1",
     "nothing.like.that < 1",
     {"22:5: expect.0: unknown metric `nothing.like.that`; allowed: names such as `web.physc` (docs/scenario.md lists them)"}},
    {"web.physc < 1",
     "web.physc between 2 and 1",
     {"22:5: expect.0: `web.physc between 2 and 1`: the first value of `between` is the smaller one"}},
    // clang-format on
};

TEST(ScenarioChecks, AcceptTheBase) {
  EXPECT_THAT(diagnostics_of(kBase), testing::IsEmpty());
}

class ScenarioCheck : public testing::TestWithParam<std::size_t> {};

TEST_P(ScenarioCheck, SaysWhatIsWrongAndWhere) {
  const Case& c = kCases[GetParam()];
  EXPECT_EQ(diagnostics_of(changed(c.from, c.to)), c.expected) << c.from << " -> " << c.to;
}

INSTANTIATE_TEST_SUITE_P(Table, ScenarioCheck, testing::Range(std::size_t{0}, kCases.size()));

}  // namespace
}  // namespace lparsim::scenario
