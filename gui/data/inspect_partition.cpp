// The inspector's page of a partition.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/data/flow_words.hpp"
#include "gui/data/flows.hpp"
#include "gui/data/inspect_parts.hpp"
#include "gui/data/near_rows.hpp"
#include "gui/data/wait_words.hpp"
#include "sim/explain/words.hpp"

namespace lparsim::gui {

namespace {

using namespace literals;

constexpr SimTime kAround = 100_ms;
constexpr std::uint32_t kMostProcessors = 16;
constexpr std::size_t kMostMetrics = 40;

std::string typeText(const trace::PartitionFacts& p) {
  if (p.type == "aix") return "AIX";
  if (p.type == "ibmi") return "IBM i";
  if (p.type == "linux") return "Linux";
  if (p.type == "vios") return "Virtual I/O Server";
  return p.type == "vsp" ? "Virtual Service" : p.type;
}

std::string subtitleOf(const trace::PartitionFacts& p, const RunFacts& facts) {
  const trace::ServerFacts* server = facts.server(p.server);
  const std::string where = server == nullptr ? "" : " of " + server->name;
  if (p.mode == "dedicated")
    return fmt::format("{} partition{}, {} dedicated {}{}", typeText(p), where, p.cores, p.cores == 1 ? "core" : "cores",
                       p.donates() ? ", donating" : "");
  return fmt::format("{} partition{}, shared, {}", typeText(p), where,
                     p.capped ? "capped" : fmt::format("uncapped with weight {}", p.weight));
}

Section settingsOf(const trace::PartitionFacts& p, const RunFacts& facts, SimTime at) {
  Section section{"Settings", {}, {}};
  const explain::Rights rights = frameOf(facts, p.server).rights(p.partition, at);
  const auto add = [&](std::string label, std::string value, std::string meaning) {
    section.facts.push_back({std::move(label), std::move(value), std::move(meaning)});
  };
  if (p.mode == "dedicated") {
    add("dedicated cores", fmt::format("{}", p.cores), "Cores that belong to it alone.");
    if (p.donates()) add("donating", "yes", "Its idle cores are lent to the shared pool.");
  } else {
    add("entitlement", puText(rights.entitlement.value()), "Processor time that it is guaranteed in every dispatch window.");
    add("mode", rights.capped ? "capped" : "uncapped",
        rights.capped ? "It never gets more than its entitlement." : "It may use what others leave over.");
    if (!rights.capped)
      add("weight", fmt::format("{}", rights.weight),
          "Its share of what others leave over, against the weights of those who want some too.");
    add("pool", p.pool, "The shared processor pool that it takes its time from.");
  }
  add("virtual processors", fmt::format("{}", p.virtual_processors), "At most so many cores can it run on at once.");
  add("SMT", fmt::format("{}", p.smt), "Hardware threads that its operating system uses on each virtual processor.");
  add("memory", bytesText(p.memory.count), "");
  return section;
}

Section nowOf(Sources& sources, const trace::PartitionFacts& p, const Flows& flows) {
  const bool one = flows.partitions.size() == 1;
  Section section{fmt::format("Around {}", explain::moment_text(flows.at)), {}, {}};
  if (flows.coarse)
    section.sentences.push_back("Averages of the recorded interval: the run was not recorded in full.");
  else
    section.sentences.push_back(fmt::format("Averages of {}.", explain::length_text(flows.end - flows.begin)));
  if (one) {
    const PartitionFlow& flow = flows.partitions[0];
    section.facts.push_back({"physc", puText(flow.physc.value), flow.physc.sentence});
    if (flow.entitlement > ProcessingUnits{})
      section.facts.push_back({"entc", fmt::format("{:.1f} %", flow.entc.value), flow.entc.sentence});
    if (p.mode != "dedicated") section.facts.push_back({"excess", puText(flow.excess.value), flow.excess.sentence});
    section.facts.push_back({"waiting", fmt::format("{:.2f}", flow.waiting.value), flow.waiting.sentence});
    if (flow.hcalls) section.facts.push_back({"hypervisor calls", rateText(flow.hcalls->value) + " /s", flow.hcalls->sentence});
  }
  for (const TargetFlow& flow : flows.targets) {
    const auto target = std::ranges::find(sources.facts->targets, flow.target, &trace::IoTarget::id);
    section.facts.push_back(
        {target->name,
         flow.requests.value > 0 ? fmt::format("{} /s, {:.3g} ms", rateText(flow.requests.value), flow.latency.value) : "idle",
         fmt::format("{}; {}; {}.", flow.requests.sentence, flow.latency.sentence, flow.inFlight.sentence)});
  }
  for (const HookFlow& flow : flows.hooks)
    section.facts.push_back({fmt::format("{} calls{}", flow.hook == 0 ? "all" : trace::name_in(trace::kVspHooks, flow.hook),
                                         flow.hook == 0 ? "" : " of " + nameOf(*sources.facts, flow.server, flow.client)),
                             fmt::format("{} /s, {:.3g} ms", rateText(flow.calls.value), flow.latency.value), flow.calls.sentence + "."});
  return section;
}

Result<Section> processorsOf(Sources& sources, const trace::PartitionFacts& p, SimTime at) {
  Section section{"Virtual processors at " + explain::moment_text(at), {}, {}};
  const std::uint32_t all = virtualProcessorsOf(*sources.facts, p);
  for (std::uint32_t vp = 0; vp < std::min(all, kMostProcessors); ++vp) {
    const LaneKey lane = LaneKey::virtual_processor(p.server, p.partition, vp);
    const auto life = lifeAt(sources, lane, at);
    if (!life) return unexpected(life.error());
    Fact fact{fmt::format("vp {}", vp), doingText(*life, at), ""};
    if (*life) fact.link = Link{SelectedSlice{lane, at, at}, at};
    section.facts.push_back(std::move(fact));
  }
  if (all > kMostProcessors) section.facts.push_back({"more", fmt::format("{} others", all - kMostProcessors), ""});
  return section;
}

Section metricsOf(const trace::PartitionFacts& p, const RunFacts& facts) {
  Section section{"Figures of the run", {}, {}};
  for (const trace::MetricValue& m : facts.metrics) {
    if (!m.name.starts_with(p.name + ".") || section.facts.size() == kMostMetrics) continue;
    const std::string value =
        std::isnan(m.value) ? "no sample yet" : fmt::format("{:.6g}{}{}", m.value, m.unit == "1" ? "" : " ", m.unit == "1" ? "" : m.unit);
    section.facts.push_back({m.name.substr(p.name.size() + 1), value, m.description});
  }
  return section;
}

Section hooksOf(const trace::PartitionFacts& p, const RunFacts& facts) {
  Section section{"Hooks", {}, {}};
  for (const trace::VspHookFacts& hook : facts.info.vsp_hooks) {
    if (hook.server != p.server || hook.vsp != p.partition) continue;
    section.facts.push_back(
        {std::string{trace::name_in(trace::kVspHooks, hook.hook)}, std::string{trace::name_in(trace::kVspRoles, hook.role)},
         fmt::format("For {}; has {} to answer; while it is away calls are {}.",
                     hook.clients.empty() ? "every partition but itself" : hook.clients, explain::length_text(hook.deadline),
                     hook.when_absent == "open"     ? "let pass"
                     : hook.when_absent == "closed" ? "refused"
                                                    : "held up")});
  }
  return section;
}

}  // namespace

Result<Inspection> inspectPartition(Sources& sources, const trace::PartitionFacts& p, SimTime at, const TellInspection& soFar) {
  const RunFacts& facts = *sources.facts;
  Inspection page{p.name, subtitleOf(p, facts), {}, false};
  const auto flows = flowsAt(sources, at, kAround, trace::PartitionKey{p.server, p.partition});
  if (!flows) return unexpected(flows.error());
  page.sections.push_back(nowOf(sources, p, *flows));
  page.sections.push_back(settingsOf(p, facts, at));
  if (Section hooks = hooksOf(p, facts); !hooks.facts.empty()) page.sections.push_back(std::move(hooks));
  if (Section metrics = metricsOf(p, facts); !metrics.facts.empty()) page.sections.push_back(std::move(metrics));
  if (!facts.isRecordedInFull()) {
    page.sections.push_back({"Why it waited", {}, {"Single waits were not recorded: run the scenario again with --trace full."}});
    page.final = true;
    return page;
  }
  soFar(page);
  auto processors = processorsOf(sources, p, at);
  if (!processors) return unexpected(processors.error());
  page.sections.insert(page.sections.begin() + 1, std::move(*processors));
  page.sections.insert(page.sections.begin() + 2, waitsAround(sources, p, at));
  soFar(page);
  if (auto whole = waitsOfRun(sources, p))
    page.sections.push_back(std::move(*whole));
  else
    page.sections.push_back(
        {"Why it waited in the whole run", {}, {"This run is too long to look at every wait here; `lparsim explain-wait` does."}});
  if (sources.cancelled) return unexpected(std::string{"cancelled"});
  page.final = true;
  return page;
}

}  // namespace lparsim::gui
