// Whole servers with services that go wrong at random: their clients lose no request, and nobody else notices (claim.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "validation/harness/separate_run.hpp"

namespace lparsim::validation {
namespace {

constexpr int kFaults = 10;
constexpr std::int64_t kHealedMs = 2'000;
constexpr std::int64_t kEndMs = 2 * kHealedMs + 2'000;

class Draw {
 public:
  explicit Draw(int seed) : random_{static_cast<std::uint64_t>(seed), "faults of services"} {}
  std::int64_t below(std::int64_t limit) { return static_cast<std::int64_t>(random_.bits() % static_cast<std::uint64_t>(limit)); }
  template <std::size_t N>
  const char* one_of(const char* const (&words)[N]) {
    return words[below(N)];
  }

 private:
  RandomStream random_;
};

struct Faults {
  std::string of_cache, of_guard;  ///< `faults` of a service each
  std::string events;
  std::string policy;     ///< of both
  bool may_fail = false;  ///< requests may be answered with an error
};

std::string fault(Draw& draw, bool& may_fail) {
  const char* kind = draw.one_of({"crash", "restart", "hang", "spin", "slow", "late", "wrong", "duplicate", "violation"});
  may_fail |= std::string{kind} == "wrong";
  const std::int64_t begin = 200 + draw.below(kHealedMs - 800);
  std::string text = fmt::format("{{kind: {}, at: {} ms, for: {} ms", kind, begin, 5 + draw.below(400));
  if (draw.below(2) == 0 && std::string{kind} != "crash" && std::string{kind} != "restart") text += ", probability: 0.3";
  return text + "}";
}

Faults draw_faults(int seed) {
  Draw draw{seed};
  Faults faults;
  for (int i = 0; i < kFaults; ++i) {
    std::string& all = i % 2 == 0 ? faults.of_cache : faults.of_guard;
    all += (all.empty() ? "" : ", ") + fault(draw, faults.may_fail);
  }
  const std::int64_t suspended = 300 + draw.below(kHealedMs - 900);
  const char* which = draw.one_of({"cache", "guard"});
  faults.events = fmt::format("events:\n  - {{at: {} ms, vsp: {}, suspend: true}}\n  - {{at: {} ms, vsp: {}, suspend: false}}\n", suspended,
                              which, suspended + 200 + draw.below(300), which);
  const char* absent = draw.one_of({"open", "closed", "freeze"});
  const char* slow = draw.one_of({"open", "closed", "freeze"});
  const char* after = draw.one_of({"open", "closed"});
  const char* in_flight = draw.one_of({"abort", "reissue", "fail"});
  const auto is = [](const char* word, const char* other) {
    return std::string{word} == other;
  };
  const bool waits = is(absent, "freeze") || is(slow, "freeze") || is(in_flight, "reissue");
  faults.policy = fmt::format("deadline: 2 ms, wall_limit: 100 ms, when_absent: {}, when_slow: {}, in_flight: {}", absent, slow, in_flight);
  if (waits) faults.policy += fmt::format(", freeze: 150 ms, after_freeze: {}", after);
  faults.may_fail |= is(absent, "closed") || is(slow, "closed") || !is(in_flight, "reissue") || (waits && is(after, "closed"));
  return faults;
}

/// `app` uses what cache and guard hook; `apart` has processors, VIOS and disk of its own; `beside` shares processors with them.
std::string scenario(int seed, const Faults& faults) {
  const auto listed = [](const std::string& all) {
    return all.empty() ? std::string{} : "\n        faults: [" + all + "]";
  };
  return fmt::format(R"(
lparsim: 1
name: vsp-faults
seed: {}
duration: {} ms
storage:
  - {{name: lun0, type: fixed, service: exponential(1 ms), channels: 8}}
  - {{name: lun1, type: fixed, service: exponential(1 ms), channels: 8}}
network:
  hosts: [{{name: bank, service: exponential(500 us)}}]
server:
  processor: {{generation: POWER9, cores: 6, cores_per_chip: 12, frequency: 3.4 GHz}}
  partitions:
    - name: vios1
      type: vios
      processors: {{mode: dedicated, cores: 1}}
      adapters: [{{name: ent0, type: ethernet}}]
      disks: [{{name: hdisk0, storage: lun0, queue_depth: 64}}]
      shared_ethernet: [{{name: sea0, adapter: ent0, trunks: [{{pvid: 1}}]}}]
    - name: vios2
      type: vios
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, storage: lun1}}]
    - name: app
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: sda, backing: vios1.hdisk0}}]
      ethernet: [{{name: eth0}}]
      workloads:
        - {{name: updates, type: closed, users: 6, think: exponential(10 ms), transaction: [{{disk_read: sda, size: 8 KiB}}, {{disk_write: sda, size: 8 KiB}}]}}
        - {{name: payments, type: closed, users: 4, think: exponential(20 ms), transaction: [{{call: bank, request: 1 KiB, response: 3 KiB}}]}}
        - {{name: reports, type: closed, users: 1, think: 50 ms, transaction: [{{send: bank, size: 64 KiB}}]}}
    - name: apart
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: sda, backing: vios2.hdisk0}}]
      workloads:
        - {{name: batch, type: closed, users: 4, think: exponential(5 ms), transaction: [{{compute: exponential(1 ms)}}, {{disk_read: sda, size: 8 KiB}}]}}
    - name: beside
      processors: {{entitlement: 0.6, virtual: 2, capped: true}}
      workloads:
        - {{name: orders, type: open, arrivals: poisson(200 /s), transaction: [{{compute: exponential(1 ms)}}]}}
    - name: cache
      type: vsp
      processors: {{entitlement: 0.4, capped: true}}
      memory: 512 MiB
      vsp:
        behaviour: {{time: exponential(40 us), verdict: native}}
        backoff: 20 ms
        quarantine: 300 ms
        ejection_window: 1 s
        notice: 20 ms
        hooks: [{{hook: vscsi.command, role: provider, clients: [app], {}}}]{}
    - name: guard
      type: vsp
      processors: {{entitlement: 0.4, capped: true}}
      memory: 512 MiB
      vsp:
        behaviour: {{time: exponential(10 us)}}
        backoff: 20 ms
        quarantine: 300 ms
        ejection_window: 1 s
        notice: 20 ms
        hooks: [{{hook: sea.forward, role: filter, clients: [vios1], {}}}]{}
{})",
                     seed, kEndMs, faults.policy, listed(faults.of_cache), faults.policy, listed(faults.of_guard), faults.events);
}

Faults none(const Faults& faults) {
  return {"", "", "", faults.policy, false};
}

constexpr int kScenarios = 60;
class FaultyServices : public testing::TestWithParam<int> {};

TEST_P(FaultyServices, LoseNoRequestAndDisturbNobodyElse) {
  const Faults faults = draw_faults(GetParam());
  const SeparateRun run{scenario(GetParam(), faults), trace::Level::full};
  std::vector<bool> ended;
  std::vector<SimTime> begins;
  SimTime last_begin[3];  // of those to the disk, calls, sends
  std::size_t failed = 0, served = 0;
  const auto all = run.reader().io_requests([&](const trace::IoRequest& request) {
    if (request.number >= ended.size()) {
      ended.resize(request.number + 1);
      begins.resize(request.number + 1);
    }
    EXPECT_FALSE(ended[request.number]) << "request " << request.number << " ended twice";
    ended[request.number] = true;
    begins[request.number] = request.begin;
    failed += request.outcome != trace::IoOutcome::done;
    const SimTime sum = std::accumulate(request.stages.begin(), request.stages.end(), SimTime{});
    EXPECT_EQ(sum, request.end - request.begin) << "request " << request.number;
    const std::size_t kind = request.kind == trace::IoKind::call ? 1 : request.kind == trace::IoKind::send ? 2 : 0;
    last_begin[kind] = std::max(last_begin[kind], request.begin);
    ++served;
    if (kind == 0) {
      EXPECT_LT(request.end - request.begin, SimTime::from_ms(600)) << "request " << request.number << ": wall limit, freeze, disk";
    }
  });
  ASSERT_TRUE(all) << all.error();
  const SimTime end = SimTime::from_ms(kEndMs);
  for (std::size_t i = 0; i < ended.size(); ++i) {
    if (ended[i]) continue;
    begins[i] = i == 0 ? SimTime{} : begins[i - 1];
    EXPECT_GT(begins[i], end - SimTime::from_ms(200)) << "request " << i << " hangs";
  }
  for (const SimTime last : last_begin) EXPECT_GT(last, end - SimTime::from_ms(400)) << "users go on";
  EXPECT_GT(served, 3'000U);
  if (!faults.may_fail) {
    EXPECT_EQ(failed, 0U);
  }
  // Both are back.
  const auto events = run.reader().vsp_events();
  ASSERT_TRUE(events) << events.error();
  std::array<std::string_view, 16> state{};
  for (const trace::VspEvent& event : *events) state[index(event.vsp)] = trace::name_in(trace::kVspStates, event.state);
  EXPECT_EQ(std::ranges::count(state, "ready"), 2);
  EXPECT_GT(events->size(), 20U);
  RecordProperty("requests", fmt::format("{} requests, {} failed, {} events of services", served, failed, events->size()));

  // Whoever shares nothing with them: every figure, to the last bit.
  const SeparateRun without{scenario(GetParam(), none(faults))};
  std::size_t compared = 0;
  for (const auto& metric : without.metrics().all()) {
    if (!metric.name.starts_with("apart.") && !metric.name.starts_with("vios2.")) continue;
    const double value = run[metric.name];
    EXPECT_TRUE(value == metric.value || (std::isnan(value) && std::isnan(metric.value)))
        << metric.name << " " << value << " " << metric.value;
    ++compared;
  }
  EXPECT_GT(compared, 50U);
}

INSTANTIATE_TEST_SUITE_P(Seed, FaultyServices, testing::Range(0, kScenarios));

struct Spread {
  double mean, deviation;
};
Spread spread(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1))};
}

// Whoever shares processors with them is moved about by the dispatcher, faults or not: as much as another seed moves it at most.
TEST(ServicesThatFail, LeaveAPartitionOnTheSameProcessorsWithinItsOwnNoise) {
  constexpr const char* kFigures[] = {"beside.orders.throughput", "beside.orders.response.mean", "beside.orders.response.p95",
                                      "beside.physc"};
  std::vector<double> with[4], without[4];
  for (int seed = 100; seed < 120; ++seed) {
    const Faults faults = draw_faults(seed);
    const SeparateRun faulty{scenario(seed, faults)};
    const SeparateRun quiet{scenario(seed, none(faults))};
    for (std::size_t i = 0; i < 4; ++i) {
      with[i].push_back(faulty[kFigures[i]]);
      without[i].push_back(quiet[kFigures[i]]);
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const Spread faulty = spread(with[i]), quiet = spread(without[i]);
    RecordProperty(fmt::format("figure{}", i), fmt::format("{}: {:.4f} +- {:.4f}, with faults {:.4f} +- {:.4f}", kFigures[i], quiet.mean,
                                                           quiet.deviation, faulty.mean, faulty.deviation));
    EXPECT_NEAR(faulty.mean, quiet.mean, 0.5 * quiet.deviation) << kFigures[i];
    EXPECT_LT(faulty.deviation, 1.5 * quiet.deviation) << kFigures[i];
    for (std::size_t run = 0; run < with[i].size(); ++run) {
      EXPECT_NEAR(with[i][run], without[i][run], 2 * quiet.deviation) << kFigures[i] << ", seed " << 100 + run;
    }
  }
}

}  // namespace
}  // namespace lparsim::validation
