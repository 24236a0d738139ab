#include "sim/scenario/tracks.hpp"

#include "sim/base/check.hpp"
#include "sim/scenario/platform.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::scenario {

Tracks::Tracks(const ScenarioConfig& scenario, trace::Recorder& recorder)
    : recorder_{recorder},
      operator_{recorder.intern("operator")},
      entitlement_{recorder.intern(trace::kEntitlement)},
      weight_{recorder.intern(trace::kWeight)},
      capped_{recorder.intern(trace::kCapped)},
      online_{recorder.intern(trace::kOnline)} {
  for (const std::string_view wait : {trace::kWaitedForEntitlement, trace::kWaitedForCore}) recorder_.intern(wait);
  for (const ServerConfig& server : scenario.servers) {
    const trace::TrackId track = recorder_.add_track("server", trace::TrackId::none, server.name);
    servers_.emplace(server.name, track);
    add_cores(server.processor, track);
    recorder_.add_track("pool", track, "default");
    for (const PoolConfig& pool : server.pools) recorder_.add_track("pool", track, pool.name);
    for (const PartitionConfig& partition : server.partitions) add_partition(partition, scenario, track);
  }
  for (const StorageConfig& storage : scenario.storage)
    storages_.emplace(storage.name, recorder_.add_track("storage", trace::TrackId::none, storage.name));
}

void Tracks::add_cores(const ProcessorConfig& processor, trace::TrackId server) {
  trace::TrackId chip{};
  for (std::uint32_t core = 0; core < processor.cores; ++core) {
    if (core % processor.cores_per_chip == 0) chip = recorder_.add_track("chip", server, std::to_string(core / processor.cores_per_chip));
    recorder_.add_track("core", chip, std::to_string(core));
  }
}

void Tracks::add_partition(const PartitionConfig& partition, const ScenarioConfig& scenario, trace::TrackId server) {
  const trace::TrackId track = recorder_.add_track("partition", server, partition.name);
  PartitionTracks& tracks = partitions_[partition.name];
  tracks.partition = track;
  const std::uint32_t vps = most_virtual_processors(partition, scenario);
  for (std::uint32_t vp = 0; vp < vps; ++vp)
    tracks.virtual_processors.push_back(recorder_.add_track("virtual_processor", track, std::to_string(vp)));
  for (const workload::Config& workload : partition.workloads) recorder_.add_track("workload", track, workload.name);
}

void Tracks::event(const EventConfig& event, SimTime now, std::string_view what) {
  const bool of_server = event.frequency.has_value() || (event.kernel_policy && event.partition.empty());
  const std::optional<Reference>& part = event.io.part();
  const std::string& name = event.io.storage ? *event.io.storage
                            : part           ? part->partition
                            : event.vsp      ? event.vsp.partition
                            : of_server      ? event.server
                                             : event.partition;
  trace::TrackId line{};
  if (event.io.storage) {
    line = storages_.at(name);
  } else {
    LPARSIM_CHECK(of_server ? servers_.contains(name) : partitions_.contains(name), "an event for the unknown {} {} at {} ps",
                  of_server ? "server" : "partition", name, now.ps());
    line = of_server ? servers_.at(name) : partitions_.at(name).partition;
  }
  recorder_.instant(line, operator_, now, what);
}

void Tracks::change(const EventConfig& event, SimTime now) {
  if (!event.entitlement && !event.weight && !event.capped && !event.virtual_processors) return;
  const trace::TrackId track = partitions_.at(event.partition).partition;
  if (event.entitlement) recorder_.counter(track, entitlement_, now, event.entitlement->value());
  if (event.weight) recorder_.counter(track, weight_, now, *event.weight);
  if (event.capped) recorder_.counter(track, capped_, now, *event.capped ? 1 : 0);
  if (event.virtual_processors) recorder_.counter(track, online_, now, *event.virtual_processors);
}

}  // namespace lparsim::scenario
