#include "sim/scenario/io_recorder.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "sim/base/check.hpp"
#include "sim/scenario/partition_sums.hpp"

namespace lparsim::scenario {
namespace {

static_assert(trace::kIoStageCount == io::kStages);
static_assert(static_cast<int>(io::RequestKind::call) == static_cast<int>(trace::IoKind::call));
static_assert(static_cast<int>(io::Outcome::dropped) == static_cast<int>(trace::IoOutcome::dropped));
static_assert(static_cast<std::size_t>(io::Stage::client_dispatch) == trace::kClientDispatchStage);
static_assert(static_cast<std::size_t>(io::Stage::vios_dispatch) == trace::kViosDispatchStage);
static_assert(static_cast<std::size_t>(io::Stage::recovery) == trace::kRecoveryStage);
static_assert(static_cast<std::size_t>(io::Stage::service) == trace::kServiceStage);

/// The kinds of a target's two flows.
trace::IoKind kind_of(trace::IoTargetKind target, std::size_t flow) {
  return static_cast<trace::IoKind>((target == trace::IoTargetKind::peer ? 2 : 0) + flow);
}

std::string key(std::string_view metrics, trace::IoTargetKind kind) {
  return fmt::format("{} {}", trace::to_string(kind), metrics);
}

constexpr std::array kPercentiles{50, 90, 95, 99};

}  // namespace

IoRecorder::IoRecorder(const ScenarioConfig& scenario, trace::Recorder& recorder) : recorder_{recorder} {
  for (std::size_t s = 0; s < scenario.servers.size(); ++s) {
    const auto& partitions = scenario.servers[s].partitions;
    for (std::size_t p = 0; p < partitions.size(); ++p) places_[partitions[p].name] = {id_of<ServerId>(s), id_of<PartitionId>(p)};
  }
}

std::uint32_t IoRecorder::add_target(const std::string& partition, const std::string& name, trace::IoTargetKind kind) {
  const auto place = places_.find(partition);
  LPARSIM_CHECK(place != places_.end(), "requests of partition {}, which there is not", partition);
  const auto id = static_cast<std::uint32_t>(targets_.size());
  const std::string metrics = fmt::format("{}.{}", partition, name);
  const auto [known, is_new] = ids_.try_emplace(key(metrics, kind), id);
  if (!is_new) return known->second;
  Target& target = targets_.emplace_back();
  target.metrics = metrics;
  target.server = place->second.server;
  target.partition = place->second.partition;
  target.kind = kind;
  for (std::size_t f = 0; f < target.flows.size(); ++f) {
    target.flows[f].sums.target = id;
    target.flows[f].sums.kind = kind_of(kind, f);
  }
  recorder_.io_target({id, target.server, target.partition, name, kind});
  return id;
}

std::uint32_t IoRecorder::add_path(std::uint32_t target, const std::string& adapter, const std::string& vios) {
  Target& to = targets_.at(target);
  trace::IoPath path{target, to.paths++, adapter, std::nullopt};
  if (!vios.empty()) {
    const auto place = places_.find(vios);
    LPARSIM_CHECK(place != places_.end() && place->second.server == to.server, "a path of {} goes through {}, which is not on its server",
                  to.metrics, vios);
    path.vios = place->second.partition;
  }
  recorder_.io_path(path);
  return path.path;
}

IoRecorder::Flow& IoRecorder::flow(std::uint32_t target, io::RequestKind kind) {
  LPARSIM_CHECK(target < targets_.size(), "a request to target {} of {}", target, targets_.size());
  Target& to = targets_[target];
  const auto number = static_cast<std::size_t>(kind);
  LPARSIM_CHECK((number >= 2) == (to.kind == trace::IoTargetKind::peer), "a {} of {}, which is a {}",
                trace::to_string(static_cast<trace::IoKind>(kind)), to.metrics, trace::to_string(to.kind));
  return to.flows[number % 2];
}

// Times of requests under way since the last change.
void IoRecorder::settle(Flow& flow, SimTime now) {
  flow.sums.in_flight += (now - flow.changed) * flow.under_way;
  flow.changed = now;
}

void IoRecorder::request_began(std::uint32_t target, io::RequestKind kind, SimTime now) {
  Flow& f = flow(target, kind);
  settle(f, now);
  ++f.under_way;
  TimeAverage& in_flight = targets_[target].in_flight;
  in_flight.set(in_flight.value() + 1, now);
}

void IoRecorder::request_ended(const io::RequestRecord& record) {
  Flow& f = flow(record.target, record.kind);
  Target& target = targets_[record.target];
  settle(f, record.end);
  --f.under_way;
  target.in_flight.set(target.in_flight.value() - 1, record.end);
  const SimTime latency = record.end - record.begin;
  const bool done = record.outcome == io::Outcome::done;
  f.latency.record(latency, record.end);
  ++f.requests;
  if (done)
    f.bytes += record.bytes;
  else
    ++target.errors;
  ++f.sums.requests;
  f.sums.failed += done ? 0 : 1;
  f.sums.bytes += done ? record.bytes : 0;
  f.sums.latency += latency;
  for (std::size_t i = 0; i < io::kStages; ++i) {
    f.sums.stages[i] += record.stages[i];
    target.stages_ps[i] += record.stages[i].ps();
  }
  if (!recorder_.full()) return;
  steps_.clear();
  for (const io::Step& step : record.steps) steps_.push_back({static_cast<std::uint8_t>(step.stage), step.length});
  recorder_.io_request(
      {record.number, record.target, static_cast<trace::IoKind>(record.kind), static_cast<trace::IoOutcome>(record.outcome), record.bytes,
       record.path, record.attempts, record.begin, record.end, record.stages},
      steps_);
}

void IoRecorder::begin(SimTime now) {
  begun_ = now;
  for (Target& target : targets_) {
    target.in_flight.reset(now);
    target.errors = 0;
    target.stages_ps = {};
    for (Flow& f : target.flows) {
      f.latency.clear();
      f.requests = f.bytes = 0;
    }
  }
}

void IoRecorder::sample(SimTime now) {
  for (Target& target : targets_) {
    for (Flow& f : target.flows) {
      settle(f, now);
      trace::IoIntervalSample& sums = f.sums;
      sums.begin = sampled_;
      sums.end = now;
      if (sums.requests > 0 || sums.in_flight > SimTime{}) recorder_.io_interval(sums);
      trace::IoIntervalSample next;
      next.target = sums.target;
      next.kind = sums.kind;
      sums = next;
    }
  }
  sampled_ = now;
}

void IoRecorder::add_metrics(Values& values, SimTime now) const {
  const double seconds = (now - begun_).seconds();
  for (const Target& target : targets_) {
    std::uint64_t requests = 0;
    for (std::size_t i = 0; i < target.flows.size(); ++i) {
      const Flow& f = target.flows[i];
      const std::string prefix = fmt::format("{}.{}", target.metrics, trace::to_string(kind_of(target.kind, i)));
      requests += f.requests;
      if (seconds > 0) {
        values[prefix + ".iops"] = static_cast<double>(f.requests) / seconds;
        values[prefix + ".bandwidth"] = static_cast<double>(f.bytes) / seconds * 1e-6;
      }
      const Histogram& histogram = f.latency.histogram();
      if (histogram.count() == 0) continue;
      values[prefix + ".latency.mean"] = histogram.mean().milliseconds();
      values[prefix + ".latency.max"] = histogram.max().milliseconds();
      for (const int p : kPercentiles) values[fmt::format("{}.latency.p{}", prefix, p)] = histogram.percentile(p).milliseconds();
    }
    values[target.metrics + ".inflight"] = target.in_flight.mean(now);
    values[target.metrics + ".errors"] = static_cast<double>(target.errors);
    if (requests == 0) continue;
    for (std::size_t i = 0; i < io::kStages; ++i)
      values[fmt::format("{}.stage.{}", target.metrics, trace::kIoStages[i].name)] =
          static_cast<double>(target.stages_ps[i]) / static_cast<double>(requests) * 1e-9;
  }
}

// Of a target: requests and bytes of its two flows, all requests, requests under way times time, and its stages.
std::vector<IoRecorder::Figure> IoRecorder::figures() const {
  std::vector<Figure> all;
  std::size_t at = 0;
  for (const Target& target : targets_) {
    for (std::size_t i = 0; i < target.flows.size(); ++i) {
      const std::string prefix = fmt::format("{}.{}", target.metrics, trace::to_string(kind_of(target.kind, i)));
      all.push_back({prefix + ".iops", at++, std::nullopt, kPerSecond});
      all.push_back({prefix + ".bandwidth", at++, std::nullopt, kPerSecond * 1e-6});
    }
    const std::size_t requests = at++;
    all.push_back({target.metrics + ".inflight", at++, std::nullopt, 1});
    for (const trace::IoStage& stage : trace::kIoStages)
      all.push_back({fmt::format("{}.stage.{}", target.metrics, stage.name), at++, requests, 1e-9});
  }
  return all;
}

void IoRecorder::append_sums(std::vector<double>& to, SimTime now) const {
  for (const Target& target : targets_) {
    std::uint64_t requests = 0;
    for (const Flow& f : target.flows) {
      to.push_back(static_cast<double>(f.requests));
      to.push_back(static_cast<double>(f.bytes));
      requests += f.requests;
    }
    to.push_back(static_cast<double>(requests));
    to.push_back(target.in_flight.mean(now) * ps(now - begun_));
    for (const Wide stage : target.stages_ps) to.push_back(static_cast<double>(stage));
  }
}

std::vector<std::string> IoRecorder::remarks(const io::RequestLedger& ledger, SimTime now) const {
  constexpr SimTime kLong = SimTime::from_s(1);
  std::vector<std::string> sentences;
  if (now < kLong) return sentences;
  for (const io::RequestLedger::Unended& unended : ledger.unended(now - kLong))
    sentences.push_back(
        fmt::format("{}: {} request{} had not ended when the run did, though {} asked for a second before or earlier (the "
                    "oldest at {:.6g} s); no figure counts {}.",
                    targets_[unended.target].metrics, unended.requests, unended.requests == 1 ? "" : "s",
                    unended.requests == 1 ? "it was" : "they were", unended.oldest.seconds(), unended.requests == 1 ? "it" : "them"));
  return sentences;
}

void IoRecorder::add_half_widths(Values& widths) const {
  for (const Target& target : targets_) {
    for (std::size_t i = 0; i < target.flows.size(); ++i) {
      const SampledTimes& latency = target.flows[i].latency;
      const std::string prefix = fmt::format("{}.{}.latency", target.metrics, trace::to_string(kind_of(target.kind, i)));
      if (const auto half = latency.mean_half_width()) widths[prefix + ".mean"] = half->milliseconds();
      for (const int p : kPercentiles)
        if (const auto half = latency.percentile_half_width(p)) widths[fmt::format("{}.p{}", prefix, p)] = half->milliseconds();
    }
  }
}

}  // namespace lparsim::scenario
