#include "gui/data/slice.hpp"

#include <array>

#include "sim/explain/occupancy.hpp"

namespace lparsim::gui {

namespace {

struct StateWords {
  std::string_view name, meaning;
};
constexpr std::array<StateWords, kStates> kStateWords{
    {{"running on entitlement", "On a core, on processor time that the partition is guaranteed in every dispatch window."},
     {"running on excess", "On a core, on processor time that others left over; it may be taken away at any moment."},
     {"running on its own core", "On a core that belongs to its partition alone."},
     {"waiting for capacity",
      "Ready to run, but the partition's entitlement of this dispatch window is used and it gets no excess (wait interval 2)."},
     {"waiting for a processor", "Ready to run and entitled to, but no core is free (wait interval 3)."},
     {"ceded", "It had nothing to do and gave its core back to the hypervisor (wait interval 1)."},
     {"conferred", "It gave its core to another virtual processor, such as the one that holds a lock it spins on."},
     {"folded", "Its operating system does not use it, since fewer virtual processors suffice."},
     {"request", "A request to a disk or a peer is under way."},
     {"failed request", "A request that failed or was dropped, or a call whose service failed."},
     {"call", "A call is with a Virtual Service Partition."}}};

}  // namespace

State stateOf(const trace::DispatchSpan& stay, const RunFacts& facts, SimTime at) {
  const trace::PartitionFacts* partition = facts.partition(stay.server, stay.partition);
  if (partition != nullptr && partition->mode == "dedicated") return State::dedicated;
  const trace::ServerFacts* server = facts.server(stay.server);
  const SimTime window = server != nullptr && server->dispatch_window > SimTime{} ? server->dispatch_window : stay.end - stay.begin;
  return at < explain::portion_of(stay, window, at).changes_at ? State::entitled : State::excess;
}

bool isFailed(const trace::VspCall& call) {
  // open, failed, withdrawn, dropped: as LaneBucket::failed counts them.
  return call.end >= 5 && call.end != 8;
}

std::string_view wordsFor(State state) {
  return kStateWords[static_cast<std::size_t>(state)].name;
}

std::string_view meaningOf(State state) {
  return kStateWords[static_cast<std::size_t>(state)].meaning;
}

}  // namespace lparsim::gui
