#include "models/hypervisor/interrupt_sources.hpp"

namespace lparsim::hypervisor {

std::uint32_t InterruptSources::add(PartitionId partition) {
  sources_.push_back({partition});
  return kFirst + static_cast<std::uint32_t>(sources_.size()) - 1;
}

bool InterruptSources::belongs(std::uint32_t source, PartitionId partition) const {
  return source >= kFirst && source - kFirst < sources_.size() && sources_[source - kFirst].partition == partition;
}

void InterruptSources::raise(std::uint32_t number) {
  Source& source = at(number);
  if (!source.enabled) return;
  if (source.outstanding) {
    source.again = true;
    return;
  }
  source.outstanding = true;
  interrupts_.virtual_interrupt(source.partition, number);
}

void InterruptSources::disable(std::uint32_t number) {
  at(number).enabled = at(number).again = false;
}

HcallStatus InterruptSources::eoi(PartitionId partition, std::uint32_t number) {
  if (!belongs(number, partition)) return HcallStatus::parameter;
  Source& source = at(number);
  source.outstanding = source.again;
  source.again = false;
  if (source.outstanding) interrupts_.virtual_interrupt(partition, number);
  return HcallStatus::success;
}

void InterruptSources::reset(std::uint32_t number) {
  Source& source = at(number);
  source.enabled = source.outstanding = source.again = false;
}

}  // namespace lparsim::hypervisor
