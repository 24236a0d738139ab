#include <nlohmann/json.hpp>

#include "sim/control/protocol.hpp"

namespace lparsim::control {
namespace {

using Json = nlohmann::json;

std::string line(const Json& object) {
  // Texts of others may be broken UTF-8, which must not throw.
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json accepted(const std::string& id) {
  return {{"id", Json::parse(id)}, {"ok", true}};
}

Json of(const State& state) {
  Json json = {{"simulated_ps", state.simulated.ps()},
               {"duration_ps", state.duration.ps()},
               {"pace", state.pace},
               {"paused", state.paused},
               {"wall_s", state.wall_seconds}};
  if (state.step_until) json["step_until_ps"] = state.step_until->ps();
  return json;
}

Json of(const Change& change) {
  return {{"number", change.number}, {"at_ps", change.at.ps()}, {"text", change.text}};
}

Json of(const PartitionState& partition) {
  Json json = {{"server", partition.server},   {"name", partition.name},
               {"type", partition.type},       {"mode", partition.shared ? "shared" : "dedicated"},
               {"running", partition.running}, {"virtual", partition.virtual_processors}};
  if (!partition.shared) return json;
  const PartitionState::Shared& shared = *partition.shared;
  json.update({{"pool", shared.pool},
               {"entitlement", shared.entitlement.value()},
               {"entitlement_least", shared.least.value()},
               {"entitlement_most", shared.most.value()},
               {"weight", shared.weight},
               {"capped", shared.capped},
               {"virtual_most", shared.most_virtual_processors}});
  return json;
}

std::string joined(Json first, const Json& second) {
  first.update(second);
  return line(first);
}

}  // namespace

std::string refusal(const std::string& id, std::string_view error) {
  return line({{"id", Json::parse(id)}, {"ok", false}, {"error", error}});
}

std::string answer(const std::string& id, const State& state) {
  return joined(accepted(id), of(state));
}

std::string answer(const std::string& id, const std::vector<PartitionState>& partitions) {
  Json list = Json::array();
  for (const PartitionState& partition : partitions) list.push_back(of(partition));
  return joined(accepted(id), {{"partitions", std::move(list)}});
}

std::string answer(const std::string& id, const Change& change) {
  return joined(accepted(id), of(change));
}

std::string answer_at(const std::string& id, SimTime at, std::optional<SimTime> until) {
  Json json = accepted(id);
  json["at_ps"] = at.ps();
  if (until) json["until_ps"] = until->ps();
  return line(json);
}

std::string event(const Hello& hello) {
  return line({{"event", "hello"},
               {"protocol", kProtocol},
               {"version", hello.version},
               {"scenario", hello.scenario},
               {"run_file", hello.run_file},
               {"pid", hello.pid},
               {"duration_ps", hello.duration.ps()}});
}

std::string event(const State& state) {
  return joined({{"event", "state"}}, of(state));
}

std::string event(const Change& change) {
  return joined({{"event", "change"}}, of(change));
}

std::string event_of_end(bool finished, SimTime simulated) {
  return line({{"event", "end"}, {"outcome", finished ? "finished" : "interrupted"}, {"simulated_ps", simulated.ps()}});
}

}  // namespace lparsim::control
