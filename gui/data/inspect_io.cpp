// The inspector's pages of requests, calls and devices.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gui/data/flow_words.hpp"
#include "gui/data/inspect_parts.hpp"
#include "gui/data/near_rows.hpp"
#include "gui/data/wait_words.hpp"
#include "sim/explain/explain_io.hpp"
#include "sim/explain/words.hpp"

namespace lparsim::gui {

namespace {

using explain::length_text;
using explain::moment_text;
using explain::share_text;

constexpr std::size_t kMostUnderWay = 50;

std::string withSpaces(std::string_view name) {
  std::string text{name};
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string shareOf(SimTime part, SimTime whole) {
  return fmt::format("{} ({})", length_text(part), share_text(part, whole));
}

Section requestSection(const trace::IoRequest& r, const trace::IoTarget& target, const std::string& path, const RunFacts& facts) {
  Section section{"Request", {}, {}};
  section.facts = {{"partition", nameOf(facts, target.server, target.partition), "", linkTo(target.server, target.partition)},
                   {target.kind == trace::IoTargetKind::disk ? "disk" : "peer", target.name, ""},
                   {"kind", fmt::format("{} of {}", trace::to_string(r.kind), bytesText(r.bytes)), ""},
                   {"outcome", std::string{trace::to_string(r.outcome)}, ""},
                   {"asked at", moment_text(r.begin), "", linkTo(r.begin)},
                   {"answered at", moment_text(r.end), "", linkTo(r.end)},
                   {"latency", length_text(r.end - r.begin), "From the asking of the thread to its answer."}};
  if (!path.empty()) section.facts.push_back({"path", path, "The client's adapter, and the Virtual I/O Server it goes through."});
  if (r.attempts > 1) section.facts.push_back({"attempts", fmt::format("{}", r.attempts), "How often it was sent."});
  return section;
}

/// Its stages with their reasons.
std::vector<Section> waySections(const explain::Frame& frame, const explain::IoAccount& account, const RunFacts& facts) {
  const SimTime whole = account.request.end - account.request.begin;
  Section way{"Its way", {}, {}};
  std::vector<Section> why;
  for (const explain::IoPart& part : account.parts) {
    Fact fact{withSpaces(trace::kIoStages[part.stage].name), shareOf(part.length, whole),
              std::string{trace::kIoStages[part.stage].meaning}};
    fact.link = linkTo(part.begin);
    way.facts.push_back(std::move(fact));
    for (const trace::VspCall& call : part.services)
      way.facts.push_back({"  " + nameOf(facts, call.server, call.vsp), shareOf(call.end_time - call.begin, part.length),
                           fmt::format("{} of {}: {}", trace::name_in(trace::kVspRoles, call.role),
                                       trace::name_in(trace::kVspHooks, call.hook), trace::name_in(trace::kVspCallEnds, call.end)),
                           Link{SelectedCall{call.server, call.number, call.begin}, call.begin}});
    if (!part.off) continue;
    const explain::OffAccount& off = *part.off;
    const std::string& name = frame.partition(off.partition).name;
    Section section{fmt::format("Why {} was on no core", name), {}, {}};
    section.sentences.push_back(
        fmt::format("The request waited {} while {} had no virtual processor on a core.", length_text(off.off), name));
    section.facts = causeFacts(frame, off.partition, off.reasons, off.off);
    if (off.asleep > SimTime{}) section.facts.push_back({name + " had ceded and was still to be woken", shareOf(off.asleep, off.off), ""});
    if (off.unexplained > SimTime{}) section.facts.push_back({"no cause was found", shareOf(off.unexplained, off.off), ""});
    why.push_back(std::move(section));
  }
  why.insert(why.begin(), std::move(way));
  return why;
}

/// The longest stage in a sentence.
std::string mostOf(const trace::IoRequest& r) {
  const auto longest = std::ranges::max_element(r.stages);
  const auto place = static_cast<std::size_t>(longest - r.stages.begin());
  return fmt::format("Most of its {} ({}): {}.", length_text(r.end - r.begin), share_text(*longest, r.end - r.begin),
                     trace::kIoStages[place].meaning);
}

Result<Inspection> pageOf(Sources& sources, const trace::IoJourney& journey, const TellInspection& soFar) {
  const RunFacts& facts = *sources.facts;
  const trace::IoRequest& r = journey.request;
  const auto target = std::ranges::find(facts.targets, r.target, &trace::IoTarget::id);
  if (target == facts.targets.end()) return unexpected(fmt::format("Request {} is to a target that this run does not know.", r.number));
  Inspection page{fmt::format("request {}", r.number),
                  fmt::format("{} of {} {} {}", trace::to_string(r.kind), nameOf(facts, target->server, target->partition),
                              r.kind == trace::IoKind::read ? "from" : "to", target->name),
                  {},
                  false};
  page.sections.push_back(requestSection(r, *target, "", facts));
  page.sections[0].sentences.push_back(mostOf(r));
  soFar(page);
  const explain::Frame frame = frameOf(facts, target->server);
  const auto account = explain::account_for(NearRows{sources}, facts.info, facts.targets, facts.paths, frame, journey);
  page.final = true;
  if (!account) {
    page.sections.push_back({"Its way", {}, {fmt::format("Its way cannot be explained: {}.", account.error())}});
    return page;
  }
  page.sections[0] = requestSection(r, *target, account->path, facts);
  page.sections[0].sentences.push_back(mostOf(r));
  for (Section& section : waySections(frame, *account, facts)) page.sections.push_back(std::move(section));
  return page;
}

Inspection callPage(const trace::VspCall& call, const RunFacts& facts) {
  const SimTime whole = call.end_time - call.begin;
  const std::string service = nameOf(facts, call.server, call.vsp), client = nameOf(facts, call.server, call.client);
  Inspection page{fmt::format("call {}", call.number),
                  fmt::format("{} of {} at {}", trace::name_in(trace::kVspHooks, call.hook), client, service),
                  {},
                  true};
  Section section{"Call", {}, {}};
  section.sentences.push_back(fmt::format("{} called {} as {} of {}, and the call was {} after {}.", client, service,
                                          trace::name_in(trace::kVspRoles, call.role), trace::name_in(trace::kVspHooks, call.hook),
                                          trace::name_in(trace::kVspCallEnds, call.end), length_text(whole)));
  section.facts = {{"client", client, "", linkTo(call.server, call.client)},
                   {"service", service, "", linkTo(call.server, call.vsp)},
                   {"hook", std::string{trace::name_in(trace::kVspHooks, call.hook)},
                    "Where the hypervisor or the Virtual I/O Server hands the call over."},
                   {"role", std::string{trace::name_in(trace::kVspRoles, call.role)}, ""},
                   {"end", std::string{trace::name_in(trace::kVspCallEnds, call.end)}, ""},
                   {"began", moment_text(call.begin), "", linkTo(call.begin)},
                   {"latency", length_text(whole), "From the caller's beginning to the end of the call."},
                   {"until it was taken", shareOf(call.taken - call.begin, whole), "Until the service had received it."},
                   {"service on no core", shareOf(call.undispatched, whole), "The service had no virtual processor on a core."},
                   {"paid by the client", length_text(call.client_cost), "Processor time that the call took from its caller."},
                   {"paid by the service", length_text(call.vsp_cost), "Processor time of the service."},
                   {"copied", bytesText(call.bytes), ""}};
  if (call.sent > 1) section.facts.push_back({"sent", fmt::format("{} times", call.sent), ""});
  page.sections.push_back(std::move(section));
  return page;
}

Result<Inspection> listOf(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime end) {
  const bool calls = detail.lane.kind == LaneKey::Kind::vsp;
  const std::size_t count = calls ? detail.calls.size() : detail.requests.size();
  Inspection page{fmt::format("{} {}", count, calls ? "calls" : "requests"),
                  fmt::format("from {} to {}", moment_text(begin), moment_text(end)),
                  {},
                  true};
  Section section{"Under way", {}, {}};
  for (const trace::IoRequest& r : detail.requests) {
    if (section.facts.size() == kMostUnderWay) break;
    section.facts.push_back({fmt::format("request {}", r.number), length_text(r.end - r.begin),
                             r.outcome == trace::IoOutcome::done ? "" : "It was not done.",
                             Link{SelectedRequest{r.number, r.begin}, r.begin}});
  }
  for (const trace::VspCall& c : detail.calls) {
    if (section.facts.size() == kMostUnderWay) break;
    section.facts.push_back({fmt::format("call {} of {}", c.number, nameOf(facts, c.server, c.client)), length_text(c.end_time - c.begin),
                             "", Link{SelectedCall{c.server, c.number, c.begin}, c.begin}});
  }
  if (count == 0) section.sentences.push_back("Nothing was under way.");
  if (count > kMostUnderWay) section.sentences.push_back(fmt::format("The first {} of them.", kMostUnderWay));
  page.sections.push_back(std::move(section));
  return page;
}

}  // namespace

Result<Inspection> inspectRequest(Sources& sources, const SelectedRequest& request, const TellInspection& soFar) {
  const auto journey = sources.reader.io_journey(request.number);
  if (!journey) return unexpected(journey.error());
  if (!*journey) return unexpected(fmt::format("No request {} has ended in this run.", request.number));
  return pageOf(sources, **journey, soFar);
}

Result<Inspection> inspectCall(Sources& sources, const SelectedCall& selected) {
  const SimTime begin = selected.at.value_or(SimTime{}), end = selected.at ? *selected.at + SimTime::from_ps(1) : SimTime::never();
  const auto calls = selected.at ? NearRows{sources}.vsp_calls(selected.server, begin, end)
                                 : sources.reader.vsp_calls(selected.server, std::nullopt, begin, end);
  if (!calls) return unexpected(calls.error());
  const auto found = std::ranges::find(*calls, selected.number, &trace::VspCall::number);
  if (found == calls->end()) return unexpected(fmt::format("No call {} has ended in this run.", selected.number));
  return callPage(*found, *sources.facts);
}

Result<Inspection> inspectUnderWay(Sources& sources, LaneKey lane, SimTime begin, SimTime end, const TellInspection& soFar) {
  trace::WindowQuestion question;
  question.begin = begin;
  question.end = std::max(end, begin + SimTime::from_ps(1));
  question.lanes = {lane};
  const auto details = sources.windows.read(question, sources.cancelled);
  if (!details) return unexpected(details.error());
  const trace::LaneDetail& detail = details->front();
  if (!detail.exact)
    return Inspection{"Many at once",
                      fmt::format("from {} to {}", moment_text(begin), moment_text(end)),
                      {{"Under way",
                        {},
                        {sources.facts->isRecordedInFull() ? "Zoom in to see single ones."
                                                           : "Single ones were not recorded: run the scenario again with --trace full."}}},
                      true};
  if (detail.requests.size() == 1) return inspectRequest(sources, {detail.requests[0].number, detail.requests[0].begin}, soFar);
  if (detail.calls.size() == 1) return callPage(detail.calls[0], *sources.facts);
  return listOf(detail, *sources.facts, begin, end);
}

Result<Inspection> inspectDevice(Sources& sources, std::uint32_t number, SimTime at) {
  const RunFacts& facts = *sources.facts;
  if (number >= facts.info.devices.size()) return unexpected(std::string{"This run has no such device."});
  const trace::DeviceFacts& device = facts.info.devices[number];
  const std::string kind = withSpaces(trace::to_string(device.kind));
  Inspection page{
      device.name,
      device.partition && device.server ? fmt::format("{} of {}", kind, nameOf(facts, *device.server, *device.partition)) : kind,
      {},
      true};
  Section about{"Device", {}, {}};
  if (!device.about.empty()) about.facts.push_back({"about", device.about, ""});
  if (device.partition && device.server)
    about.facts.push_back({"partition", nameOf(facts, *device.server, *device.partition), "", linkTo(*device.server, *device.partition)});
  const auto neighbour = [&](const char* label, std::uint32_t other, const std::string& how) {
    if (other < facts.info.devices.size())
      about.facts.push_back({label, facts.info.devices[other].name, how, Link{SelectedDevice{other}, std::nullopt}});
  };
  for (const trace::ConnectionFacts& c : facts.info.connections) {
    if (c.from == number) neighbour("connected to", c.to, c.about);
    if (c.to == number) neighbour("connected from", c.from, c.about);
  }
  page.sections.push_back(std::move(about));
  const auto samples = sources.reader.device_intervals(at);
  if (!samples) return unexpected(samples.error());
  for (const trace::DeviceIntervalSample& s : *samples) {
    if (s.device != number || s.begin >= s.end) continue;
    const double seconds = (s.end - s.begin).seconds();
    page.sections.push_back(
        {fmt::format("From {} to {}", moment_text(s.begin), moment_text(s.end)),
         {{"transfers", rateText(static_cast<double>(s.transfers) / seconds) + " /s", "Frames or commands that passed it in a second."},
          {"throughput", byteRateText(static_cast<double>(s.bytes) / seconds), "Bytes that passed it in a second."},
          {"busy", share_text(s.busy, s.end - s.begin), "How much of the time its links or channels were at work."}},
         {}});
  }
  Section used{"Requests that pass it", {}, {}};
  for (const trace::RouteFacts& route : facts.info.routes) {
    if (std::ranges::find(route.devices, number) == route.devices.end()) continue;
    const auto target = std::ranges::find(facts.targets, route.target, &trace::IoTarget::id);
    if (target == facts.targets.end()) continue;
    const std::string name = fmt::format("{} {}", nameOf(facts, target->server, target->partition), target->name);
    if (std::ranges::find(used.facts, name, &Fact::label) == used.facts.end())
      used.facts.push_back({name, route.alternative == 0 ? fmt::format("path {}", route.path) : "only after a failure", "",
                            linkTo(target->server, target->partition)});
  }
  if (!used.facts.empty()) page.sections.push_back(std::move(used));
  return page;
}

}  // namespace lparsim::gui
