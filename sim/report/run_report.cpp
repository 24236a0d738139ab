#include "sim/report/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/base/nearest.hpp"
#include "sim/report/expectation.hpp"

namespace lparsim::report {

namespace {

bool belongs_to(const std::string& metric, const std::string& partition) {
  return metric.rfind(partition + ".", 0) == 0;
}

void keep_only(RunReport& report, const trace::PartitionFacts& partition) {
  report.of_one_partition = true;
  std::erase_if(report.run.partitions, [&](const auto& p) { return p.name != partition.name; });
  std::erase_if(report.run.workloads, [&](const auto& w) { return w.server != partition.server || w.partition != partition.partition; });
  std::erase_if(report.run.pools, [&](const auto& p) { return p.server != partition.server || p.name != partition.pool; });
  std::erase_if(report.run.servers, [&](const auto& s) { return s.server != partition.server; });
  std::erase_if(report.expectations, [&](const auto& e) { return !belongs_to(e.metric, partition.name); });
  std::erase_if(report.remarks, [&](const auto& text) { return !belongs_to(text, partition.name); });
  // Of other partitions' services what they did with its calls.
  for (VspHistory& service : report.services) {
    if (service.name == partition.name) continue;
    std::erase_if(service.accounts, [&](const auto& a) { return a.client != partition.name || service.server != partition.server; });
    service.events.clear();
  }
  std::erase_if(report.services, [&](const auto& s) { return s.name != partition.name && s.accounts.empty(); });
  std::vector<trace::MetricValue> kept;
  for (const trace::MetricValue& m : report.metrics.all())
    if (belongs_to(m.name, partition.name)) kept.push_back(m);
  report.metrics = MetricTable{std::move(kept)};
}

void judge_so_far(RunReport& report) {
  for (trace::ExpectationResult& e : report.expectations) {
    if (e.passed) continue;
    if (const Result<Expectation> parsed = parse_expectation(e.text)) e = judge(*parsed, report.metrics);
  }
}

}  // namespace

Result<trace::PartitionFacts> find_partition(const trace::RunInfo& run, const std::string& name) {
  std::vector<std::string> names;
  for (const trace::PartitionFacts& p : run.partitions) {
    if (p.name == name) return p;
    names.push_back(p.name);
  }
  const auto near = nearest(name, names);
  return unexpected(near ? fmt::format("there is no partition `{}`; did you mean `{}`?", name, *near)
                         : fmt::format("there is no partition `{}`; there are {}", name, fmt::join(names, ", ")));
}

Result<RunReport> read_report(const trace::Reader& reader, const std::optional<std::string>& partition) {
  const auto snapshot = reader.snapshot();
  RunReport report;
  auto run = reader.run();
  if (!run) return unexpected(run.error());
  report.run = *std::move(run);
  report.state = reader.state();
  const auto simulated = reader.simulated();
  if (!simulated) return unexpected(simulated.error());
  report.simulated = *simulated;
  auto host = reader.host();
  if (!host) return unexpected(host.error());
  report.host = *std::move(host);
  auto metrics = reader.metrics();
  if (!metrics) return unexpected(metrics.error());
  report.metrics = MetricTable{*std::move(metrics)};
  auto expectations = reader.expectations();
  if (!expectations) return unexpected(expectations.error());
  report.expectations = *std::move(expectations);
  auto remarks = reader.remarks();
  if (!remarks) return unexpected(remarks.error());
  report.remarks = *std::move(remarks);
  auto io_targets = reader.io_targets();
  if (!io_targets) return unexpected(io_targets.error());
  report.io_targets = *std::move(io_targets);
  auto services = read_vsps(reader, report.run);
  if (!services) return unexpected(services.error());
  report.services = *std::move(services);
  judge_so_far(report);
  if (partition) {
    const Result<trace::PartitionFacts> facts = find_partition(report.run, *partition);
    if (!facts) return unexpected(facts.error());
    keep_only(report, *facts);
  }
  return report;
}

}  // namespace lparsim::report
