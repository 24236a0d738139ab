#include "gui/data/run_facts.hpp"

#include <algorithm>
#include <cmath>

#include "gui/data/run_memo.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::gui {

namespace {

/// Takes what a query of the reader gives; false and its sentence in `error` where it failed.
template <class Value>
bool take(Result<Value> from, Value& to, std::string& error) {
  if (!from) {
    error = from.error();
    return false;
  }
  to = std::move(*from);
  return true;
}

/// Far beyond any machine. More than that is a damaged file, whose lanes would fill the memory.
constexpr std::uint32_t kMostProcessors = 100'000;

/// What the views rely on.
bool isSound(const trace::RunInfo& info) {
  const auto few = [](std::uint32_t count) {
    return count <= kMostProcessors;
  };
  for (std::size_t i = 0; i < info.devices.size(); ++i)
    if (info.devices[i].id != i) return false;
  return info.duration >= SimTime{} && std::ranges::all_of(info.servers, few, &trace::ServerFacts::cores) &&
         std::ranges::all_of(info.partitions, few, &trace::PartitionFacts::virtual_processors) &&
         std::ranges::all_of(info.partitions, [&](const trace::PartitionFacts& p) { return index(p.partition) <= kMostProcessors; });
}

}  // namespace

const trace::ServerFacts* RunFacts::server(ServerId id) const {
  const auto found = std::ranges::find(info.servers, id, &trace::ServerFacts::server);
  return found == info.servers.end() ? nullptr : &*found;
}

const trace::PartitionFacts* RunFacts::partition(ServerId server, PartitionId id) const {
  // Those of the first server stand at their numbers: asked for every stay of a window, a search through a thousand would be felt.
  const std::size_t place = index(id);
  if (place < info.partitions.size() && info.partitions[place].server == server && info.partitions[place].partition == id)
    return &info.partitions[place];
  const auto found = std::ranges::find_if(info.partitions, [&](const auto& p) { return p.server == server && p.partition == id; });
  return found == info.partitions.end() ? nullptr : &*found;
}

const trace::PartitionFacts* RunFacts::partition(std::string_view name) const {
  const auto found = std::ranges::find(info.partitions, name, &trace::PartitionFacts::name);
  return found == info.partitions.end() ? nullptr : &*found;
}

std::uint32_t virtualProcessorsOf(const RunFacts& facts, const trace::PartitionFacts& partition) {
  std::uint32_t most = partition.virtual_processors;
  for (const trace::TrackEvent& change : facts.changes)
    if (change.server == partition.server && change.partition == partition.partition && change.name == trace::kOnline &&
        change.value >= 0 && change.value <= kMostProcessors)
      most = std::max(most, static_cast<std::uint32_t>(change.value));
  return most;
}

ProcessingUnits entitlementAt(const RunFacts& facts, const trace::PartitionFacts& partition, SimTime at) {
  ProcessingUnits entitlement = partition.entitlement;
  for (const trace::TrackEvent& change : facts.changes)
    if (change.server == partition.server && change.partition == partition.partition && !change.vp && change.begin <= at &&
        change.name == trace::kEntitlement)
      entitlement = ProcessingUnits::from_hundredths(std::llround(change.value * 100));
  return entitlement;
}

bool isService(const RunFacts& facts, const trace::PartitionFacts& partition) {
  return partition.type == "vsp" || std::ranges::any_of(facts.info.vsp_hooks, [&](const trace::VspHookFacts& hook) {
           return hook.server == partition.server && hook.vsp == partition.partition;
         });
}

Result<RunFacts> loadFacts(const trace::Reader& reader) {
  RunFacts facts;
  facts.path = reader.path();
  std::string error;
  {
    const auto snapshot = reader.snapshot();
    const bool all = take(reader.run(), facts.info, error) && take(reader.io_targets(), facts.targets, error) &&
                     take(reader.io_paths(), facts.paths, error);
    if (!all) return unexpected(error);
    if (!isSound(facts.info))
      return unexpected(facts.path.string() +
                        " is damaged: it tells of a machine that cannot be; copy it once more, or run its scenario again");
  }
  if (const auto rest = refreshFacts(reader, facts); !rest) return unexpected(rest.error());
  return facts;
}

Result<void> refreshFacts(const trace::Reader& reader, RunFacts& facts) {
  // The state first: a run that ends now is then read once more, rather than never to its end.
  const trace::RunState state = reader.state();
  std::string error;
  const auto snapshot = reader.snapshot();
  const bool all = take(reader.host(), facts.host, error) && take(reader.simulated(), facts.simulated, error) &&
                   take(reader.metrics(), facts.metrics, error) && take(reader.expectations(), facts.expectations, error) &&
                   take(reader.remarks(), facts.remarks, error) && take(reader.counters(), facts.changes, error) &&
                   take(reader.log(), facts.log, error) && take(reader.vsp_events(), facts.service_events, error) &&
                   take(reader.control_changes(), facts.control_changes, error);
  if (!all) return unexpected(error);
  facts.state = state;
  facts.memo = std::make_shared<RunMemo>();
  return {};
}

}  // namespace lparsim::gui
