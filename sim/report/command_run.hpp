#pragma once
#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <vector>

#include "sim/report/format.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::report {

using namespace literals;

/// For tests: a run with a Linux, an AIX and a dedicated AIX partition, three seconds long; the AIX one changes in the third. Its figures
/// are round, so that what the commands have to print can be told by heart.
class CommandRun {
 public:
  explicit CommandRun(trace::Level level = trace::Level::full) {
    trace::Recorder recorder{file_.path(), level, facts()};
    for (int second = 0; second < 3; ++second) {
      recorder.interval(linux_interval(second));
      recorder.interval(aix_interval(second));
      recorder.interval(dedicated_interval(second));
      record_processors(recorder, second);
    }
    for (int n = 0; n < 3; ++n) record_dispatch(recorder, n);
    recorder.progress(3_s);
    recorder.finish({.simulated = 3_s});
  }

  /// The report, or `error: ` and why there is none.
  std::string operator()(Format format, const Options& options = {}) const {
    const auto reader = trace::Reader::open(file_.path());
    if (!reader) return reader.error();
    const auto text = render(*reader, format, options);
    return text ? *text : "error: " + text.error();
  }
  std::vector<ReportFile> files(Format format, const Options& options) const {
    const auto reader = trace::Reader::open(file_.path());
    return reader ? render_files(*reader, format, options).value_or(std::vector<ReportFile>{}) : std::vector<ReportFile>{};
  }

  static trace::RunInfo facts() {
    trace::RunInfo run;
    run.scenario_name = "commands";
    run.duration = 3_s;
    run.servers = {{ServerId{0}, "frame1", "9009-42A", "POWER9", 8, 8, Hertz{3.8e9}, Bytes{256ULL << 30}, 10_ms, 1_ms, "partition"}};
    run.pools = {{ServerId{0}, PoolId{0}, "default", ProcessingUnits::cores(6), {}},
                 {ServerId{0}, PoolId{1}, "databases", ProcessingUnits::cores(4), ProcessingUnits::from_hundredths(50)}};
    trace::PartitionFacts lin;
    lin.name = "lin";
    lin.type = "linux";
    lin.entitlement = ProcessingUnits::from_hundredths(50);
    lin.virtual_processors = 2;
    lin.weight = 128;
    lin.pool = "default";
    lin.smt = 4;
    lin.memory = Bytes{8ULL << 30};
    trace::PartitionFacts aix = lin;
    aix.partition = PartitionId{1};
    aix.name = "aix";
    aix.type = "aix";
    aix.entitlement = ProcessingUnits::from_hundredths(130);
    aix.pool = "databases";
    aix.memory = Bytes{42ULL << 30};
    trace::PartitionFacts ded = aix;
    ded.partition = PartitionId{2};
    ded.name = "ded";
    ded.mode = "dedicated";
    ded.entitlement = ProcessingUnits::cores(2);
    ded.cores = 2;
    ded.smt = 8;
    ded.pool = "";
    ded.sharing_mode = "keep_idle_procs";
    run.partitions = {lin, aix, ded};
    return run;
  }

  static trace::IntervalSample interval(std::uint32_t partition, int second, std::uint32_t vps, std::uint32_t logical, SimTime entitled) {
    trace::IntervalSample i;
    i.partition = PartitionId{partition};
    i.begin = SimTime::from_s(second);
    i.end = SimTime::from_s(second + 1);
    i.virtual_processors = vps;
    i.logical_processors = logical;
    i.weight = 128;
    i.entitled = entitled;
    i.logical_available = SimTime::from_s(logical);
    i.pool_idle = 3250_ms;
    return i;
  }

  /// 0.65 PU of 1.3 in the first second, 1.95 in the second, and in the third it has become a capped one of 3 virtual processors at SMT8.
  static trace::IntervalSample aix_interval(int second) {
    trace::IntervalSample i = second < 2 ? interval(1, second, 2, 8, 1300_ms) : interval(1, second, 3, 24, 2_s);
    i.capped = second == 2;
    if (i.capped) i.weight = 0;
    i.consumed = second == 1 ? 1950_ms : 650_ms;
    i.user = second == 1 ? 1560_ms : 390_ms;
    i.sys = second == 1 ? 195_ms : 130_ms;
    i.wait = second == 1 ? SimTime{} : 65_ms;
    i.idle = second == 1 ? 195_ms : 65_ms;
    i.scaled = i.consumed * 12 / 10;
    i.scaled_idle = (i.wait + i.idle) * 12 / 10;
    i.logical_busy = 1600_ms;
    i.runnable = 2600_ms;
    i.dispatches = i.vcsw = 150;
    i.phint = 2;
    i.context_switches = 5678;
    i.interrupts = 1234;
    i.wait_capacity = 20_ms;
    i.wait_processor = 10_ms;
    return i;
  }

  static trace::IntervalSample linux_interval(int second) {
    trace::IntervalSample i = interval(0, second, 2, 8, 500_ms);
    i.consumed = SimTime::from_ps(123456789012 * (second + 1));
    i.user = i.consumed * 3 / 4;
    i.sys = i.consumed - i.user;
    i.scaled = i.consumed;
    i.logical_busy = 400_ms;
    i.wait_capacity = 80_ms;
    i.wait_processor = 20_ms;
    i.pool_idle = SimTime::from_ps(3141592653589);
    i.runnable = 1500_ms;
    i.dispatches = 110;
    i.vcsw = 109;
    i.phint = 3;
    i.context_switches = 400;
    i.interrupts = 150;
    return i;
  }

  static trace::IntervalSample dedicated_interval(int second) {
    trace::IntervalSample i = interval(2, second, 2, 16, 2_s);
    i.consumed = i.scaled = 2_s;
    i.user = 500_ms;
    i.idle = 1500_ms;
    i.scaled_idle = 1500_ms;
    return i;
  }

 private:
  /// The AIX partition's: three busy hardware threads, whose PURR adds up to that of the first and third second.
  static void record_processors(trace::Recorder& recorder, int second) {
    if (second == 1) return;
    const SimTime begin = SimTime::from_s(second), end = SimTime::from_s(second + 1);
    recorder.vp_interval({ServerId{0}, PartitionId{1}, 0, begin, end, 550_ms, 20_ms, 5_ms, 100, 90, 10, 70, 20, 10});
    recorder.vp_interval({ServerId{0}, PartitionId{1}, 1, begin, end, 100_ms, SimTime{}, 5_ms, 50, 49, 1, 30, 15, 5});
    recorder.logical_interval(
        {ServerId{0}, PartitionId{1}, 0, 0, begin, end, 300_ms, 100_ms, 40_ms, 10_ms, 420_ms, 4000, 300, 3800, 150, 50});
    recorder.logical_interval({ServerId{0}, PartitionId{1}, 0, 1, begin, end, 50_ms, 20_ms, 15_ms, 15_ms, 80_ms, 1000, 20, 450, 450, 100});
    recorder.logical_interval({ServerId{0}, PartitionId{1}, 1, 0, begin, end, 40_ms, 10_ms, 10_ms, 40_ms, 60_ms, 678, 8, 0, 0, 0});
  }

  /// Virtual processors 1, 0 and 1 of the Linux partition on core 5: 5 us entitled, 10 us ready and 20 us without work before.
  static void record_dispatch(trace::Recorder& recorder, int number) {
    trace::DispatchSpan d;
    d.core = CoreId{5};
    d.vp = number == 1 ? 0 : 1;
    d.begin = 1_s + 1_ms * number;
    d.end = d.begin + 500_us;
    d.enqueue = d.begin - 5_us;
    d.ready = d.enqueue - 10_us;
    d.waiting = d.ready - 20_us;
    d.dispatch_reason = number == 0 ? 3 : 10;
    d.preempt_reason = 2;
    recorder.dispatch(d);
    d.partition = PartitionId{1};
    recorder.dispatch(d);
  }

  trace::TemporaryFile file_;
};

/// For tests: how awk sees a text: the lines, and the fields of a line.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}
inline std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in{line};
  for (std::string field; in >> field;) fields.push_back(field);
  return fields;
}

}  // namespace lparsim::report
