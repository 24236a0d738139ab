#include "sim/report/blast_radius.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <tuple>

#include "sim/report/text_table.hpp"

namespace lparsim::report {
namespace {

using Values = std::map<std::string, double, std::less<>>;

Values by_name(const std::vector<trace::MetricValue>& metrics) {
  Values values;
  for (const trace::MetricValue& metric : metrics)
    if (std::isfinite(metric.value)) values.emplace(metric.name, metric.value);
  return values;
}

// Calls `tell` with the value of each metric of the partition that ends so: without the fault and with it. A response time that nobody
// had counts as none.
template <class Tell>
void each(const std::string& partition, std::string_view ending, const Values& without, const Values& with, Tell tell) {
  const std::string prefix = partition + ".";
  for (auto metric = without.lower_bound(prefix); metric != without.end() && metric->first.starts_with(prefix); ++metric) {
    if (!metric->first.ends_with(ending)) continue;
    const auto same = with.find(metric->first);
    tell(metric->second, same == with.end() ? 0.0 : same->second);
  }
}

// The one that was hit most: most errors first, then least throughput, then the longest wait.
const Damage* worst(const std::vector<Damage>& all) {
  const auto badness = [](const Damage& d) {
    return std::tuple{d.errors, -d.throughput, d.longest_ms};
  };
  const auto it = std::ranges::max_element(all, {}, badness);
  return it == all.end() || !it->hurt() ? nullptr : &*it;
}

std::vector<std::string> but(const std::vector<std::string>& partitions, const std::string& one) {
  std::vector<std::string> others;
  std::ranges::copy_if(partitions, std::back_inserter(others), [&](const std::string& name) { return name != one; });
  return others;
}

std::string milliseconds(double ms) {
  return fmt::format("{:+.{}f}", ms, narrow_decimals(ms));
}

// What a policy let through, over all runs with it.
struct Sum {
  std::size_t runs = 0, hurt = 0, with_errors = 0, most_partitions = 0;
  double longest_ms = 0, errors = 0;
};

std::string sums_by_policy(const Campaign& campaign) {
  std::map<std::tuple<std::string, std::string>, Sum> sums;
  for (const CampaignRun& run : campaign.runs) {
    if (!run.failure.empty() || !run.happened) continue;
    Sum& sum = sums[{run.policy, run.in_flight}];
    ++sum.runs;
    std::size_t hurt = 0;
    double errors = 0;
    for (const Damage& damage : damages(but(campaign.partitions, run.vsp), run.without, run.metrics)) {
      hurt += damage.hurt() ? 1U : 0U;
      errors += damage.errors;
      sum.longest_ms = std::max(sum.longest_ms, damage.longest_ms);
    }
    sum.hurt += hurt > 0 ? 1U : 0U;
    sum.with_errors += errors > 0 ? 1U : 0U;
    sum.errors += errors;
    sum.most_partitions = std::max(sum.most_partitions, hurt);
  }
  TextTable table;
  using enum TextTable::Align;
  table.add_column("policy", left);
  table.add_column("in flight", left);
  for (const char* heading : {"runs", "somebody\nhurt", "most\npartitions", "longest\nwait, ms", "with\nerrors", "errors,\nall runs"})
    table.add_column(heading);
  for (const auto& [policy, sum] : sums)
    table.add_row({std::get<0>(policy), std::get<1>(policy), std::to_string(sum.runs), std::to_string(sum.hurt),
                   std::to_string(sum.most_partitions), milliseconds(sum.longest_ms), std::to_string(sum.with_errors),
                   fmt::format("{:.0f}", sum.errors)});
  return table.text();
}

// What a run did, in the table's last columns.
std::vector<std::string> result_of(const CampaignRun& run, const Campaign& campaign) {
  if (!run.failure.empty()) return {"?", "", "", "", "", run.failure};
  if (!run.happened) return {"-", "", "", "", "", "(it does not come to this state)"};
  const auto all = damages(but(campaign.partitions, run.vsp), run.without, run.metrics);
  const Damage* most = worst(all);
  if (most == nullptr) return {"nobody", "", "", "", "", ""};
  std::string others;
  for (const Damage& damage : all)
    if (damage.hurt() && &damage != most) others += (others.empty() ? "" : ", ") + damage.partition;
  return {most->partition,
          milliseconds(most->response_ms),
          milliseconds(most->longest_ms),
          fmt::format("{:+.1f}", most->throughput),
          fmt::format("{:.0f}", most->errors),
          others};
}

// Words that hold alike.
struct Words {
  std::vector<std::string> words;
  bool operator==(const Words&) const = default;
  std::string text() const { return words.size() == 3 ? "any" : fmt::format("{}", fmt::join(words, ", ")); }
};

// Runs of one failure that had the same result.
struct Row {
  std::string vsp, state, fault;
  Words policies, in_flight;
  std::vector<std::string> result;
};

// One for all ways to treat what is in flight, and then for all policies, that come to the same.
std::vector<Row> rows(const Campaign& campaign) {
  std::vector<Row> all;
  const auto same_failure = [](const Row& a, const Row& b) {
    return a.vsp == b.vsp && a.state == b.state && a.fault == b.fault && a.result == b.result;
  };
  for (const CampaignRun& run : campaign.runs) {
    Row row{run.vsp, run.state, run.fault, {{run.policy}}, {{run.in_flight}}, result_of(run, campaign)};
    const auto same = std::ranges::find_if(all, [&](const Row& r) { return same_failure(r, row) && r.policies == row.policies; });
    if (same == all.end())
      all.push_back(std::move(row));
    else
      same->in_flight.words.push_back(run.in_flight);
  }
  std::vector<Row> joined;
  for (Row& row : all) {
    const auto same = std::ranges::find_if(joined, [&](const Row& r) { return same_failure(r, row) && r.in_flight == row.in_flight; });
    if (same == joined.end())
      joined.push_back(std::move(row));
    else
      same->policies.words.push_back(row.policies.words[0]);
  }
  return joined;
}

}  // namespace

std::vector<Damage> damages(const std::vector<std::string>& partitions, const std::vector<trace::MetricValue>& without,
                            const std::vector<trace::MetricValue>& with) {
  const Values before = by_name(without), after = by_name(with);
  std::vector<Damage> all;
  for (const std::string& partition : partitions) {
    Damage& damage = all.emplace_back();
    damage.partition = partition;
    each(partition, ".response.mean", before, after, [&](double b, double a) { damage.response_ms = std::max(damage.response_ms, a - b); });
    each(partition, ".response.max", before, after, [&](double b, double a) { damage.longest_ms = std::max(damage.longest_ms, a - b); });
    each(partition, ".latency.max", before, after, [&](double b, double a) { damage.longest_ms = std::max(damage.longest_ms, a - b); });
    each(partition, ".throughput", before, after, [&](double b, double a) {
      if (b > 0) damage.throughput = std::min(damage.throughput, (a - b) / b * 100);
    });
    each(partition, ".errors", before, after, [&](double b, double a) { damage.errors += std::max(0.0, a - b); });
  }
  return all;
}

std::string blast_radius_text(const Campaign& campaign) {
  TextTable table;
  using enum TextTable::Align;
  for (const char* heading : {"VSP", "fails in state", "how", "policy", "in flight", "worst hit"}) table.add_column(heading, left);
  for (const char* heading : {"mean\nms", "longest\nms", "throughput\n%", "errors"}) table.add_column(heading);
  table.add_column("others that were hit", left);
  for (const Row& row : rows(campaign)) {
    std::vector<std::string> cells{row.vsp, row.state, row.fault, row.policies.text(), row.in_flight.text()};
    cells.insert(cells.end(), row.result.begin(), row.result.end());
    table.add_row(std::move(cells));
  }
  return fmt::format(
      "Blast radius of {}: what other partitions saw, beside the same run without a failure ({} runs)\n\n{}\nBy policy\n\n{}",
      campaign.scenario, campaign.runs.size(), table.text(), sums_by_policy(campaign));
}

std::string blast_radius_json(const Campaign& campaign) {
  using Json = nlohmann::ordered_json;
  Json runs = Json::array();
  for (const CampaignRun& run : campaign.runs) {
    Json one = {{"vsp", run.vsp},       {"state", run.state},         {"fault", run.fault},
                {"policy", run.policy}, {"in_flight", run.in_flight}, {"happened", run.happened}};
    if (!run.failure.empty()) one["failure"] = run.failure;
    Json hit = Json::array();
    if (run.failure.empty())
      for (const Damage& damage : damages(but(campaign.partitions, run.vsp), run.without, run.metrics))
        hit.push_back({{"partition", damage.partition},
                       {"hurt", damage.hurt()},
                       {"response_ms", damage.response_ms},
                       {"longest_ms", damage.longest_ms},
                       {"throughput_percent", damage.throughput},
                       {"errors", damage.errors}});
    one["partitions"] = std::move(hit);
    runs.push_back(std::move(one));
  }
  const Json json = {{"scenario", campaign.scenario}, {"runs", std::move(runs)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lparsim::report
