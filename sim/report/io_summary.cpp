#include "sim/report/io_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "sim/report/text_table.hpp"

namespace lparsim::report {

namespace {

using Align = TextTable::Align;

/// More than this are not read one by one.
constexpr std::size_t kMostRows = 40;

std::string figure(const RunReport& report, const std::string& name, int most = 3) {
  const trace::MetricValue* const metric = report.metrics.find(name);
  if (metric == nullptr || !std::isfinite(metric->value)) return "-";
  return fmt::format("{:.{}f}", metric->value, narrow_decimals(metric->value, most));
}

/// `web.hdisk0`; empty where the report leaves the partition out.
std::string name_of(const RunReport& report, const trace::IoTarget& target) {
  const auto owner = std::ranges::find_if(report.run.partitions,
                                          [&](const auto& p) { return p.server == target.server && p.partition == target.partition; });
  return owner == report.run.partitions.end() ? "" : owner->name + "." + target.name;
}

std::string table_of(const RunReport& report, trace::IoTargetKind kind) {
  const bool disks = kind == trace::IoTargetKind::disk;
  const char* const first = disks ? ".read" : ".send";
  const char* const second = disks ? ".write" : ".call";
  TextTable table;
  table.add_column(disks ? "disk" : "peer", Align::left);
  for (const char* column : disks ? std::array{"reads\n/s", "writes\n/s", "\nMB/s", "\nMB/s", "read\nmean ms", "\np99 ms", "write\nmean ms"}
                                  : std::array{"sends\n/s", "calls\n/s", "\nMB/s", "\nMB/s", "send\nmean ms", "\np99 ms", "call\nmean ms"})
    table.add_column(column);
  for (const char* column : {"\np99 ms", "in\nflight", "\nfailed"}) table.add_column(column);
  std::size_t rows = 0;
  for (const trace::IoTarget& target : report.io_targets) {
    const std::string name = name_of(report, target);
    if (target.kind != kind || name.empty()) continue;
    if (++rows > kMostRows) break;
    std::vector<std::string> row{name};
    for (const char* const flow : {first, second}) row.push_back(figure(report, name + flow + ".iops", 1));
    for (const char* const flow : {first, second}) row.push_back(figure(report, name + flow + ".bandwidth", 2));
    for (const char* const flow : {first, second}) {
      row.push_back(figure(report, name + flow + ".latency.mean"));
      row.push_back(figure(report, name + flow + ".latency.p99"));
    }
    row.push_back(figure(report, name + ".inflight", 2));
    row.push_back(figure(report, name + ".errors", 0));
    table.add_row(std::move(row));
  }
  if (rows == 0) return "";
  std::string out = fmt::format("\n{}\n{}", disks ? "Disks" : "Peers", table.text());
  if (rows > kMostRows) out += "  and more; --partition NAME shows those of one, --format io all\n";
  return out;
}

/// Stages that a reader of the whole report need not tell apart; their numbers in trace::kIoStages.
struct Part {
  const char* heading;
  std::vector<std::size_t> stages;
};

/// Which part of the mean request's time went where, a row for each disk and peer.
std::string table_of_parts(const RunReport& report) {
  static const std::array<Part, 10> kParts{{{"client\nqueue", {0}},
                                            {"\nclient", {1, 2}},
                                            {"hyper-\nvisor", {3, 10}},
                                            {"VIOS\nno core", {4}},
                                            {"\nVIOS", {5, 6}},
                                            {"adapter,\nwire", {7, 9}},
                                            {"\ndevice", {8}},
                                            {"other\nend", {11}},
                                            {"re-\ncovery", {12}},
                                            {"\nVSP", {13}}}};
  TextTable table;
  table.add_column("disk or peer", Align::left);
  table.add_column("request\nmean ms");
  // Only a run with Virtual Service Partitions has the last one.
  const bool services = std::ranges::any_of(report.io_targets, [&](const trace::IoTarget& target) {
    const std::string stage = std::string{"."} + std::string{trace::kIoStages[trace::kServiceStage].name};
    const trace::MetricValue* const metric = report.metrics.find(name_of(report, target) + ".stage" + stage);
    return metric != nullptr && metric->value > 0;
  });
  const std::span parts = std::span{kParts}.first(services ? kParts.size() : kParts.size() - 1);
  for (const Part& part : parts) table.add_column(part.heading);
  std::size_t rows = 0;
  for (const trace::IoTarget& target : report.io_targets) {
    const std::string name = name_of(report, target);
    if (name.empty()) continue;
    std::array<double, trace::kIoStageCount> ms{};
    double all = 0;
    for (std::size_t stage = 0; stage < ms.size(); ++stage) {
      const trace::MetricValue* const metric = report.metrics.find(fmt::format("{}.stage.{}", name, trace::kIoStages[stage].name));
      ms[stage] = metric != nullptr && std::isfinite(metric->value) ? metric->value : 0;
      all += ms[stage];
    }
    if (all <= 0) continue;
    if (++rows > kMostRows) break;
    std::vector<std::string> row{name, fmt::format("{:.{}f}", all, narrow_decimals(all))};
    for (const Part& part : parts) {
      double sum = 0;
      for (const std::size_t stage : part.stages) sum += ms[stage];
      row.push_back(sum == 0 ? "-" : fmt::format("{:.1f}", 100 * sum / all));
    }
    table.add_row(std::move(row));
  }
  return rows == 0 ? "" : fmt::format("\nWhere the time of their requests went, in %\n{}", table.text());
}

}  // namespace

std::string io_summary(const RunReport& report) {
  return table_of(report, trace::IoTargetKind::disk) + table_of(report, trace::IoTargetKind::peer) + table_of_parts(report);
}

}  // namespace lparsim::report
