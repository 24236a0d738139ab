#pragma once
#include <stdexcept>

#include "sim/report/lparcfg/linux_counters.hpp"

namespace lparsim::report {

/// For tests: two seconds of a partition with 2 of up to 3 virtual processors in SMT2 on a POWER9 with SMT4. In the first second virtual
/// processor 0 runs for 600 ms, its thread 0 busy all that time, and waits for 200 ms; in the second one nothing runs.
struct SamplePartition {
  SamplePartition() {
    using namespace literals;
    history.server = {ServerId{0}, "frame1", "9009-42A", "POWER9", 8, 4, Hertz{3.8e9}, Bytes{64ULL << 30}, 20_ms, 2_ms, "partition"};
    history.pool = {ServerId{0}, PoolId{1}, "databases", ProcessingUnits::cores(2), ProcessingUnits::from_hundredths(50)};
    history.pool_entitlement = ProcessingUnits::from_hundredths(115);
    history.shared_cores = 6;
    trace::PartitionFacts& facts = history.facts;
    facts.partition = PartitionId{1};
    facts.name = "web";
    facts.type = "linux";
    facts.entitlement = ProcessingUnits::from_hundredths(65);
    facts.virtual_processors = 2;
    facts.capped = true;
    facts.pool = "databases";
    facts.smt = 2;
    facts.memory = Bytes{8ULL << 30};

    trace::IntervalSample first;
    first.partition = facts.partition;
    first.end = 1_s;
    first.virtual_processors = 2;
    first.logical_processors = 4;
    first.capped = true;
    first.entitled = 650_ms;
    first.consumed = 600_ms;
    first.user = 400_ms;
    first.sys = 100_ms;
    first.wait = 20_ms;
    first.idle = 80_ms;
    first.pool_idle = 3200_ms;
    first.scaled = 660_ms;
    first.scaled_idle = 110_ms;
    first.runnable = 1400_ms;
    first.dispatches = 41;
    first.vcsw = 40;
    first.phint = 7;
    first.interrupts = 30;
    first.context_switches = 90;
    trace::IntervalSample second;
    second.partition = facts.partition;
    second.begin = 1_s;
    second.end = 2_s;
    second.virtual_processors = 3;
    second.logical_processors = 6;
    second.weight = 64;
    second.entitled = 800_ms;
    second.pool_idle = 6_s;
    history.intervals = {first, second};
    virtual_processors = {{ServerId{0}, facts.partition, 0, {}, 1_s, 600_ms, 150_ms, 50_ms, 41, 30, 10, 36, 3, 1}};
    trace::LogicalIntervalSample busy;
    busy.partition = facts.partition;
    busy.end = 1_s;
    busy.user = 400_ms;
    busy.sys = 100_ms;
    busy.busy = 600_ms;
    trace::LogicalIntervalSample idle = busy;
    idle.thread = 1;
    idle.user = idle.sys = idle.busy = {};
    idle.wait = 20_ms;
    idle.idle = 80_ms;
    logical = {busy, idle};
  }
  LinuxCounters at(SimTime time) const {
    LinuxCounting counting{history, virtual_processors, logical};
    if (const auto there = counting.advance(time); !there) throw std::runtime_error{there.error()};
    return counting.now();
  }
  PartitionHistory history;
  std::vector<trace::VpIntervalSample> virtual_processors;
  std::vector<trace::LogicalIntervalSample> logical;
};

}  // namespace lparsim::report
