// A service in the way of two partitions' disks, with less and less of a processor (claim.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "validation/harness/separate_run.hpp"
#include "validation/oracles/capped.hpp"

namespace lparsim::validation {
namespace {

constexpr double kUsers = 16;  // of both
constexpr double kThinkMs = 10;
// us: a message, the work, the interrupt's end where there was one, and after the answer its message.
constexpr double kMessage = 0.3;
constexpr double kWork = 100;
constexpr double kEndOfInterrupt = 0.5;

/// Only guard is on shared processors: its entitlement is all that changes. `web` and `db` pass it, `free` does not.
std::string scenario(double entitlement, const std::string& load, double measured) {
  std::string text = fmt::format(R"(
lparsim: 1
name: vsp-sweep
duration: {} s
warmup: 2 s
storage:
  - {{name: disk0, type: fixed, service: 200 us, channels: 64}}
  - {{name: disk1, type: fixed, service: 200 us, channels: 64}}
  - {{name: disk2, type: fixed, service: 200 us, channels: 64}}
server:
  processor: {{generation: POWER9, cores: 5, cores_per_chip: 12, frequency: 3.4 GHz}}
  partitions:
    - name: vios
      type: vios
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, storage: disk0, queue_depth: 256}}, {{name: hdisk1, storage: disk1, queue_depth: 256}}, {{name: hdisk2, storage: disk2, queue_depth: 256}}]
    - name: guard
      type: vsp
      processors: {{entitlement: {}, virtual: 1, capped: true}}
      memory: 512 MiB
      guest: {{snooze: 0 s, time_slice: 10 s}}
      vsp:
        behaviour: {{time: {} us}}
        hooks: [{{hook: vscsi.command, role: filter, clients: [web, db]}}]
)",
                                 2 + measured, entitlement, kWork);
  int disk = 0;
  for (const char* name : {"web", "db", "free"}) {
    text += fmt::format(R"(
    - name: {}
      type: aix
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, backing: vios.hdisk{}, queue_depth: 256}}]
      workloads: [{{name: reads, {}, transaction: [{{disk_read: hdisk0, size: 8 KiB}}]}}]
)",
                        name, disk++, load);
  }
  return text;
}

struct Point {
  double entitlement;
  double web, db, free;  ///< latency of a read, ms
  double rate;           ///< of web and db, /s
  double demand;         ///< processor time of a call by mechanism, s
  double utilisation;    ///< of what guard may have
  double added;          ///< by guard to a call, ms
  double undispatched;   ///< of that, 0 to 1
};

/// `measured`: s.
Point measure(double entitlement, const std::string& load, double measured) {
  const SeparateRun run{scenario(entitlement, load, measured)};
  Point point{};
  point.entitlement = entitlement;
  point.web = run["web.hdisk0.read.latency.mean"];
  point.db = run["db.hdisk0.read.latency.mean"];
  point.free = run["free.hdisk0.read.latency.mean"];
  point.rate = run["web.hdisk0.read.iops"] + run["db.hdisk0.read.iops"];
  point.utilisation = run["guard.physc"] / entitlement;
  point.added = run["guard.vsp.latency.mean"];
  point.undispatched = run["guard.vsp.wait"] / 100;
  const auto rows = run.reader().vsp_ledger();
  EXPECT_TRUE(rows);
  double calls = 0, doorbells = 0;
  for (const auto& row : *rows) {
    calls += static_cast<double>(row.calls);
    doorbells += static_cast<double>(row.doorbells);
  }
  point.demand = (2 * kMessage + kWork + kEndOfInterrupt * doorbells / calls) * 1e-6;
  for (const char* never : {"guard.vsp.timeouts", "guard.vsp.opened", "guard.vsp.failed", "guard.vsp.ejections"}) {
    EXPECT_EQ(run[never], 0) << never << " at " << entitlement;
  }
  return point;
}

// Users who think: a throughput, and a response, for each entitlement.
TEST(StarvationSweep, IsEverybodysBelowTheKneeAndNobodysAbove) {
  std::vector<Point> points;
  for (const double entitlement : {0.05, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.3, 0.5}) {
    points.push_back(measure(entitlement, "type: closed, users: 8, think: \"uniform(5 ms, 15 ms)\"", 20));
  }
  const Point& plenty = points.back();
  // What calls ask for when nothing stands in their way.
  const double knee = plenty.rate * plenty.demand;
  RecordProperty("knee", fmt::format("{:.4f} PU", knee));
  EXPECT_NEAR(knee, kUsers / (kThinkMs + plenty.web) * 1000 * plenty.demand, 0.01 * knee) << "Little's law";
  EXPECT_GT(knee, 0.14);
  EXPECT_LT(knee, 0.18);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point& p = points[i];
    RecordProperty(fmt::format("e{:.2f}", p.entitlement),
                   fmt::format("{:.0f} /s, web {:.3f} db {:.3f} free {:.4f} ms, guard {:.1f} % busy, {:.0f} % of {:.3f} ms without a core",
                               p.rate, p.web, p.db, p.free, p.utilisation * 100, p.undispatched * 100, p.added));
    EXPECT_NEAR(p.free, plenty.free, 0.005 * plenty.free) << "whoever does not pass it, at " << p.entitlement;
    EXPECT_NEAR(p.utilisation, p.rate * p.demand / p.entitlement, 0.005) << "utilisation law, at " << p.entitlement;
    EXPECT_LE(p.utilisation, 1.001);
    if (i > 0) {
      EXPECT_LE(p.web + p.db, (points[i - 1].web + points[i - 1].db) * 1.001) << "at " << p.entitlement;
    }
    if (p.entitlement < 0.8 * knee) {
      // Its entitlement is what there is: throughput is what that buys, and Little's law gives the rest.
      const double rate = p.entitlement / p.demand;
      const double latency = kUsers / rate * 1000 - kThinkMs;
      EXPECT_NEAR(p.rate, rate, 0.01 * rate) << "at " << p.entitlement;
      EXPECT_NEAR(p.web, latency, 0.03 * latency) << "at " << p.entitlement;
      EXPECT_NEAR(p.db, latency, 0.03 * latency) << "at " << p.entitlement;
      EXPECT_GT(p.undispatched, 0.8) << "at " << p.entitlement;
    }
    if (p.entitlement > 1.8 * knee) {
      EXPECT_NEAR(p.web, plenty.web, 0.01 * plenty.web) << "at " << p.entitlement;
      EXPECT_LT(p.undispatched, 0.01) << "at " << p.entitlement;
    }
  }
}

// Requests that come whatever happens: a queue behind a cap, given the same arrivals.
TEST(StarvationSweep, IsThatOfAQueueBehindItsCap) {
  for (const double entitlement : {0.12, 0.13, 0.15, 0.2, 0.5}) {
    const SeparateRun run{scenario(entitlement, "type: open, arrivals: poisson(500 /s)", 10), trace::Level::full};
    auto calls = run.reader().vsp_calls(ServerId{}, std::nullopt, SimTime{}, SimTime::from_s(12));
    ASSERT_TRUE(calls) << calls.error();
    ASSERT_GT(calls->size(), 10'000U);
    std::ranges::stable_sort(*calls, {}, &trace::VspCall::begin);
    // Interrupts are rare where calls come while others wait: half of them, on average, is within the tolerance.
    const SimTime demand = SimTime::from_seconds((2 * kMessage + kWork + kEndOfInterrupt / 2) * 1e-6);
    oracles::CappedQueue queue{SimTime::from_seconds(entitlement * 0.01), SimTime::from_ms(10)};
    double added = 0, expected = 0;
    for (const trace::VspCall& call : *calls) {
      added += (call.end_time - call.begin).milliseconds();
      expected += queue.serve(call.begin, demand).milliseconds() - kMessage / 1000;
    }
    added /= static_cast<double>(calls->size());
    expected /= static_cast<double>(calls->size());
    RecordProperty(fmt::format("e{:.2f}", entitlement), fmt::format("{:.4f} of {:.4f} ms", added, expected));
    EXPECT_NEAR(added, expected, 0.03 * expected) << "at " << entitlement;
  }
}

}  // namespace
}  // namespace lparsim::validation
