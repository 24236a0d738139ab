#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "sim/report/format.hpp"
#include "sim/report/io_history.hpp"
#include "sim/report/text_table.hpp"

namespace lparsim::report {

namespace {

using Align = TextTable::Align;

constexpr double kMega = 1e6;
constexpr double kLeastShown = 0.0005;  ///< ms; less would read 0.000

std::string figure(double value, int most = 3) {
  return fmt::format("{:.{}f}", value, narrow_decimals(value, most));
}

std::string mean_latency(const trace::IoIntervalSample& flow) {
  return flow.requests == 0 ? "-" : figure(flow.latency.milliseconds() / static_cast<double>(flow.requests));
}

/// Of every request, or of the metric where the period is the measured part.
std::string p99(const IoPeriod& period, std::size_t flow, const MetricTable* metrics, const std::string& name) {
  if (period.latencies[flow].count() > 0) return figure(period.latencies[flow].percentile(99).milliseconds());
  const trace::MetricValue* const metric = metrics == nullptr ? nullptr : metrics->find(name);
  return metric == nullptr || !std::isfinite(metric->value) ? "-" : figure(metric->value);
}

void add_columns(TextTable& table, trace::IoTargetKind kind) {
  const bool disk = kind == trace::IoTargetKind::disk;
  for (const char* column :
       disk ? std::array{"r/s", "w/s", "rMB/s", "wMB/s", "r_await\nms", "w_await\nms", "r_p99\nms", "w_p99\nms"}
            : std::array{"sends/s", "calls/s", "sMB/s", "cMB/s", "s_await\nms", "c_await\nms", "s_p99\nms", "c_p99\nms"})
    table.add_column(column);
  for (const char* column : {"aqu-sz", "failed"}) table.add_column(column);
}

/// A row of a table; `first` is its heading.
std::vector<std::string> cells(std::string first, const IoHistory& history, const IoPeriod& period, const MetricTable* metrics,
                               const std::string& partition) {
  const double seconds = (period.end - period.begin).seconds();
  const auto rate = [&](double what) {
    return seconds > 0 ? figure(what / seconds, 2) : std::string{"-"};
  };
  const auto& flows = period.flows;
  std::vector<std::string> row{std::move(first)};
  for (const auto& flow : flows) row.push_back(rate(static_cast<double>(flow.requests)));
  for (const auto& flow : flows) row.push_back(rate(static_cast<double>(flow.bytes) / kMega));
  for (const auto& flow : flows) row.push_back(mean_latency(flow));
  const bool disk = history.target.kind == trace::IoTargetKind::disk;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const auto kind = static_cast<trace::IoKind>((disk ? 0U : 2U) + i);
    row.push_back(p99(period, i, metrics, fmt::format("{}.{}.{}.latency.p99", partition, history.target.name, trace::to_string(kind))));
  }
  row.push_back(rate((flows[0].in_flight + flows[1].in_flight).seconds()));
  row.push_back(std::to_string(flows[0].failed + flows[1].failed));
  return row;
}

/// In which stages the time of all requests to a target went, in the order in which they come to them.
std::string stages(const PartitionHistory& partition, const IoHistory& history) {
  std::uint64_t requests = 0;
  SimTime latency;
  trace::IoStageTimes times{};
  for (const IoPeriod& period : history.periods) {
    requests += period.requests();
    for (const trace::IoIntervalSample& flow : period.flows) {
      latency += flow.latency;
      for (std::size_t i = 0; i < times.size(); ++i) times[i] += flow.stages[i];
    }
  }
  if (requests == 0) return "";
  const auto mean = [&](SimTime time) {
    return time.milliseconds() / static_cast<double>(requests);
  };
  const std::string out = fmt::format("\n{}, {}: {} {} took {} ms on average, which went to\n", partition.facts.name, history.target.name,
                                      requests, requests == 1 ? "request" : "requests", figure(mean(latency)));
  TextTable table;
  for (int numbers = 0; numbers < 2; ++numbers) table.add_column("");
  for (int words = 0; words < 2; ++words) table.add_column("", Align::left);
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (mean(times[i]) < kLeastShown) continue;
    table.add_row({figure(mean(times[i])) + " ms", fmt::format("{:.1f} %", 100.0 * times[i].seconds() / latency.seconds()),
                   std::string{trace::kIoStages[i].name}, std::string{trace::kIoStages[i].meaning}});
  }
  return out + table.text();
}

/// A table of all disks, or of all peers.
std::string table_of_targets(const PartitionHistory& partition, const std::vector<IoHistory>& histories, trace::IoTargetKind kind,
                             const MetricTable& metrics) {
  TextTable table;
  const bool disk = kind == trace::IoTargetKind::disk;
  table.add_column(disk ? "disk" : "peer", Align::left);
  add_columns(table, kind);
  bool any = false;
  for (const IoHistory& history : histories) {
    if (history.target.kind != kind || history.periods.empty()) continue;
    any = true;
    table.add_row(cells(history.target.name, history, history.periods.front(), &metrics, partition.facts.name));
  }
  return any ? fmt::format("\n{}: {}\n{}", partition.facts.name, disk ? "disks" : "peers", table.text()) : "";
}

/// A table of one target, a row a period.
std::string table_of_periods(const PartitionHistory& partition, const IoHistory& history) {
  TextTable table;
  table.add_column("until\ns");
  add_columns(table, history.target.kind);
  for (const IoPeriod& period : history.periods)
    table.add_row(cells(fmt::format("{:.6g}", period.end.seconds()), history, period, nullptr, partition.facts.name));
  return fmt::format("\n{}, {}\n{}", partition.facts.name, history.target.name, table.text());
}

std::string heading(const RunReport& report, const std::vector<std::vector<IoHistory>>& histories, bool whole) {
  std::string out = fmt::format("{}: virtual I/O", report.run.scenario_name);
  const auto first = std::ranges::find_if(histories, [](const auto& own) { return !own.empty() && !own.front().periods.empty(); });
  if (whole && first != histories.end()) {
    const IoPeriod& period = first->front().periods.front();
    out += fmt::format(" from {:.6g} s to {:.6g} s", period.begin.seconds(), period.end.seconds());
  }
  if (report.state == trace::RunState::running) out += fmt::format(", STILL RUNNING, {:.6g} s so far", report.simulated.seconds());
  if (report.state == trace::RunState::interrupted) out += fmt::format(", INTERRUPTED after {:.6g} s", report.simulated.seconds());
  return out + "\n";
}

}  // namespace

Result<std::string> io_report(const trace::Reader& reader, const Options& options) {
  const auto report = read_report(reader, options.partition);  // in a snapshot of its own
  if (!report) return unexpected(report.error());
  const auto snapshot = reader.snapshot();
  const auto partitions = read_histories(reader, options);
  if (!partitions) return unexpected(partitions.error());
  const auto histories = read_io(reader, *partitions, !options.interval, report->run.warmup);
  if (!histories) return unexpected(histories.error());
  std::string body;
  for (std::size_t p = 0; p < partitions->size(); ++p) {
    const PartitionHistory& partition = (*partitions)[p];
    const std::vector<IoHistory>& own = (*histories)[p];
    if (options.interval) {
      for (const IoHistory& history : own) body += table_of_periods(partition, history);
    } else {
      for (const auto kind : {trace::IoTargetKind::disk, trace::IoTargetKind::peer})
        body += table_of_targets(partition, own, kind, report->metrics);
    }
    for (const IoHistory& history : own) body += stages(partition, history);
  }
  if (body.empty())
    body = options.partition ? "\nIt has neither disks nor peers of its own; what a VIOS serves stands at its clients.\n"
                             : "\nNo partition has disks or peers.\n";
  return heading(*report, *histories, !options.interval) + body;
}

}  // namespace lparsim::report
