#include "sim/explain/explain_io.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"
#include "sim/explain/surroundings.hpp"
#include "sim/explain/vain_wait.hpp"

namespace lparsim::explain {
namespace {

/// Dispatch, queue and processing.
constexpr std::array<std::size_t, 3> kViosStages{trace::kViosDispatchStage, trace::kViosDispatchStage + 1, trace::kViosDispatchStage + 2};

/// The VIOSes that a request may have been at: that of its path first.
std::vector<PartitionId> vioses_of(const trace::RunInfo& run, const trace::IoTarget& target, const std::vector<trace::IoPath>& paths,
                                   std::uint32_t path) {
  std::vector<PartitionId> found;
  const auto add = [&](PartitionId vios) {
    if (std::ranges::find(found, vios) == found.end()) found.push_back(vios);
  };
  for (const trace::IoPath& p : paths)
    if (p.target == target.id && p.path == path && p.vios) add(*p.vios);
  for (const trace::IoPath& p : paths)
    if (p.target == target.id && p.vios) add(*p.vios);
  if (!found.empty()) return found;
  for (const trace::PartitionFacts& p : run.partitions)
    if (p.server == target.server && p.type == "vios") add(p.partition);
  return found;
}

/// Why one of `candidates` was off for `off` within [begin, end): the first that was so long, or the first at all.
Result<std::optional<OffAccount>> account_for_dispatch(const RowSource& source, const Frame& frame,
                                                       const std::vector<PartitionId>& candidates, SimTime begin, SimTime end,
                                                       SimTime off) {
  std::optional<OffAccount> first;
  for (const PartitionId candidate : candidates) {
    const auto rows = rows_around(source, frame, candidate, begin, end);
    if (!rows) return unexpected(rows.error());
    const bool fits = time_off(candidate, begin, end, *rows) == off;
    if (!fits && first) continue;
    const auto spans = source.spans(begin, end);
    if (!spans) return unexpected(spans.error());
    std::vector<trace::DispatchSpan> vain;
    for (const trace::TrackEvent& span : *spans)
      if (span.server == frame.server() && span.partition == candidate && is_vain_wait(span)) vain.push_back(vain_wait(span));
    first = account_for_off(frame, candidate, begin, end, off, *rows, vain);
    if (fits) break;
  }
  return first;
}

/// The Virtual Service Partitions for which calls of one of these partitions may wait.
std::vector<PartitionId> services_of(const trace::RunInfo& run, const trace::IoTarget& target, const std::vector<PartitionId>& vioses) {
  std::vector<std::string> names;
  for (const trace::PartitionFacts& p : run.partitions) {
    const bool on_its_way = p.partition == target.partition || std::ranges::find(vioses, p.partition) != vioses.end();
    if (p.server == target.server && on_its_way) names.push_back(p.name);
  }
  const auto is_client = [&](const trace::VspHookFacts& hook) {
    const std::string clients = fmt::format(", {},", hook.clients);
    return hook.clients.empty() || std::ranges::any_of(names, [&](const std::string& name) {
             return clients.find(fmt::format(" {},", name)) != std::string::npos;
           });
  };
  std::vector<PartitionId> found;
  for (const trace::VspHookFacts& hook : run.vsp_hooks) {
    const bool decides = trace::name_in(trace::kVspRoles, hook.role) != "observer";
    if (decides && hook.server == target.server && is_client(hook) && std::ranges::find(found, hook.vsp) == found.end())
      found.push_back(hook.vsp);
  }
  return found;
}

/// The calls behind a stay in stage service: those that a partition on the request's way made, one after the other and within it. Of
/// several at the same time, the one that began or ended with the stay.
Result<std::vector<trace::VspCall>> service_calls(const RowSource& source, ServerId server, const std::vector<PartitionId>& clients,
                                                  SimTime begin, SimTime end) {
  auto calls = source.vsp_calls(server, begin, end);
  if (!calls) return calls;
  std::erase_if(*calls, [&](const trace::VspCall& call) {
    return trace::name_in(trace::kVspRoles, call.role) == "observer" || call.begin < begin || call.end_time > end ||
           std::ranges::find(clients, call.client) == clients.end();
  });
  const auto touches = [&](const trace::VspCall& call) {
    return call.begin == begin || call.end_time == end;
  };
  std::vector<trace::VspCall> chain;
  for (const trace::VspCall& call : *calls) {
    const bool follows = chain.empty() ? call.begin == begin : call.begin >= chain.back().end_time;
    if (follows && (touches(call) || !chain.empty())) chain.push_back(call);
  }
  return chain.empty() ? calls : Result<std::vector<trace::VspCall>>{std::move(chain)};
}

/// The targets that the question is about, or why there are none.
Result<std::vector<trace::IoTarget>> asked_targets(const trace::Reader& reader, const trace::RunInfo& run, const IoQuestion& question) {
  auto targets = reader.io_targets();
  if (!targets) return targets;
  if (targets->empty()) return unexpected(fmt::format("{}: no partition of this run has disks or peers", reader.path().string()));
  if (question.partition) {
    const auto facts = std::ranges::find(run.partitions, *question.partition, &trace::PartitionFacts::name);
    if (facts == run.partitions.end()) {
      std::vector<std::string> names;
      for (const trace::PartitionFacts& p : run.partitions) names.push_back(p.name);
      return unexpected(
          fmt::format("there is no partition {} in this run; {}", shown(*question.partition), hint(*question.partition, names)));
    }
    std::erase_if(*targets, [&](const auto& t) { return t.server != facts->server || t.partition != facts->partition; });
    if (targets->empty()) return unexpected(fmt::format("{} has neither disks nor peers", *question.partition));
  }
  if (question.target) {
    std::vector<std::string> names;
    for (const trace::IoTarget& t : *targets)
      if (std::ranges::find(names, t.name) == names.end()) names.push_back(t.name);
    std::erase_if(*targets, [&](const auto& t) { return t.name != *question.target; });
    if (targets->empty())
      return unexpected(fmt::format("there is no disk or peer {}; {}", shown(*question.target), hint(*question.target, names)));
  }
  return targets;
}

Result<std::vector<trace::IoJourney>> asked_requests(const trace::Reader& reader, const std::vector<trace::IoTarget>& targets,
                                                     const IoQuestion& question) {
  if (question.number) {
    auto journey = reader.io_journey(*question.number);
    if (!journey) return unexpected(journey.error());
    if (!*journey) return unexpected(fmt::format("no request {} has ended in this run", *question.number));
    return std::vector{**std::move(journey)};
  }
  std::vector<std::uint32_t> ids;
  for (const trace::IoTarget& target : targets) ids.push_back(target.id);
  return reader.slowest_io(ids, *question.slowest);
}

Result<std::vector<IoTargetSummary>> sum_up(const trace::Reader& reader, const trace::RunInfo& run,
                                            const std::vector<trace::IoTarget>& targets) {
  const auto paths = reader.io_paths();
  if (!paths) return unexpected(paths.error());
  std::map<std::uint32_t, std::size_t> places;
  std::vector<IoTargetSummary> summaries;
  for (const trace::IoTarget& target : targets) {
    places[target.id] = summaries.size();
    const std::vector<PartitionId> vioses = vioses_of(run, target, *paths, 0);
    summaries.push_back({target, 0, {}, {}, vioses, services_of(run, target, vioses)});
  }
  const auto told = reader.io_requests([&](const trace::IoRequest& request) {
    const auto place = places.find(request.target);
    if (place == places.end()) return;
    IoTargetSummary& sum = summaries[place->second];
    ++sum.requests;
    sum.latency += request.end - request.begin;
    for (std::size_t i = 0; i < sum.stages.size(); ++i) sum.stages[i] += request.stages[i];
  });
  if (!told) return unexpected(told.error());
  // Frames that the hypervisor hands from partition to partition come through no VIOS, whatever else the server has.
  for (IoTargetSummary& sum : summaries)
    if (std::ranges::all_of(kViosStages, [&](std::size_t stage) { return sum.stages[stage] == SimTime{}; })) sum.vioses.clear();
  return summaries;
}

}  // namespace

Result<IoAccount> account_for(const trace::Reader& reader, const trace::RunInfo& run, const Frame& frame, const trace::IoJourney& journey) {
  const auto targets = reader.io_targets();
  if (!targets) return unexpected(targets.error());
  const auto paths = reader.io_paths();
  if (!paths) return unexpected(paths.error());
  return account_for(WholeTables{reader}, run, *targets, *paths, frame, journey);
}

Result<IoAccount> account_for(const RowSource& source, const trace::RunInfo& run, const std::vector<trace::IoTarget>& targets,
                              const std::vector<trace::IoPath>& paths, const Frame& frame, const trace::IoJourney& journey) {
  IoAccount account{journey.request, targets[journey.request.target], "", {}};
  for (const trace::IoPath& path : paths)
    if (path.target == account.target.id && path.path == journey.request.path)
      account.path = path.vios && path.name.find('@') == std::string::npos
                         ? fmt::format("{} and {}", path.name, frame.partition(*path.vios).name)
                         : path.name;
  SimTime at = journey.request.begin;
  for (std::size_t i = 0; i < journey.steps.size(); ++i) {
    const trace::IoStep& step = journey.steps[i];
    const SimTime begin = at;
    at += step.length;
    if (step.length == SimTime{}) continue;
    IoPart part{step.stage, begin, step.length, std::nullopt};
    if (step.stage == trace::kClientDispatchStage || step.stage == trace::kViosDispatchStage) {
      // It alternated with what is left of the stage it was split from, which follows.
      const SimTime end = at + (i + 1 < journey.steps.size() ? journey.steps[i + 1].length : SimTime{});
      const auto candidates = step.stage == trace::kClientDispatchStage ? std::vector{account.target.partition}
                                                                        : vioses_of(run, account.target, paths, journey.request.path);
      auto off = account_for_dispatch(source, frame, candidates, begin, end, step.length);
      if (!off) return unexpected(off.error());
      part.off = *std::move(off);
    } else if (step.stage == trace::kServiceStage) {
      std::vector<PartitionId> clients = vioses_of(run, account.target, paths, journey.request.path);
      clients.push_back(account.target.partition);
      auto calls = service_calls(source, account.target.server, clients, begin, at);
      if (!calls) return unexpected(calls.error());
      part.services = *std::move(calls);
      const auto longest = std::ranges::max_element(part.services, {}, &trace::VspCall::undispatched);
      if (longest != part.services.end() && longest->undispatched > SimTime{}) {
        auto off = account_for_dispatch(source, frame, {longest->vsp}, longest->begin, longest->end_time, longest->undispatched);
        if (!off) return unexpected(off.error());
        part.off = *std::move(off);
      }
    } else if (!account.parts.empty() && account.parts.back().stage == step.stage && !account.parts.back().off) {
      account.parts.back().length += step.length;
      continue;
    }
    account.parts.push_back(std::move(part));
  }
  return account;
}

Result<std::string> explain_io(const trace::Reader& reader, const IoQuestion& question) {
  const auto snapshot = reader.snapshot();
  if (const auto why = lacks_single_waits(reader)) return unexpected(*why);
  const auto run = reader.run();
  if (!run) return unexpected(run.error());
  const auto targets = asked_targets(reader, *run, question);
  if (!targets) return unexpected(targets.error());
  const bool json = question.format == Format::json;
  if (!question.number && !question.slowest) {
    const auto sums = sum_up(reader, *run, *targets);
    if (!sums) return unexpected(sums.error());
    const auto waits = summarize(reader);
    if (!waits) return unexpected(waits.error());
    return json ? json_of(*sums, *waits) : text_of(*sums, *waits);
  }
  const auto journeys = asked_requests(reader, *targets, question);
  if (!journeys) return unexpected(journeys.error());
  if (journeys->empty()) return unexpected(fmt::format("{}: no request has ended", reader.path().string()));
  const auto counters = reader.counters();
  if (!counters) return unexpected(counters.error());
  const auto all_targets = reader.io_targets();
  if (!all_targets) return unexpected(all_targets.error());
  std::string out;
  for (const trace::IoJourney& journey : *journeys) {
    const Frame frame{*run, (*all_targets)[journey.request.target].server, *counters};
    const auto account = account_for(reader, *run, frame, journey);
    if (!account) return unexpected(account.error());
    out += json ? (out.empty() ? "" : ",\n") + json_of(frame, *account) : (out.empty() ? "" : "\n") + text_of(frame, *account);
  }
  return json ? fmt::format("{{\"requests\": [\n{}\n]}}\n", out) : out;
}

}  // namespace lparsim::explain
