#include "sim/explain/explain_wait.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"
#include "sim/explain/surroundings.hpp"
#include "sim/explain/vain_wait.hpp"
#include "sim/explain/words.hpp"

namespace lparsim::explain {
namespace {

SimTime length_of(const trace::DispatchSpan& wait) {
  return wait.begin - wait.ready;
}

/// Of one that does not wait at that moment: it is on a core, or it ceded after its stay before and until it was ready for the next.
Result<Doing> doing_of(const trace::Reader& reader, trace::PartitionKey key, std::uint32_t vp, SimTime at) {
  const auto stays = reader.stays_around(key, vp, at);
  if (!stays) return unexpected(stays.error());
  Doing doing;
  doing.vp = vp;
  doing.until = SimTime::never();
  for (const trace::DispatchSpan& stay : *stays) {
    if (stay.begin <= at && at < stay.end) return Doing{vp, Doing::What::ran, stay.begin, stay.end, stay};
    doing.what = Doing::What::ceded;
    if (stay.begin <= at) {
      doing.since = stay.end;
    } else {
      doing.since = std::max(doing.since, stay.waiting);
      doing.until = stay.ready;
    }
  }
  return doing;
}

/// The longest waits of threads, and those of virtual processors that ended on no core.
Result<std::vector<trace::TrackEvent>> worst_spans(const trace::Reader& reader, trace::PartitionKey key, const Request& request) {
  std::vector<trace::TrackEvent> found;
  for (const std::string_view name : {trace::kWaitedForEntitlement, trace::kWaitedForCore, trace::kSpin, trace::kThreadWaits}) {
    const auto longest = reader.longest_spans(key, request.vp, name, request.worst);
    if (!longest) return longest;
    found.insert(found.end(), longest->begin(), longest->end());
  }
  return found;
}

/// What there cannot be in this run.
std::optional<std::string> refused(const trace::Reader& reader, const Frame& frame, PartitionId partition, const Request& request) {
  const std::uint32_t vps = frame.partition(partition).virtual_processors;
  if (request.vp && *request.vp >= vps)
    return fmt::format("{} has no virtual processor {}; allowed: 0{}", frame.partition(partition).name, *request.vp,
                       vps > 1 ? fmt::format(" to {}", vps - 1) : "");
  if (!request.at) return std::nullopt;
  const auto simulated = reader.simulated();
  if (!simulated) return simulated.error();
  if (*request.at >= *simulated)
    return fmt::format("the run ended at {}; nothing is known of {}", moment_text(*simulated), moment_text(*request.at));
  return std::nullopt;
}

}  // namespace

Result<Answer> answer(const trace::Reader& reader, const Frame& frame, PartitionId partition, const Request& request) {
  const trace::PartitionKey key{frame.server(), partition};
  const SimTime begin = request.at.value_or(SimTime{});
  const SimTime end = request.at ? *request.at + SimTime::from_ps(1) : SimTime::never();
  const auto asked = [&](std::uint32_t vp) {
    return !request.vp || vp == *request.vp;
  };
  auto waits = request.at ? reader.dispatches_of(key, begin, end) : reader.longest_waits(key, request.vp, request.worst);
  if (!waits) return unexpected(waits.error());
  std::erase_if(*waits, [&](const trace::DispatchSpan& d) {
    return !asked(d.vp) || length_of(d) == SimTime{} || (request.at && (*request.at < d.ready || *request.at >= d.begin));
  });
  const auto spans = request.at ? reader.spans(begin, end) : worst_spans(reader, key, request);
  if (!spans) return unexpected(spans.error());
  std::vector<trace::TrackEvent> threads;
  for (const trace::TrackEvent& span : *spans) {
    if (span.server != frame.server() || span.partition != partition) continue;
    if (is_vain_wait(span) && asked(*span.vp)) waits->push_back(vain_wait(span));
    if (is_thread_wait(span) && asked(span.vp ? *span.vp : static_cast<std::uint32_t>(std::max(0.0, span.value)))) threads.push_back(span);
  }
  std::ranges::stable_sort(*waits, std::ranges::greater{}, length_of);
  std::ranges::stable_sort(threads, std::ranges::greater{}, [](const trace::TrackEvent& s) { return s.end - s.begin; });
  if (waits->size() > request.worst && !request.at) waits->resize(request.worst);
  if (threads.size() > request.worst) threads.resize(request.worst);

  Answer found;
  for (const trace::DispatchSpan& wait : *waits) {
    const auto rows = rows_around(WholeTables{reader}, frame, partition, wait.ready, wait.begin);
    if (!rows) return unexpected(rows.error());
    found.waits.push_back(account_for(frame, wait, *rows));
  }
  for (const trace::TrackEvent& span : threads) {
    const auto rows = rows_around(WholeTables{reader}, frame, partition, span.begin, span.end);
    if (!rows) return unexpected(rows.error());
    const auto others = reader.spans(span.begin, span.end);
    if (!others) return unexpected(others.error());
    found.threads.push_back(account_for(frame, span, *rows, *others));
  }
  if (!request.at) return found;
  for (std::uint32_t vp = 0; vp < frame.partition(partition).virtual_processors; ++vp) {
    if (!asked(vp) || std::ranges::any_of(*waits, [&](const auto& w) { return w.vp == vp; })) continue;
    const auto doing = doing_of(reader, key, vp, *request.at);
    if (!doing) return unexpected(doing.error());
    found.doings.push_back(*doing);
  }
  return found;
}

Result<std::vector<ServerSummary>> summarize(const trace::Reader& reader) {
  const auto run = reader.run();
  if (!run) return unexpected(run.error());
  const auto counters = reader.counters();
  if (!counters) return unexpected(counters.error());
  std::vector<ServerSummary> summaries;
  for (const trace::ServerFacts& server : run->servers) {
    Frame frame{*run, server.server, *counters};
    Sweep sweep{frame};
    const auto told = reader.replay(server.server, sweep);
    if (!told) return unexpected(told.error());
    auto partitions = sweep.finish();
    summaries.push_back({std::move(frame), std::move(partitions)});
  }
  return summaries;
}

std::optional<std::string> lacks_single_waits(const trace::Reader& reader) {
  const auto host = reader.host();
  if (!host) return host.error();
  if (host->trace_level == "full") return std::nullopt;
  return fmt::format("{}: this run was recorded at trace level {}, which holds no single waits; run its scenario again with --trace full",
                     reader.path().string(), host->trace_level);
}

Result<std::string> explain_wait(const trace::Reader& reader, const Request& request) {
  const auto snapshot = reader.snapshot();
  if (const auto why = lacks_single_waits(reader)) return unexpected(*why);
  if (!request.partition) {
    const auto summary = summarize(reader);
    if (!summary) return unexpected(summary.error());
    return request.format == Format::json ? json_of(*summary) : text_of(*summary);
  }
  const auto run = reader.run();
  if (!run) return unexpected(run.error());
  const auto facts = std::ranges::find(run->partitions, *request.partition, &trace::PartitionFacts::name);
  if (facts == run->partitions.end()) {
    std::vector<std::string> names;
    for (const trace::PartitionFacts& p : run->partitions) names.push_back(p.name);
    return unexpected(fmt::format("there is no partition {} in this run; {}", shown(*request.partition), hint(*request.partition, names)));
  }
  const auto counters = reader.counters();
  if (!counters) return unexpected(counters.error());
  const Frame frame{*run, facts->server, *counters};
  if (auto refusal = refused(reader, frame, facts->partition, request)) return unexpected(*refusal);
  const auto found = answer(reader, frame, facts->partition, request);
  if (!found) return unexpected(found.error());
  return request.format == Format::json ? json_of(frame, *found, facts->partition) : text_of(frame, *found, facts->partition, request);
}

}  // namespace lparsim::explain
