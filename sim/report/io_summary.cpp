#include "sim/report/io_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
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
    const auto owner = std::ranges::find_if(report.run.partitions,
                                            [&](const auto& p) { return p.server == target.server && p.partition == target.partition; });
    if (target.kind != kind || owner == report.run.partitions.end()) continue;
    if (++rows > kMostRows) break;
    const std::string name = owner->name + "." + target.name;
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

}  // namespace

std::string io_summary(const RunReport& report) {
  return table_of(report, trace::IoTargetKind::disk) + table_of(report, trace::IoTargetKind::peer);
}

}  // namespace lparsim::report
