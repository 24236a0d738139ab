#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/capacity.hpp"
#include "sim/scenario/checks.hpp"

namespace lparsim::scenario {
namespace {

using Of = Overcommitment::Of;

/// Follows the partitions through the events of the scenario.
class Replay {
 public:
  explicit Replay(Checking& checking) : checking_{checking} {
    const auto& servers = checking.scenario.servers;
    for (std::size_t s = 0; s < servers.size(); ++s) {
      Server& server = servers_.emplace_back();
      for (std::size_t p = 0; p < servers[s].partitions.size(); ++p) {
        const PartitionConfig& partition = servers[s].partitions[p];
        const PartitionProcessors& processors = partition.processors;
        const bool dedicated = processors.mode == ProcessorMode::dedicated;
        server.states.push_back({partition.running, processors.entitlement, dedicated ? processors.cores : processors.virtual_processors,
                                 checking.partition_read(s, p)});
        if (partition.name.empty()) {
          all_named_ = false;
          continue;
        }
        owners_.emplace(partition.name, Owner{s, p});
        names_.push_back(partition.name);
      }
    }
  }

  void check_start() {
    for (std::size_t s = 0; s < servers_.size(); ++s) {
      for (const Overcommitment& found : judge(s)) checking_.diagnostics.error_at(place_at_start(s, found), found.message);
    }
  }

  void check_events() {
    const auto& events = checking_.scenario.events;
    for (std::size_t first = 0; first < events.size();) {
      std::size_t end = first;
      for (; end < events.size() && events[end].at == events[first].at; ++end) apply(end);
      // What is moved from one partition to another at one time never counts twice.
      for (std::size_t s = 0; s < servers_.size(); ++s) judge_after_events(s);
      first = end;
    }
  }

 private:
  struct Server {
    std::vector<PartitionState> states;
    bool certain = true;                ///< nothing that could not be read or was wrong has touched it
    std::optional<std::size_t> last{};  ///< the last event of the present instant that took something
  };
  struct Owner {
    std::size_t server, partition;
  };

  std::vector<Overcommitment> judge(std::size_t s) {
    auto found = overcommitments(checking_.scenario.servers[s], servers_[s].states, checking_.processor_read(s));
    if (!found.empty()) servers_[s].certain = false;
    return found;
  }

  void judge_after_events(std::size_t s) {
    const auto event = servers_[s].last;
    servers_[s].last.reset();
    if (!event || !servers_[s].certain) return;
    const EventConfig& config = checking_.scenario.events[*event];
    for (const Overcommitment& found : judge(s))
      report(*event, config.entitlement && found.of != Of::memory ? "entitlement" : "state",
             fmt::format("at {}, {}", format(config.at), found.message));
  }

  std::string place_at_start(std::size_t s, const Overcommitment& found) const {
    if (!found.partition && found.of == Of::pool) return checking_.places.pool(s, found.pool) + ".reserved";
    if (!found.partition) return checking_.places.server(s) + ".pools";
    const std::string partition = checking_.places.partition(s, *found.partition);
    if (found.of == Of::memory) return partition + ".memory";
    return partition + (found.of == Of::cores ? ".processors.cores" : ".processors.entitlement");
  }

  void report(std::size_t event, std::string_view key, std::string message) {
    checking_.diagnostics.error_at(fmt::format("{}.{}", place(event), key), std::move(message));
  }
  std::string place(std::size_t event) const { return Places::event(checking_.event_places[event]); }

  void apply(std::size_t index) {
    const EventConfig& event = checking_.scenario.events[index];
    if (event.frequency) return set_frequency(index, event);
    if (event.io || event.vsp || event.kernel_policy) {
      never_happens(index, event);
      return;
    }
    const auto owner = owners_.find(event.partition);
    if (owner == owners_.end()) {
      if (!event.partition.empty() && all_named_ && !checking_.diagnostics.has_errors_under(place(index) + ".partition"))
        report(index, "partition",
               fmt::format("there is no partition {}; {}", shown(event.partition), checking_.hint(event.partition, names_)));
      return;
    }
    const auto [s, p] = owner->second;
    Server& server = servers_[s];
    PartitionState& state = server.states[p];
    if (checking_.diagnostics.has_errors_under(place(index))) {
      server.certain = state.known = false;
      return;
    }
    if (never_happens(index, event)) return;
    if (checking_.scenario.servers[s].partitions[p].processors.mode == ProcessorMode::dedicated) {
      refuse_shared_changes(index, event);
    } else {
      change(index, event, s, p);
    }
    if (event.smt) set_smt(index, event, s, state);
    if (event.running && !checking_.diagnostics.has_errors_under(checking_.places.partition(s, p) + ".state"))
      switch_state(index, event, state);
    if (event.entitlement || event.running.value_or(false)) server.last = index;
  }

  bool never_happens(std::size_t index, const EventConfig& event) {
    const SimTime end = checking_.scenario.duration;
    if (end <= SimTime{} || event.at < end) return false;
    checking_.diagnostics.warning_at(place(index) + ".at", fmt::format("never happens: the simulation ends at {}", format(end)));
    return true;
  }

  void set_frequency(std::size_t index, const EventConfig& event) {
    if (checking_.diagnostics.has_errors_under(place(index)) || never_happens(index, event)) return;
    const auto& servers = checking_.scenario.servers;
    if (event.server.empty() && servers.size() > 1)
      return report(index, "frequency", "there are several servers; allowed: `server` beside it, which says whose");
    const auto named = std::ranges::find(servers, event.server, &ServerConfig::name);
    if (named == servers.end()) {
      std::vector<std::string> names;
      for (const ServerConfig& server : servers) names.push_back(server.name);
      if (!servers.empty())
        report(index, "server", fmt::format("there is no server {}; {}", shown(event.server), checking_.hint(event.server, names)));
      return;
    }
    const Hertz nominal = named->processor.frequency;
    if (!checking_.processor_read(static_cast<std::size_t>(named - servers.begin()))) return;
    if (event.frequency->value < 0.1 * nominal.value || event.frequency->value > 1.5 * nominal.value)
      report(index, "frequency",
             fmt::format("{:.4g} GHz are {:.3g} % of the nominal frequency of `{}`, {:.4g} GHz; allowed: 10 to 150 %",
                         event.frequency->value * 1e-9, 100 * event.frequency->value / nominal.value, event.server, nominal.value * 1e-9));
  }

  void set_smt(std::size_t index, const EventConfig& event, std::size_t s, const PartitionState& state) {
    const std::uint32_t most = checking_.scenario.servers[s].processor.smt;
    if (checking_.processor_read(s) && *event.smt > most)
      report(index, "smt", fmt::format("{} threads per core are more than the processor's; allowed: at most {}", *event.smt, most));
    if (state.known && event.virtual_processor && !state.running)
      report(index, "virtual_processor",
             fmt::format("`{}` is stopped at {}, when none of its virtual processors has a mode of its own; allowed: while it runs",
                         event.partition, format(event.at)));
    else if (state.known && event.virtual_processor && *event.virtual_processor >= state.virtual_processors)
      report(index, "virtual_processor",
             fmt::format("at {}, `{}` has {} virtual processor{}; allowed: at most {}, counted from 0", format(event.at), event.partition,
                         state.virtual_processors, state.virtual_processors == 1 ? "" : "s", state.virtual_processors - 1));
  }

  void refuse_shared_changes(std::size_t index, const EventConfig& event) {
    const auto refuse = [&](bool given, std::string_view key) {
      if (given)
        report(
            index, key,
            fmt::format("`{}` has dedicated processors; allowed: smt and state, the only changes for such a partition", event.partition));
    };
    refuse(event.entitlement.has_value(), "entitlement");
    refuse(event.weight.has_value(), "weight");
    refuse(event.virtual_processors.has_value(), "virtual");
    refuse(event.capped.has_value(), "capped");
  }

  void change(std::size_t index, const EventConfig& event, std::size_t s, std::size_t p) {
    const ServerConfig& config = checking_.scenario.servers[s];
    PartitionState& state = servers_[s].states[p];
    if (event.entitlement) state.entitlement = *event.entitlement;
    if (event.virtual_processors) state.virtual_processors = *event.virtual_processors;
    if (!state.known || !checking_.processor_read(s) || !(event.entitlement || event.virtual_processors)) return;
    const auto problem = shared_processor_problem(config, config.partitions[p].type, state.entitlement, state.virtual_processors);
    if (!problem) return;
    state.known = false;
    const bool named = problem->key == "virtual" ? event.virtual_processors.has_value() : event.entitlement.has_value();
    const std::string_view other = event.entitlement ? "entitlement" : "virtual";
    report(index, named ? problem->key : other, fmt::format("at {}, {}", format(event.at), problem->message));
  }

  void switch_state(std::size_t index, const EventConfig& event, PartitionState& state) {
    if (state.running == *event.running)
      report(index, "state",
             fmt::format("`{}` {} already at {}; allowed: {}", event.partition, *event.running ? "runs" : "is stopped", format(event.at),
                         *event.running ? "stopped" : "running"));
    state.running = *event.running;
  }

  Checking& checking_;
  std::vector<Server> servers_;
  std::map<std::string, Owner> owners_;
  std::vector<std::string> names_;
  bool all_named_ = true;  ///< otherwise an unknown name may be a missing one
};

}  // namespace

void check_capacity(Checking& checking) {
  Replay replay(checking);
  replay.check_start();
  replay.check_events();
}

}  // namespace lparsim::scenario
