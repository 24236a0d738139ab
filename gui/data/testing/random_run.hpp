#pragma once
// For tests of gui/: a run file with a random history, and that history beside it for oracles.
#include <algorithm>
#include <map>
#include <vector>

#include "gui/data/open_run.hpp"
#include "gui/data/sources.hpp"
#include "sim/base/random.hpp"
#include "sim/trace/io_sample.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::gui::testing {

/// Partitions web (vp 0 and 1 on cores 1 and 2), app (vp 0 and 1 on the same) and db (its own core 0) of trace::sample_run; requests of
/// web to `sda`, calls by web and db to `app`, which plays a Virtual Service Partition. 4 s.
class RandomRun {
 public:
  explicit RandomRun(std::uint64_t seed = 1, trace::Level level = trace::Level::full) : random_{seed, "run"} {
    using namespace literals;
    trace::RunInfo info = trace::sample_run();
    info.duration = 4_s;
    info.partitions[1].type = "vsp";
    makeStays(0, {{PartitionId{2}, 0}});
    makeStays(1, {{PartitionId{0}, 0}, {PartitionId{1}, 0}});
    makeStays(2, {{PartitionId{0}, 1}, {PartitionId{1}, 1}});
    std::ranges::stable_sort(stays, {}, &trace::DispatchSpan::end);
    makeRequests();
    makeCalls();
    trace::Recorder recorder{file_.path(), level, info};
    recorder.io_target({0, ServerId{0}, PartitionId{0}, "sda", trace::IoTargetKind::disk});
    recorder.io_path({0, 0, "vscsi0", PartitionId{2}});
    const auto track = recorder.add_track("partition", recorder.add_track("server", trace::TrackId::none, "frame1"), "web");
    const auto vp_track = recorder.add_track("virtual_processor", track, "1");
    recorder.counter(track, recorder.intern(trace::kEntitlement), 2_s, 1.0);
    recorder.instant(track, recorder.intern("operator"), 2_s, "web: entitlement becomes 1 PU");
    recorder.log(2_s, trace::Severity::info, "web: entitlement becomes 1 PU");
    recorder.span(vp_track, recorder.intern(trace::kFolded), 3990_ms, 4_s);
    for (const trace::DispatchSpan& stay : stays) recorder.dispatch(stay);
    for (const trace::IoRequest& request : requests) {
      const trace::IoStep steps[] = {{1, 100_us}, {8, request.end - request.begin - 100_us}};
      recorder.io_request(request, steps);
    }
    for (const trace::VspCall& call : calls) recorder.vsp_call(call);
    for (std::int64_t second = 0; second < 4; ++second)
      for (std::uint32_t p = 0; p < 3; ++p) recorder.interval(trace::sample_interval(PartitionId{p}, second));
    for (std::int64_t second = 0; second < 4; ++second) {
      const SimTime begin = SimTime::from_s(second), end = SimTime::from_s(second + 1);
      recorder.hcall_interval({ServerId{0}, PartitionId{0}, 0xE0, begin, end, 90, 0});
      recorder.hcall_interval({ServerId{0}, PartitionId{0}, 0x108, begin, end, 40, 3});
    }
    recorder.control({1, 3_s, "{at: 3 s, partition: web, weight: 200}"});
    recorder.finish({4_s, 1, 1, 1});
    run_ = std::make_unique<OpenRun>(*openRun(file_.path()));
    facts_ = std::make_shared<const RunFacts>(*loadFacts(run_->reader));
  }

  Sources sources() { return {run_->reader, run_->windows, facts_, cancelled}; }
  const RunFacts& facts() const { return *facts_; }
  const std::filesystem::path& path() const { return file_.path(); }

  std::vector<trace::DispatchSpan> stays;  ///< in the order of their ends
  std::vector<trace::IoRequest> requests;
  std::vector<trace::VspCall> calls;
  std::atomic<bool> cancelled{false};

 private:
  std::int64_t below(std::uint64_t most) { return static_cast<std::int64_t>(random_.bits() % most); }

  void makeStays(std::uint32_t core, const std::vector<std::pair<PartitionId, std::uint32_t>>& vps) {
    using namespace literals;
    std::map<std::size_t, SimTime> ended;
    SimTime now;
    for (std::size_t i = 0; now < 3990_ms; ++i) {
      trace::DispatchSpan d;
      d.core = CoreId{core};
      const std::size_t who = static_cast<std::size_t>(below(vps.size()));
      d.partition = vps[who].first;
      d.vp = vps[who].second;
      d.begin = now + SimTime::from_us(below(2000));
      d.end = d.begin + SimTime::from_us(below(9000) + 1);
      d.waiting = ended[who];
      const std::int64_t idle = (d.begin - d.waiting).ps();
      d.ready = d.waiting + SimTime::from_ps(idle * below(100) / 100);
      d.enqueue = d.ready + SimTime::from_ps((d.begin - d.ready).ps() * below(100) / 100);
      d.entitled = core == 0 || below(3) == 0 ? d.end - d.begin : SimTime::from_ps((d.end - d.begin).ps() * below(100) / 100);
      d.dispatch_reason = 3;
      d.preempt_reason = below(5) == 0 ? 4 : 2;
      stays.push_back(d);
      ended[who] = now = d.end;
    }
  }
  void makeRequests() {
    using namespace literals;
    for (std::uint64_t i = 0; i < 800; ++i) {
      trace::IoRequest r;
      r.number = i;
      r.begin = 4900_us * static_cast<std::int64_t>(i);
      r.end = r.begin + SimTime::from_us(below(20'000) + 150);
      r.kind = i % 3 == 0 ? trace::IoKind::write : trace::IoKind::read;
      r.outcome = i % 100 == 42 ? trace::IoOutcome::failed : trace::IoOutcome::done;
      r.bytes = 4096;
      r.stages[1] = 100_us;
      r.stages[8] = r.end - r.begin - 100_us;
      requests.push_back(r);
    }
    std::ranges::stable_sort(requests, {}, &trace::IoRequest::end);
  }
  void makeCalls() {
    using namespace literals;
    for (std::uint64_t i = 0; i < 300; ++i) {
      trace::VspCall c;
      c.vsp = PartitionId{1};
      c.number = i;
      c.hook = i % 2 == 0 ? 7 : 4;
      c.role = 2;
      c.client = PartitionId{i % 2 == 0 ? 0U : 2U};
      c.begin = 13_ms * static_cast<std::int64_t>(i);
      c.end_time = c.begin + SimTime::from_us(below(5000) + 10);
      c.taken = c.begin + 5_us;
      c.end = i % 50 == 7 ? 6 : 0;
      c.bytes = 512;
      calls.push_back(c);
    }
    std::ranges::stable_sort(calls, {}, &trace::VspCall::end_time);
  }

  RandomStream random_;
  trace::TemporaryFile file_;
  std::unique_ptr<OpenRun> run_;
  std::shared_ptr<const RunFacts> facts_;
};

}  // namespace lparsim::gui::testing
