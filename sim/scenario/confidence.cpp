#include "sim/scenario/confidence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/batch_interval.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/sampled_times.hpp"
#include "sim/scenario/metric_names.hpp"
#include "sim/scenario/partition_sums.hpp"
#include "sim/scenario/precision.hpp"

namespace lparsim::scenario {
namespace {

void add_times(std::unordered_map<std::string, double>& widths, const std::string& name, const SampledTimes& times,
               std::initializer_list<int> percents) {
  if (const auto half = times.mean_half_width()) widths[name + ".mean"] = half->milliseconds();
  for (const int percent : percents) {
    if (const auto half = times.percentile_half_width(percent)) widths[fmt::format("{}.p{}", name, percent)] = half->milliseconds();
  }
}

/// At most kMostBatches notes in the planned run, and enough if the dispatch window lets it have so many; never where there will not be
/// enough, since notes about many partitions cost time.
SimTime period_of(const ScenarioConfig& scenario) {
  const SimTime window = scenario.servers.front().hypervisor.dispatch_window;
  const SimTime longest = scenario.precision.empty() ? scenario.duration : scenario.precision_limit;
  if ((longest - scenario.warmup) / window < static_cast<std::int64_t>(kFewestBatches)) return SimTime::never() - scenario.duration;
  const SimTime most = window * static_cast<std::int64_t>(kMostBatches - 1);
  return window * std::max<std::int64_t>(1, (scenario.duration - scenario.warmup + most - SimTime::from_ps(1)) / most);
}

/// Rounded up to two digits, so that it reads like something one would type.
SimTime round_figure(SimTime time) {
  SimTime step = SimTime::from_us(1);
  while (time / step >= 100) step = step * 10;
  return step * ((time + step - SimTime::from_ps(1)) / step);
}

bool load_changes_by_itself(const Server::Member& member) {
  return std::ranges::any_of(member.config->workloads, workload::changes_by_itself);
}

}  // namespace

Confidence::Confidence(const ScenarioConfig& scenario, Platform& platform, const IoRecorder& io, const VspRecorder& services)
    : scenario_{scenario}, platform_{platform}, io_{io}, services_{services} {
  name_ratios();
}

// In the order of sums(): place 0 is the time itself.
void Confidence::name_ratios() {
  std::size_t at = 1;
  for (std::size_t i = 0; i < platform_.servers().size(); ++i) {
    const Server& server = *platform_.servers()[i];
    for (const Server::Member& member : server.members()) {
      const std::string& name = member.config->name;
      for (const PartitionFigure& figure : partition_figures()) {
        const auto place = [&](PartitionSum sum) {
          return sum == PartitionSum::time ? 0 : at + static_cast<std::size_t>(sum);
        };
        ratios_.push_back({name + figure.metric, place(figure.part), place(figure.whole), place(figure.or_whole), figure.scale});
      }
      at += static_cast<std::size_t>(PartitionSum::time);
      for (const workload::Config& workload : member.config->workloads) {
        const std::string prefix = fmt::format("{}.{}", name, workload.name);
        ratios_.push_back({prefix + ".throughput", at, 0, 0, kPerSecond});
        ratios_.push_back({prefix + ".queued", at + 1, 0, 0, 1});
        ratios_.push_back({prefix + ".backlog", at + 2, 0, 0, 1});
        ratios_.push_back({prefix + ".bandwidth", at + 3, 0, 0, kPerSecond * 1e-6});
        at += 4;
        for (const workload::Kind& kind : workload::mix_of(workload))
          ratios_.push_back({fmt::format("{}.{}.throughput", prefix, kind.name), at++, 0, 0, kPerSecond});
      }
    }
    for (const std::string& pool : server.pools()) {
      const std::string label = pool_label(scenario_, i, pool);
      ratios_.push_back({label + ".used", at, 0, 0, 1});
      ratios_.push_back({label + ".idle", at + 1, 0, 0, 1});
      at += 2;
    }
    for (const char* const what : {"used", "idle"})
      ratios_.push_back({fmt::format("server.{}.{}", server.config().name, what), at, 0, 0, 1});
    ++at;
  }
  const auto name_figures = [&](const std::vector<IoRecorder::Figure>& figures) {
    for (const IoRecorder::Figure& figure : figures) {
      const std::size_t whole = figure.whole ? at + *figure.whole : 0;
      ratios_.push_back({figure.metric, at + figure.part, whole, whole, figure.scale});
    }
  };
  name_figures(services_.figures());
  at += services_.sums();
  name_figures(io_.figures());
  std::erase_if(ratios_, [&](const Ratio& ratio) { return !may_have_interval(ratio.metric, scenario_); });
}

Confidence::Sums Confidence::sums(SimTime now) const {
  Sums all{ps(now)};
  for (const auto& server : platform_.servers()) {
    for (const Server::Member& member : server->members()) {
      append_sums(all, server->hypervisor().usage(member.id), member.partition->guest().times(now));
      for (const auto& workload : member.partition->guest().workloads()) {
        const workload::Statistics& statistics = workload->statistics();
        all.push_back(static_cast<double>(statistics.completed()));
        all.push_back(statistics.queued(now) * ps(now - begun_));
        all.push_back(statistics.backlog(now) * ps(now - begun_));
        all.push_back(static_cast<double>(statistics.bytes().count));
        for (const auto& kind : workload->kinds()) all.push_back(static_cast<double>(kind.statistics.completed()));
      }
    }
    for (std::size_t pool = 0; pool < server->pools().size(); ++pool) {
      const hypervisor::PoolUsage usage = server->hypervisor().pool_usage(id_of<PoolId>(pool));
      all.push_back(ps(usage.used));
      all.push_back(ps(usage.idle));
    }
    all.push_back(ps(server->hypervisor().server_used()));
  }
  services_.append_sums(all, now);
  io_.append_sums(all, now);
  return all;
}

void Confidence::begin(SimTime now) {
  begun_ = now;
  period_ = period_of(scenario_);
  next_ = now + period_;
  notes_.clear();
  notes_.push_back(sums(now));
}

void Confidence::note(SimTime now) {
  notes_.push_back(sums(now));
  if (notes_.size() > kMostBatches) {
    for (std::size_t i = 1; i <= kFewestBatches; ++i) notes_[i] = std::move(notes_[2 * i]);
    notes_.resize(kFewestBatches + 1);
    period_ = period_ * 2;
  }
  next_ = now + period_;
}

std::unordered_map<std::string, double> Confidence::half_widths() const {
  std::unordered_map<std::string, double> widths;
  std::vector<double> part(notes_.size() - 1), whole(notes_.size() - 1);
  const auto in_all = [&](std::size_t place) {
    return notes_.back()[place] - notes_.front()[place];
  };
  for (const Ratio& ratio : ratios_) {
    const std::size_t of = in_all(ratio.whole) >= in_all(ratio.or_whole) ? ratio.whole : ratio.or_whole;
    for (std::size_t i = 0; i < part.size(); ++i) {
      part[i] = notes_[i + 1][ratio.part] - notes_[i][ratio.part];
      whole[i] = notes_[i + 1][of] - notes_[i][of];
    }
    if (const auto half = ratio_half_width(part, whole)) widths[ratio.metric] = ratio.scale * *half;
  }
  for (const auto& server : platform_.servers()) {
    for (const Server::Member& member : server->members()) {
      const std::string& name = member.config->name;
      add_times(widths, name + ".dispatch_delay", server->hypervisor().dispatch_delay(member.id), {50, 95, 99});
      for (const auto& workload : member.partition->guest().workloads()) {
        const std::string prefix = fmt::format("{}.{}", name, workload->name());
        add_times(widths, prefix + ".response", workload->statistics().sampled_response(), {50, 90, 95, 99});
        for (const auto& kind : workload->kinds())
          add_times(widths, fmt::format("{}.{}.response", prefix, kind.name), kind.statistics.sampled_response(), {50, 90, 95, 99});
      }
    }
  }
  return widths;
}

std::vector<std::string> Confidence::warmup_remarks() const {
  std::vector<std::string> remarks;
  if (std::ranges::any_of(scenario_.events, [&](const EventConfig& event) { return event.at >= begun_; })) return remarks;
  for (const auto& server : platform_.servers()) {
    if (std::ranges::any_of(server->members(), load_changes_by_itself)) continue;
    for (const Server::Member& member : server->members()) {
      for (const auto& workload : member.partition->guest().workloads()) {
        const auto until = workload->statistics().sampled_response().warming_until();
        if (!until) continue;
        remarks.push_back(fmt::format("{}.{}: the first {} of the measured part still look like warmup; try warmup: {}",
                                      member.config->name, workload->name(), format(round_figure(*until - begun_)),
                                      format(round_figure(*until))));
      }
    }
  }
  return remarks;
}

}  // namespace lparsim::scenario
