#include "sim/report/lparcfg/processor_times.hpp"

namespace lparsim::report {

ProcessorTimes processor_times(const LogicalCounters& cpu) {
  constexpr SimTime kTick = SimTime::from_ms(10);
  return {cpu.user_time / kTick, cpu.sys_time / kTick, cpu.idle_time / kTick, cpu.iowait_time / kTick, cpu.steal_time / kTick};
}

ProcessorTimes processor_times(const LinuxCounters& counters) {
  LogicalCounters sum;
  for (const LogicalCounters& cpu : counters.logical) {
    sum.user_time += cpu.user_time;
    sum.sys_time += cpu.sys_time;
    sum.idle_time += cpu.idle_time;
    sum.iowait_time += cpu.iowait_time;
    sum.steal_time += cpu.steal_time;
  }
  return processor_times(sum);
}

}  // namespace lparsim::report
