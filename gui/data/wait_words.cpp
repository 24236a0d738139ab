#include "gui/data/wait_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gui/data/near_rows.hpp"
#include "gui/data/run_memo.hpp"
#include "sim/explain/words.hpp"

namespace lparsim::gui {

namespace {

constexpr std::size_t kMostCauses = 8;
/// Dispatches of a run whose every wait is looked at: some seconds.
constexpr std::uint64_t kMostOfRun = 3'000'000;

using explain::length_text;
using explain::moment_text;
using explain::share_text;

std::string shareOf(SimTime part, SimTime whole) {
  return fmt::format("{} ({})", length_text(part), share_text(part, whole));
}

Section summarySection(const explain::Frame& frame, const explain::PartitionSummary& summary, std::string title, const std::string& when) {
  Section section;
  section.title = std::move(title);
  const std::string& name = frame.partition(summary.partition).name;
  if (summary.waits == 0) {
    section.sentences.push_back(fmt::format("No virtual processor of {} waited for a core {}.", name, when));
    return section;
  }
  section.sentences.push_back(fmt::format("Virtual processors of {} waited {} for a core {}, in {} {}.", name, length_text(summary.waited),
                                          when, summary.waits, summary.waits == 1 ? "wait" : "waits"));
  section.facts = causeFacts(frame, summary.partition, summary.reasons, summary.waited);
  if (summary.thread_waits > 0)
    section.sentences.push_back(fmt::format("Its threads waited {} for a logical processor, in {} waits.",
                                            length_text(summary.threads_waited), summary.thread_waits));
  return section;
}

/// What lies in [begin, end) of it, as if the run had begun and ended with it.
trace::DispatchSpan cut(trace::DispatchSpan d, SimTime begin, SimTime end) {
  for (SimTime* at : {&d.waiting, &d.ready, &d.enqueue, &d.begin, &d.end}) *at = std::clamp(*at, begin, end);
  d.entitled = std::min(d.entitled, d.end - d.begin);
  return d;
}

/// Thrown out of a replay that nobody waits for any more.
struct GivenUp {};

class Watched final : public trace::HistorySink {
 public:
  Watched(explain::Sweep& sweep, const std::atomic<bool>& cancelled) : sweep_{sweep}, cancelled_{cancelled} {}
  void became_ready(const trace::DispatchSpan& dispatch) override {
    if (cancelled_) throw GivenUp{};
    sweep_.became_ready(dispatch);
  }
  void began(const trace::TrackEvent& span) override { sweep_.began(span); }

 private:
  explain::Sweep& sweep_;
  const std::atomic<bool>& cancelled_;
};

}  // namespace

explain::Frame frameOf(const RunFacts& facts, ServerId server) {
  return explain::Frame{facts.info, server, facts.changes};
}

std::vector<Fact> causeFacts(const explain::Frame& frame, PartitionId waiter, std::vector<explain::Reason> reasons, SimTime whole) {
  std::ranges::stable_sort(reasons, std::ranges::greater{}, &explain::Reason::time);
  std::vector<Fact> facts;
  SimTime rest;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (i >= kMostCauses) {
      rest += reasons[i].time;
      continue;
    }
    Fact fact{explain::phrase(frame, waiter, reasons[i].cause, reasons[i].other), shareOf(reasons[i].time, whole), ""};
    if (reasons[i].other && *reasons[i].other != waiter)
      fact.link = Link{SelectedPartition{frame.server(), *reasons[i].other}, std::nullopt};
    facts.push_back(std::move(fact));
  }
  if (reasons.size() > kMostCauses)
    facts.push_back({fmt::format("{} more causes", reasons.size() - kMostCauses), shareOf(rest, whole), ""});
  return facts;
}

Section waitSection(Sources& sources, const trace::DispatchSpan& wait) {
  Section section;
  section.title = "Why did it wait";
  const explain::Frame frame = frameOf(*sources.facts, wait.server);
  const SimTime whole = wait.begin - wait.ready;
  const bool in_vain = wait.begin == wait.end;
  section.sentences.push_back(fmt::format("{}, virtual processor {}, waited {}: it had work from {} on and {}.",
                                          frame.partition(wait.partition).name, wait.vp, length_text(whole), moment_text(wait.ready),
                                          in_vain ? fmt::format("came to no core until {}", moment_text(wait.begin))
                                                  : fmt::format("came to core {} at {}", index(wait.core), moment_text(wait.begin))));
  const auto rows = explain::rows_around(NearRows{sources}, frame, wait.partition, wait.ready, wait.begin);
  if (!rows) {
    section.sentences.push_back(fmt::format("{} of it for want of entitlement, {} for want of a free core. The causes: {}.",
                                            length_text(wait.enqueue - wait.ready), length_text(wait.begin - wait.enqueue), rows.error()));
    return section;
  }
  explain::WaitAccount account = explain::account_for(frame, wait, *rows);
  std::ranges::stable_sort(account.reasons, std::ranges::greater{}, &explain::Reason::time);
  section.facts = causeFacts(frame, wait.partition, account.reasons, whole);
  // The words with the figures of this wait: weights, windows, entitlement used.
  for (std::size_t i = 0; i < std::min(section.facts.size(), account.reasons.size()) && i < kMostCauses; ++i)
    section.facts[i].label = explain::phrase(frame, account, account.reasons[i]);
  return section;
}

Section waitsAround(Sources& sources, const trace::PartitionFacts& partition, SimTime at) {
  using namespace literals;
  const RunFacts& facts = *sources.facts;
  Section section;
  section.title = "Why it waited around this moment";
  const explain::Frame frame = frameOf(facts, partition.server);
  std::string error;
  for (const SimTime length : {1_s, 100_ms, 10_ms}) {
    const SimTime last = std::max(facts.simulated, SimTime::from_ps(1));
    const SimTime begin = std::clamp(at - length / 2, SimTime{}, std::max(SimTime{}, last - length)), end = std::min(last, begin + length);
    auto rows = explain::rows_around(NearRows{sources}, frame, partition.partition, begin, end);
    if (!rows) {
      error = rows.error();
      continue;
    }
    std::erase_if(*rows, [&](const trace::DispatchSpan& d) { return d.end <= begin || d.ready >= end; });
    for (trace::DispatchSpan& d : *rows) d = cut(d, begin, end);
    std::ranges::stable_sort(*rows, {}, &trace::DispatchSpan::ready);
    explain::Sweep sweep{frame};
    for (const trace::DispatchSpan& d : *rows) sweep.became_ready(d);
    for (const explain::PartitionSummary& summary : sweep.finish())
      if (summary.partition == partition.partition)
        return summarySection(frame, summary, section.title, fmt::format("from {} to {}", moment_text(begin), moment_text(end)));
  }
  section.sentences.push_back(fmt::format("The causes of its waits: {}.", error));
  return section;
}

std::optional<Section> waitsOfRun(Sources& sources, const trace::PartitionFacts& partition) {
  const RunFacts& facts = *sources.facts;
  const explain::Frame frame = frameOf(facts, partition.server);
  const std::lock_guard lock{facts.memo->mutex};
  const auto known = facts.memo->waits.find(partition.server);
  if (known == facts.memo->waits.end()) {
    const auto rows = sources.windows.rows_in(SimTime{}, SimTime::never());
    if (!rows || *rows > kMostOfRun) return std::nullopt;
    explain::Sweep sweep{frame};
    Watched watched{sweep, sources.cancelled};
    try {
      if (!sources.reader.replay(partition.server, watched)) return std::nullopt;
    } catch (const GivenUp&) {
      return std::nullopt;
    }
    facts.memo->waits[partition.server] = sweep.finish();
  }
  for (const explain::PartitionSummary& summary : facts.memo->waits[partition.server])
    if (summary.partition == partition.partition)
      return summarySection(frame, summary, "Why it waited in the whole run", "in the whole run");
  return std::nullopt;
}

}  // namespace lparsim::gui
