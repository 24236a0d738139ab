// The inspector's pages of cores and virtual processors.
#include <fmt/format.h>

#include "gui/data/inspect_parts.hpp"
#include "gui/data/near_rows.hpp"
#include "gui/data/slice.hpp"
#include "gui/data/wait_words.hpp"
#include "sim/explain/words.hpp"

namespace lparsim::gui {

namespace {

using explain::length_text;
using explain::moment_text;

std::string coreSubtitle(const RunFacts& facts, ServerId server, CoreId core) {
  const trace::ServerFacts* found = facts.server(server);
  std::uint32_t dedicated = 0;
  for (const trace::PartitionFacts& p : facts.info.partitions)
    if (p.server == server) dedicated += p.cores;
  return fmt::format(
      "{}{}", index(core) < dedicated ? "core of a dedicated partition" : "core of the shared processors",
      found == nullptr ? "" : fmt::format(" of {}, {} at {:.3g} GHz", found->name, found->generation, found->frequency.value * 1e-9));
}

Section nothingRecorded() {
  return {"What it did", {}, {"Who was on which core was not recorded: run the scenario again with --trace full."}};
}

}  // namespace

std::string doingText(const std::optional<trace::DispatchSpan>& life, SimTime at) {
  if (!life) return "not seen with work again";
  const trace::DispatchSpan& d = *life;
  if (at >= d.begin) return fmt::format("running on core {} since {}", index(d.core), moment_text(d.begin));
  if (at >= d.enqueue) return fmt::format("waiting for a processor since {}", moment_text(d.enqueue));
  if (at >= d.ready) return fmt::format("waiting for capacity since {}", moment_text(d.ready));
  return fmt::format("idle until {}", moment_text(d.ready));
}

std::vector<Section> staySections(Sources& sources, const trace::DispatchSpan& stay, SimTime at) {
  const RunFacts& facts = *sources.facts;
  const SimTime length = stay.end - stay.begin;
  const trace::PartitionFacts* partition = facts.partition(stay.server, stay.partition);
  const bool dedicated = partition != nullptr && partition->mode == "dedicated";
  std::vector<Section> sections(1);
  Section& section = sections[0];
  section.title = "Stay on a core";
  if (at >= stay.begin && at < stay.end) {
    const State state = stateOf(stay, facts, at);
    section.sentences.push_back(fmt::format("At {} it is {}. {}", moment_text(at), wordsFor(state), meaningOf(state)));
  }
  section.facts = {{"partition", nameOf(facts, stay.server, stay.partition), "", linkTo(stay.server, stay.partition)},
                   {"virtual processor", fmt::format("{}", stay.vp), ""},
                   {"core", fmt::format("{}", index(stay.core)), "", linkTo(stay.server, stay.core, stay.begin)},
                   {"from", moment_text(stay.begin), "", linkTo(stay.begin)},
                   {"to", moment_text(stay.end), "", linkTo(stay.end)},
                   {"length", length_text(length), ""}};
  if (!dedicated) {
    section.facts.push_back({"of it entitled", length_text(stay.entitled), "Charged to its entitlement of this dispatch window."});
    section.facts.push_back({"of it excess", length_text(length - stay.entitled), "Time that others left over."});
  }
  section.facts.push_back({"it came because", wordsForDispatch(stay.dispatch_reason), ""});
  section.facts.push_back({"it left because", wordsForPreempt(stay.preempt_reason), ""});
  Section before{"Before it", {}, {}};
  before.facts = {{"nothing to do", length_text(stay.ready - stay.waiting), std::string{meaningOf(State::ceded)}},
                  {"waited for capacity", length_text(stay.enqueue - stay.ready), std::string{meaningOf(State::waitingCapacity)}},
                  {"waited for a processor", length_text(stay.begin - stay.enqueue), std::string{meaningOf(State::waitingProcessor)}}};
  sections.push_back(std::move(before));
  if (stay.begin > stay.ready) sections.push_back(waitSection(sources, stay));
  return sections;
}

Result<Inspection> inspectCore(Sources& sources, ServerId server, CoreId core, SimTime at, const TellInspection& soFar) {
  const RunFacts& facts = *sources.facts;
  const LaneKey lane = LaneKey::core(server, core);
  Inspection page{fmt::format("core {}", index(core)), coreSubtitle(facts, server, core), {}, true};
  if (!facts.isRecordedInFull()) {
    page.sections.push_back(nothingRecorded());
    return page;
  }
  const auto stay = sources.windows.stay_at(lane, at, sources.cancelled);
  if (!stay) return unexpected(stay.error());
  if (*stay) {
    page.final = false;
    soFar(page);
    page.final = true;
    page.sections = staySections(sources, **stay, at);
    return page;
  }
  const auto before = sources.windows.previous_stay(lane, at, sources.cancelled);
  if (!before) return unexpected(before.error());
  const auto after = sources.windows.next_stay(lane, at, sources.cancelled);
  if (!after) return unexpected(after.error());
  Section section{"Idle", {}, {fmt::format("Nobody is on this core at {}.", moment_text(at))}};
  const auto neighbour = [&](const char* label, const trace::DispatchSpan& d, SimTime moment) {
    section.facts.push_back(
        {label,
         fmt::format("{} vp {}, {} {}", nameOf(facts, d.server, d.partition), d.vp, moment < at ? "until" : "from", moment_text(moment)),
         "", Link{SelectedSlice{lane, d.begin, d.end}, d.begin}});
  };
  if (*before) neighbour("before", **before, (*before)->end);
  if (*after) neighbour("after", **after, (*after)->begin);
  page.sections.push_back(std::move(section));
  return page;
}

Result<Inspection> inspectVirtualProcessor(Sources& sources, LaneKey lane, SimTime at, const TellInspection& soFar) {
  const RunFacts& facts = *sources.facts;
  const std::string name = nameOf(facts, lane.server, PartitionId{lane.first});
  Inspection page{fmt::format("{} vp {}", name, lane.second), "virtual processor of " + name, {}, true};
  if (!facts.isRecordedInFull()) {
    page.sections.push_back(nothingRecorded());
    return page;
  }
  const auto life = lifeAt(sources, lane, at);
  if (!life) return unexpected(life.error());
  Section now{"At " + moment_text(at), {}, {}};
  now.facts.push_back({"state", doingText(*life, at), ""});
  now.facts.push_back({"partition", name, "", linkTo(lane.server, PartitionId{lane.first})});
  page.sections.push_back(std::move(now));
  if (!*life) return page;
  page.final = false;
  soFar(page);
  page.final = true;
  // Of a wait the reasons come first, of a stay the stay.
  std::vector<Section> sections = staySections(sources, **life, at);
  if (at < (*life)->begin && sections.size() == 3) std::swap(sections[0], sections[2]);
  for (Section& section : sections) page.sections.push_back(std::move(section));
  return page;
}

}  // namespace lparsim::gui
