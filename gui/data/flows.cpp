#include "gui/data/flows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "gui/data/flow_words.hpp"
#include "gui/data/time_grid.hpp"

namespace lparsim::gui {

namespace {

/// Of exact answers around a moment: some ten milliseconds.
constexpr std::size_t kRowsOfFlows = 20'000;

GridSums sumsOf(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime end) {
  // One step, so that it begins and ends as asked for even where buckets are longer.
  TimeGrid grid = gridOf(detail, facts, begin, end, 1);
  GridSums all;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const GridSums& one = grid.at(i);
    const double part =
        (std::min(end, grid.endOf(i)) - std::max(begin, grid.beginOf(i))).seconds() / (grid.endOf(i) - grid.beginOf(i)).seconds();
    for (std::size_t s = 0; s < kStates; ++s) all.held[s] += one.held[s] * part;
    all.ended += one.ended * part;
    all.latency += one.latency * part;
    all.in_flight += one.in_flight * part;
    all.failed += one.failed * part;
    all.bytes += one.bytes * part;
  }
  return all;
}

double held(const GridSums& sums, std::initializer_list<State> states) {
  double all = 0;
  for (const State state : states) all += sums.held[static_cast<std::size_t>(state)];
  return all;
}
double running(const GridSums& sums) {
  return held(sums, {State::entitled, State::excess, State::dedicated});
}

trace::WindowQuestion questionOf(const RunFacts& facts, SimTime begin, SimTime end, std::optional<trace::PartitionKey> only) {
  trace::WindowQuestion question;
  question.begin = begin;
  question.end = end;
  question.pixels = 8;
  question.most_rows = kRowsOfFlows;
  const auto wanted = [&](ServerId server, PartitionId partition) {
    return !only || (only->server == server && only->partition == partition);
  };
  for (const trace::PartitionFacts& p : facts.info.partitions) {
    if (!wanted(p.server, p.partition)) continue;
    question.lanes.push_back(LaneKey::partition(p.server, p.partition));
    if (isService(facts, p)) question.lanes.push_back(LaneKey::vsp(p.server, p.partition));
  }
  for (const trace::IoTarget& t : facts.targets)
    if (wanted(t.server, t.partition)) question.lanes.push_back(LaneKey::io_target(t.id));
  if (only) return question;
  for (const trace::ServerFacts& s : facts.info.servers)
    for (std::uint32_t core = 0; core < s.cores; ++core) question.lanes.push_back(LaneKey::core(s.server, CoreId{core}));
  return question;
}

/// The cores' lanes at the one moment.
trace::WindowQuestion momentOf(const trace::WindowQuestion& question, SimTime at) {
  trace::WindowQuestion moment;
  moment.begin = at;
  moment.end = at + SimTime::from_ps(1);
  for (const LaneKey& lane : question.lanes)
    if (lane.kind == LaneKey::Kind::core) moment.lanes.push_back(lane);
  return moment;
}

PartitionFlow partitionFlow(const trace::PartitionFacts& p, const GridSums& sums, const RunFacts& facts, SimTime at, double seconds) {
  PartitionFlow flow;
  flow.server = p.server;
  flow.partition = p.partition;
  flow.entitlement = entitlementAt(facts, p, at);
  const double used = running(sums) / seconds, excess = held(sums, {State::excess}) / seconds;
  const double waiting = held(sums, {State::waitingCapacity, State::waitingProcessor}) / seconds;
  flow.physc = {used, "PU", physcSentence(p, used, flow.entitlement.value(), waiting)};
  const double entitled = flow.entitlement.value();
  flow.entc = {entitled > 0 ? used / entitled * 100 : 0, "%", entcSentence(used, entitled)};
  flow.excess = {excess, "PU", excessSentence(excess, used)};
  flow.waiting = {waiting, "1",
                  waitingSentence(held(sums, {State::waitingCapacity}) / seconds, held(sums, {State::waitingProcessor}) / seconds)};
  return flow;
}

TargetFlow targetFlow(const trace::IoTarget& target, const GridSums& sums, double seconds) {
  TargetFlow flow;
  flow.target = target.id;
  const double rate = sums.ended / seconds, bytes = sums.bytes / seconds, latency = sums.ended > 0 ? sums.latency / sums.ended * 1e3 : 0;
  flow.requests = {rate, "/s", fmt::format("requests: {} to {} ended in a second", rateText(rate), target.name)};
  flow.bytes = {bytes, "B/s", fmt::format("throughput: {} of finished requests", byteRateText(bytes))};
  flow.latency = {latency, "ms",
                  sums.ended > 0 ? fmt::format("latency: {:.3g} ms from the asking of the thread to the answer, on average", latency)
                                 : std::string{"latency: no request ended in this time"}};
  flow.inFlight = {sums.in_flight / seconds, "1",
                   fmt::format("in flight: {:.3g} requests were under way on average", sums.in_flight / seconds)};
  flow.failed = {sums.failed / seconds, "/s",
                 sums.failed > 0 ? fmt::format("failures: {} requests failed or were dropped in a second", rateText(sums.failed / seconds))
                                 : std::string{"failures: none"}};
  return flow;
}

/// Calls by hook and client, as far as single calls are known; else all of them as one.
std::vector<HookFlow> hookFlows(const trace::LaneDetail& detail, const GridSums& sums, SimTime begin, SimTime end, double seconds) {
  struct Calls {
    double ended = 0, latency = 0, failed = 0;
  };
  std::map<std::pair<std::uint16_t, std::uint32_t>, Calls> by_hook;
  for (const trace::VspCall& call : detail.calls) {
    if (call.end_time <= begin || call.end_time > end) continue;
    Calls& calls = by_hook[{call.hook, static_cast<std::uint32_t>(call.client)}];
    ++calls.ended;
    calls.latency += (call.end_time - call.begin).milliseconds();
    calls.failed += isFailed(call) ? 1 : 0;
  }
  if (!detail.exact && sums.ended > 0) by_hook[{0, UINT32_MAX}] = {sums.ended, sums.latency * 1e3, sums.failed};
  std::vector<HookFlow> flows;
  for (const auto& [key, calls] : by_hook) {
    HookFlow flow;
    flow.server = detail.lane.server;
    flow.vsp = PartitionId{detail.lane.first};
    flow.hook = key.first;
    if (key.second != UINT32_MAX) flow.client = PartitionId{key.second};
    const std::string_view name = key.first == 0 ? "all its hooks" : trace::name_in(trace::kVspHooks, key.first);
    flow.calls = {calls.ended / seconds, "/s", fmt::format("calls: {} came by {} in a second", rateText(calls.ended / seconds), name)};
    flow.latency = {calls.latency / calls.ended, "ms",
                    fmt::format("latency: {:.3g} ms until the service had answered, on average", calls.latency / calls.ended)};
    flow.failed = {calls.failed / seconds, "/s",
                   calls.failed > 0
                       ? fmt::format("failures: {} calls in a second found a service that failed", rateText(calls.failed / seconds))
                       : std::string{"failures: none"}};
    flows.push_back(std::move(flow));
  }
  return flows;
}

/// `moment`: the exact stays of the core, of which one may be going on at `at`.
CoreFlow coreFlow(LaneKey lane, const trace::LaneDetail& moment, const RunFacts& facts, SimTime at, double load) {
  CoreFlow flow;
  flow.server = lane.server;
  flow.core = CoreId{lane.first};
  flow.known = moment.exact;
  load = std::min(1.0, load) * 100;
  flow.load = {load, "%", fmt::format("load: somebody was on it for {:.3g} % of the time", load)};
  for (const trace::DispatchSpan& stay : moment.stays) {
    if (at < stay.begin || at >= stay.end) continue;
    flow.busy = true;
    flow.partition = stay.partition;
    flow.vp = stay.vp;
    flow.state = stateOf(stay, facts, at);
  }
  return flow;
}

/// Hypervisor calls are only counted by the recorded interval.
Result<void> addHcalls(Sources& sources, Flows& flows) {
  const auto sums = sources.reader.hcall_interval_sums(flows.begin, flows.end);
  if (!sums) return unexpected(sums.error());
  const auto recorded = sources.windows.last_sample_end();
  if (!recorded) return unexpected(recorded.error());
  if (sums->empty() && sources.facts->info.hcalls.empty()) return {};
  // Intervals without calls have no rows: they count as quiet.
  SimTime begin = flows.begin, end = std::min(flows.end, *recorded);
  for (const trace::HcallIntervalSample& sum : *sums) {
    begin = std::min(begin, sum.begin);
    end = std::max(end, sum.end);
  }
  if (begin >= end) return {};
  const double seconds = (end - begin).seconds();
  for (PartitionFlow& flow : flows.partitions) {
    double calls = 0;
    const trace::HcallIntervalSample* most = nullptr;
    for (const trace::HcallIntervalSample& sum : *sums) {
      if (sum.server != flow.server || sum.partition != flow.partition) continue;
      calls += static_cast<double>(sum.calls);
      if (most == nullptr || sum.calls > most->calls) most = &sum;
    }
    std::string sentence =
        fmt::format("hypervisor calls: {} in a second from {:g} s to {:g} s", rateText(calls / seconds), begin.seconds(), end.seconds());
    if (most != nullptr) {
      const auto name = std::ranges::find(sources.facts->info.hcalls, most->token, &trace::HcallFacts::token);
      sentence +=
          fmt::format(", most of them {}", name == sources.facts->info.hcalls.end() ? fmt::format("{:#x}", most->token) : name->name);
    }
    flow.hcalls = {calls / seconds, "/s", std::move(sentence)};
  }
  return {};
}

}  // namespace

Result<Flows> flowsAt(Sources& sources, SimTime at, SimTime length, std::optional<trace::PartitionKey> only) {
  const RunFacts& facts = *sources.facts;
  Flows flows;
  flows.at = at;
  length = std::max(length, SimTime::from_ps(1));
  const auto known = knownUntil(sources);
  if (!known) return unexpected(known.error());
  const SimTime last = std::max(*known > SimTime{} ? *known : facts.simulated, SimTime::from_ps(1));
  flows.begin = std::clamp(at - length / 2, SimTime{}, std::max(SimTime{}, last - length));
  flows.end = std::min(last, flows.begin + length);
  const double seconds = (flows.end - flows.begin).seconds();
  const trace::WindowQuestion question = questionOf(facts, flows.begin, flows.end, only);
  const auto details = sources.windows.read(question, sources.cancelled);
  if (!details) return unexpected(details.error());
  const trace::WindowQuestion moment = momentOf(question, std::min(at, last - SimTime::from_ps(1)));
  const auto seats = sources.windows.read(moment, sources.cancelled);
  if (!seats) return unexpected(seats.error());

  std::map<std::pair<ServerId, std::string>, double> used_by_pool;
  std::map<ServerId, double> used_by_server;
  std::size_t seat_at = 0;
  for (const trace::LaneDetail& detail : *details) {
    const GridSums sums = sumsOf(detail, facts, flows.begin, flows.end);
    const LaneKey& lane = detail.lane;
    switch (lane.kind) {
      case LaneKey::Kind::partition: {
        const trace::PartitionFacts& p = *facts.partition(lane.server, PartitionId{lane.first});
        flows.coarse = flows.coarse || detail.coarse;
        flows.partitions.push_back(partitionFlow(p, sums, facts, at, seconds));
        used_by_server[p.server] += running(sums) / seconds;
        if (p.mode != "dedicated") used_by_pool[{p.server, p.pool}] += running(sums) / seconds;
        break;
      }
      case LaneKey::Kind::core:
        flows.cores.push_back(coreFlow(lane, (*seats)[seat_at++], facts, moment.begin, running(sums) / seconds));
        break;
      case LaneKey::Kind::io_target:
        flows.targets.push_back(targetFlow(*std::ranges::find(facts.targets, lane.first, &trace::IoTarget::id), sums, seconds));
        break;
      case LaneKey::Kind::vsp:
        for (HookFlow& flow : hookFlows(detail, sums, flows.begin, flows.end, seconds)) flows.hooks.push_back(std::move(flow));
        break;
      case LaneKey::Kind::virtual_processor:
        break;
    }
  }
  if (const auto added = addHcalls(sources, flows); !added) return unexpected(added.error());
  if (only) return flows;
  for (const trace::ServerFacts& s : facts.info.servers) {
    const double used = used_by_server[s.server];
    flows.pools.push_back({s.server, std::nullopt, {used, "PU", serverSentence(used, s.cores)}, shareFigure(used, s.cores)});
  }
  for (const trace::PoolFacts& p : facts.info.pools) {
    const double used = used_by_pool[{p.server, p.name}];
    flows.pools.push_back({p.server, p.pool, {used, "PU", poolSentence(p, used)}, shareFigure(used, p.maximum.value())});
  }
  return flows;
}

}  // namespace lparsim::gui
