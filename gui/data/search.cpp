#include "gui/data/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <tuple>

#include "gui/data/fuzzy.hpp"
#include "sim/base/quantity.hpp"

namespace lparsim::gui {

namespace {

/// Of equal fits the more important comes first.
constexpr std::array kImportance{Hit::Kind::time,     Hit::Kind::request, Hit::Kind::partition, Hit::Kind::event,
                                 Hit::Kind::core,     Hit::Kind::target,  Hit::Kind::lane,      Hit::Kind::device,
                                 Hit::Kind::workload, Hit::Kind::server,  Hit::Kind::pool,      Hit::Kind::metric};

int rankOf(Hit::Kind kind) {
  return static_cast<int>(std::ranges::find(kImportance, kind) - kImportance.begin());
}

constexpr std::array<std::pair<std::string_view, trace::EventKind>, 9> kEvents{
    {{"next dispatch", trace::EventKind::dispatch},
     {"next preemption", trace::EventKind::preemption},
     {"next cap hit (waits for capacity)", trace::EventKind::cap_hit},
     {"next wait for a core", trace::EventKind::wait_for_core},
     {"next folding of a virtual processor", trace::EventKind::folded},
     {"next unfolding of a virtual processor", trace::EventKind::unfolded},
     {"next operator's change", trace::EventKind::instant},
     {"next failed request", trace::EventKind::io_failure},
     {"next event of a Virtual Service Partition", trace::EventKind::vsp_event}}};

std::string small(std::string_view text) {
  std::string letters{text};
  for (char& c : letters) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return letters;
}

Hit named(Hit::Kind kind, std::string text, std::string detail) {
  Hit hit;
  hit.kind = kind;
  hit.text = std::move(text);
  hit.detail = std::move(detail);
  return hit;
}

std::string modeOf(const trace::PartitionFacts& p) {
  if (p.mode == "dedicated") return fmt::format("{} partition with {} dedicated cores", p.type, p.cores);
  return fmt::format("{} partition, {:.2f} PU {}", p.type, p.entitlement.value(), p.capped ? "capped" : "uncapped");
}

void addLane(const Lane& lane, const RunFacts& facts, std::vector<Hit>& hits) {
  Hit hit = named(Hit::Kind::lane, lane.full, "");
  hit.lane = lane.key;
  const trace::PartitionFacts* partition = facts.partition(lane.key.server, PartitionId{lane.key.first});
  switch (lane.key.kind) {
    case LaneKey::Kind::core:
      hit.kind = Hit::Kind::core;
      hit.detail = lane.dedicated ? "core of a dedicated partition" : "core of the shared processor pool";
      hit.selection = SelectedCore{lane.key.server, CoreId{lane.key.first}};
      break;
    case LaneKey::Kind::partition:
      hit.kind = Hit::Kind::partition;
      if (partition != nullptr) hit.detail = modeOf(*partition);
      hit.selection = SelectedPartition{lane.key.server, PartitionId{lane.key.first}};
      break;
    case LaneKey::Kind::virtual_processor:
      hit.detail = "virtual processor";
      hit.selection = SelectedPartition{lane.key.server, PartitionId{lane.key.first}};
      break;
    case LaneKey::Kind::io_target:
      hit.kind = Hit::Kind::target;
      for (const trace::IoTarget& target : facts.targets) {
        const trace::PartitionFacts* owner = facts.partition(target.server, target.partition);
        if (target.id != lane.key.first || owner == nullptr) continue;
        hit.detail = fmt::format("{} of {}", target.kind == trace::IoTargetKind::disk ? "disk" : "peer", owner->name);
        hit.selection = SelectedPartition{target.server, target.partition};
      }
      break;
    case LaneKey::Kind::vsp:
      hit.detail = "calls to a Virtual Service Partition";
      hit.selection = SelectedPartition{lane.key.server, PartitionId{lane.key.first}};
      break;
  }
  hits.push_back(std::move(hit));
}

/// `request 1234`, `req 1234`, `#1234`.
std::optional<std::uint64_t> requestIn(std::string_view typed) {
  std::size_t at = 0;
  if (typed.starts_with('#')) {
    at = 1;
  } else {
    while (at < typed.size() && std::isalpha(static_cast<unsigned char>(typed[at])) != 0) ++at;
    if (at < 3 || !std::string_view{"request"}.starts_with(typed.substr(0, at))) return std::nullopt;
    while (at < typed.size() && typed[at] == ' ') ++at;
  }
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(typed.data() + at, typed.data() + typed.size(), number);
  if (error != std::errc{} || end != typed.data() + typed.size()) return std::nullopt;
  return number;
}

}  // namespace

SearchIndex::SearchIndex(const RunFacts& facts) : end_{facts.end()} {
  const auto add = [&](const Lane& lane) {
    addLane(lane, facts, hits_);
  };
  for (const Lane& lane : lanesOf(facts, Arrangement::byVirtualProcessor)) add(lane);
  for (const Lane& lane : lanesOf(facts, Arrangement::byCore))
    if (lane.key.kind == LaneKey::Kind::core) add(lane);
  for (const trace::ServerFacts& s : facts.info.servers)
    hits_.push_back(
        named(Hit::Kind::server, s.name, fmt::format("server with {} cores{}{}", s.cores, s.model.empty() ? "" : ", ", s.model)));
  for (const trace::PoolFacts& p : facts.info.pools)
    hits_.push_back(named(Hit::Kind::pool, p.name, fmt::format("shared processor pool of at most {:.2f} PU", p.maximum.value())));
  for (const trace::WorkloadFacts& w : facts.info.workloads) {
    const trace::PartitionFacts* partition = facts.partition(w.server, w.partition);
    Hit hit = named(Hit::Kind::workload, (partition == nullptr ? "" : partition->name + ".") + w.name, w.type + " workload");
    hit.selection = SelectedPartition{w.server, w.partition};
    hit.lane = LaneKey::partition(w.server, w.partition);
    hits_.push_back(std::move(hit));
  }
  for (const trace::MetricValue& m : facts.metrics) {
    const bool plain = m.unit == "1";
    Hit hit =
        named(Hit::Kind::metric, m.name, fmt::format("{}: {:.6g}{}{}", m.description, m.value, plain ? "" : " ", plain ? "" : m.unit));
    hit.metric = m.name;
    if (const auto* p = facts.partition(std::string_view{m.name}.substr(0, m.name.find('.'))))
      hit.selection = SelectedPartition{p->server, p->partition};
    hits_.push_back(std::move(hit));
  }
  for (const auto& [text, kind] : kEvents) {
    Hit hit = named(Hit::Kind::event, std::string{text}, "moves the playhead");
    hit.event = kind;
    hits_.push_back(std::move(hit));
  }
  for (const Hit& hit : hits_) letters_.push_back(small(hit.text));
}

std::vector<Hit> SearchIndex::find(std::string_view typed, std::size_t most) const {
  while (!typed.empty() && typed.front() == ' ') typed.remove_prefix(1);
  while (!typed.empty() && typed.back() == ' ') typed.remove_suffix(1);
  const std::string word = small(typed);
  std::vector<Hit> found;
  if (const auto at = parse_time(typed); at && *at <= end_) {
    Hit hit = named(Hit::Kind::time, format(*at), "moves the playhead there");
    hit.at = *at;
    hit.score = INT32_MAX;
    found.push_back(std::move(hit));
  }
  if (const auto number = requestIn(word)) {
    Hit hit = named(Hit::Kind::request, fmt::format("request {}", *number), "shows its way");
    hit.selection = SelectedRequest{*number};
    hit.score = INT32_MAX;
    found.push_back(std::move(hit));
  }
  struct Place {
    int score;
    std::size_t hit;
  };
  std::vector<Place> places;
  for (std::size_t i = 0; i < hits_.size(); ++i) {
    const int score = word.empty() ? (hits_[i].kind == Hit::Kind::partition ? 1 : 0) : fitOf(word, letters_[i]).score;
    if (score > 0) places.push_back({score, i});
  }
  const std::size_t wanted = std::min(most > found.size() ? most - found.size() : 0, places.size());
  std::ranges::partial_sort(places, places.begin() + static_cast<std::ptrdiff_t>(wanted), [&](const Place& a, const Place& b) {
    const auto key = [&](const Place& p) {
      return std::tuple{-p.score, rankOf(hits_[p.hit].kind), p.hit};
    };
    return key(a) < key(b);
  });
  for (std::size_t i = 0; i < wanted; ++i) {
    Hit hit = hits_[places[i].hit];
    hit.score = places[i].score;
    if (!word.empty()) hit.matched = fitOf(word, letters_[places[i].hit]).matched;
    found.push_back(std::move(hit));
  }
  return found;
}

}  // namespace lparsim::gui
