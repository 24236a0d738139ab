#pragma once
#include <cstdint>
#include <vector>

#include "sim/trace/sample_run.hpp"

namespace lparsim::trace {

/// For tests: a client `web` with a disk behind a VIOS and two peers, and the VIOS.
inline RunInfo io_run() {
  RunInfo run;
  run.scenario_name = "one-client";
  run.duration = 4_s;
  run.warmup = 1_s;
  run.servers = {{ServerId{0}, "frame1", "", "POWER9", 1, 8, Hertz{4e9}, Bytes{64ULL << 30}, 10_ms, 1_ms, "partition"}};
  run.pools = {{ServerId{0}, PoolId{0}, "default", ProcessingUnits::cores(1), {}}};
  PartitionFacts web;
  web.name = "web";
  web.type = "linux";
  web.entitlement = ProcessingUnits::from_hundredths(50);
  web.virtual_processors = 1;
  web.weight = 128;
  web.pool = "default";
  PartitionFacts vios = web;
  vios.partition = PartitionId{1};
  vios.name = "vios1";
  vios.type = "vios";
  vios.entitlement = ProcessingUnits::from_hundredths(20);
  run.partitions = {web, vios};
  return run;
}

/// The n-th request of the sample: reads and writes of 4 KiB by turns, every 10 ms; each third waits for the VIOS. The tenth fails.
struct SampleRequest {
  IoRequest request;
  std::vector<IoStep> steps;
};
inline SampleRequest sample_request(std::uint64_t number) {
  SampleRequest s;
  s.request.number = number;
  s.request.kind = number % 2 == 0 ? IoKind::read : IoKind::write;
  s.request.outcome = number == 10 ? IoOutcome::failed : IoOutcome::done;
  s.request.bytes = 4096;
  s.request.attempts = number == 10 ? 3 : 1;
  s.request.begin = 10_ms * static_cast<std::int64_t>(number);
  s.steps = {{1, 10_us}};
  if (number % 3 == 0) s.steps.push_back({kViosDispatchStage, 2_ms});
  s.steps.insert(s.steps.end(), {{3, 5_us}, {6, 20_us}, {8, 250_us}, {10, 1_us}, {1, 14_us}});
  s.request.end = s.request.begin;
  for (const IoStep& step : s.steps) {
    s.request.stages[step.stage] += step.length;
    s.request.end += step.length;
  }
  return s;
}

/// Four seconds of them, and a peer that is called once a second.
inline void record_io_sample(Recorder& recorder) {
  recorder.io_target({0, ServerId{0}, PartitionId{0}, "hdisk0", IoTargetKind::disk});
  recorder.io_target({1, ServerId{0}, PartitionId{0}, "db.orders", IoTargetKind::peer});
  recorder.io_target({2, ServerId{0}, PartitionId{0}, "gateway", IoTargetKind::peer});
  recorder.io_path({0, 0, "vscsi0", PartitionId{1}});
  std::uint64_t number = 0;
  for (std::int64_t second = 0; second < 4; ++second) {
    std::array<IoIntervalSample, 2> sums;
    for (std::size_t i = 0; i < 2; ++i) {
      sums[i].kind = static_cast<IoKind>(i);
      sums[i].begin = SimTime::from_s(second);
      sums[i].end = SimTime::from_s(second + 1);
    }
    for (int i = 0; i < 100; ++i) {
      const SampleRequest s = sample_request(number++);
      recorder.io_request(s.request, s.steps);
      IoIntervalSample& sum = sums[static_cast<std::size_t>(s.request.kind)];
      ++sum.requests;
      if (s.request.outcome == IoOutcome::done)
        sum.bytes += s.request.bytes;
      else
        ++sum.failed;
      sum.latency += s.request.end - s.request.begin;
      sum.in_flight += s.request.end - s.request.begin;
      for (std::size_t stage = 0; stage < kIoStageCount; ++stage) sum.stages[stage] += s.request.stages[stage];
    }
    for (const IoIntervalSample& sum : sums) recorder.io_interval(sum);
    IoIntervalSample call;
    call.target = 1;
    call.kind = IoKind::call;
    call.begin = SimTime::from_s(second);
    call.end = SimTime::from_s(second + 1);
    call.requests = 1;
    call.bytes = 2'000'000;
    call.latency = call.in_flight = 5_ms;
    call.stages[9] = 1_ms;
    call.stages[11] = 4_ms;
    recorder.io_interval(call);
    recorder.progress(SimTime::from_s(second + 1));
  }
}

}  // namespace lparsim::trace
