#include "sim/scenario/partition_sums.hpp"

namespace lparsim::scenario {
namespace {

constexpr PartitionFigure kFigures[] = {
    {".physc", PartitionSum::consumed, PartitionSum::time, 1},
    {".entc", PartitionSum::consumed, PartitionSum::entitled, 100},
    {".dispatches", PartitionSum::dispatches, PartitionSum::time, kPerSecond},
    {".preemptions", PartitionSum::preemptions, PartitionSum::time, kPerSecond},
    {".vcsw", PartitionSum::vcsw, PartitionSum::time, kPerSecond},
    {".phint", PartitionSum::phint, PartitionSum::time, kPerSecond},
    {".wait.capacity", PartitionSum::wait_capacity, PartitionSum::online, 100},
    {".wait.processor", PartitionSum::wait_processor, PartitionSum::online, 100},
    {".steal", PartitionSum::waits, PartitionSum::online, 100},
    {".cache_refill", PartitionSum::cache_refill, PartitionSum::consumed, 100},
    {".user", PartitionSum::user, PartitionSum::entitled, 100, PartitionSum::consumed},
    {".sys", PartitionSum::system, PartitionSum::entitled, 100, PartitionSum::consumed},
    {".idle", PartitionSum::busy, PartitionSum::entitled, 100,
     PartitionSum::consumed},  // 100 % less user and sys: as uncertain as these together
    {".lbusy", PartitionSum::logical_busy, PartitionSum::logical_online, 100},
    {".spinning", PartitionSum::spinning, PartitionSum::consumed, 100},
    {".runnable", PartitionSum::runnable, PartitionSum::time, 1},
    {".unfolded", PartitionSum::unfolded, PartitionSum::time, 1},
    {".context_switches", PartitionSum::context_switches, PartitionSum::time, kPerSecond},
};

}  // namespace

void append_sums(std::vector<double>& to, const hypervisor::PartitionUsage& usage, const guest::ProcessorTimes& times) {
  for (const SimTime time :
       {usage.consumed, usage.entitled, times.online, usage.wait_capacity, usage.wait_processor, usage.wait_capacity + usage.wait_processor,
        usage.cache_refill, times.user, times.system, times.user + times.system, times.logical_busy, times.logical_online, times.spinning})
    to.push_back(ps(time));
  to.push_back(times.runnable * kPerSecond);
  to.push_back(ps(times.unfolded));
  for (const std::uint64_t count : {usage.dispatches, usage.preemptions, usage.vcsw, usage.phint, times.context_switches})
    to.push_back(static_cast<double>(count));
}

std::span<const PartitionFigure> partition_figures() {
  return kFigures;
}

}  // namespace lparsim::scenario
