#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/report/format.hpp"
#include "sim/report/io_summary.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/vsp_summary.hpp"

namespace lparsim::report {

namespace {

using Align = TextTable::Align;

/// More partitions than this are not read one by one.
constexpr std::size_t kMostRows = 40;

/// A metric in a column: as many decimals for all rows, "-" where there is none.
std::string figure(const RunReport& report, const std::string& name, int decimals) {
  const trace::MetricValue* const metric = report.metrics.find(name);
  if (metric == nullptr || !std::isfinite(metric->value)) return "-";
  return fmt::format("{:.{}f}", metric->value, decimals);
}

/// A response time in milliseconds, or a rate.
std::string narrow(const RunReport& report, const std::string& name, int most = 3) {
  const trace::MetricValue* const metric = report.metrics.find(name);
  return figure(report, name, narrow_decimals(metric == nullptr ? 0 : metric->value, most));
}

/// Half its confidence interval, beside it; "-" where there is none.
std::string margin(const RunReport& report, const std::string& name) {
  const trace::MetricValue* const metric = report.metrics.find(name);
  if (metric == nullptr || !std::isfinite(metric->ci95)) return "-";
  if (metric->ci95 == 0) return "±0";
  const int decimals = metric->ci95 >= 10 ? 0 : metric->ci95 >= 1 ? 1 : metric->ci95 >= 0.1 ? 2 : 3;
  return fmt::format("±{:.{}f}", metric->ci95, decimals);
}

std::string in_seconds(SimTime time) {
  return fmt::format("{:.6g} s", time.seconds());
}

std::string grouped(std::int64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

/// Three digits, and never an exponent.
std::string speed(double figure) {
  return figure < 999.5 ? fmt::format("{:.3g}", figure) : grouped(std::llround(figure));
}

std::string server_sentence(const trace::ServerFacts& s) {
  std::string what = s.model.empty() ? s.generation : fmt::format("{}, {}", s.model, s.generation);
  return fmt::format("{} ({}, {} {} at {:.4g} GHz, SMT{})", s.name, what, s.cores, s.cores == 1 ? "core" : "cores", s.frequency.value / 1e9,
                     s.smt);
}

std::string heading(const RunReport& report) {
  const trace::RunInfo& run = report.run;
  std::string out = run.scenario_name + "\n";
  if (!run.description.empty()) out += wrapped(run.description, kTextWidth);
  std::string servers;
  for (const trace::ServerFacts& s : run.servers) servers += fmt::format("{}{}", servers.empty() ? "" : "; ", server_sentence(s));
  std::string warmup = run.warmup > SimTime{} ? fmt::format(" The first {} {} warm-up and not counted.", in_seconds(run.warmup),
                                                            run.warmup == SimTime::from_seconds(1) ? "is" : "are")
                                              : "";
  out += '\n';
  out += wrapped(fmt::format("Simulated {} of {}.{} Seed {}.", in_seconds(report.simulated), servers, warmup, run.seed), kTextWidth);
  if (report.state == trace::RunState::running)
    out += wrapped(
        fmt::format("STILL RUNNING: {} of {} so far; all figures are preliminary.", in_seconds(report.simulated), in_seconds(run.duration)),
        kTextWidth);
  if (report.state == trace::RunState::interrupted)
    out += wrapped(fmt::format("INTERRUPTED after {} of {}: the figures are the last that were written.", in_seconds(report.simulated),
                               in_seconds(run.duration)),
                   kTextWidth);
  return out;
}

std::string mode_of(const trace::PartitionFacts& p) {
  if (p.mode == "dedicated") return p.donates() ? "donating" : "dedicated";
  return p.capped ? "capped" : fmt::format("uncapped {}", p.weight);
}

std::string partitions(const RunReport& report) {
  TextTable table;
  table.add_column("partition", Align::left);
  table.add_column("mode,\nweight", Align::left);
  for (const char* column : {"VPs", "entitled\nPU", "physc\nPU", "95 %\nPU", "entc\n%", "wait for\ncapacity\n%", "wait for\nprocessor\n%",
                             "dispatch\ndelay p99\nms"})
    table.add_column(column);
  std::size_t rows = 0;
  for (const trace::PartitionFacts& p : report.run.partitions) {
    if (++rows > kMostRows) break;
    table.add_row({p.name, mode_of(p), std::to_string(p.virtual_processors), fmt::format("{:.2f}", p.entitlement.value()),
                   figure(report, p.name + ".physc", 3), margin(report, p.name + ".physc"), figure(report, p.name + ".entc", 1),
                   figure(report, p.name + ".wait.capacity", 2), figure(report, p.name + ".wait.processor", 2),
                   figure(report, p.name + ".dispatch_delay.p99", 3)});
  }
  std::string out = fmt::format("\nPartitions\n{}", table.text());
  if (report.run.partitions.size() > kMostRows)
    out += fmt::format("  and {} more; --partition NAME shows one, --format json all\n", report.run.partitions.size() - kMostRows);
  return out;
}

/// What its metrics are called: the pools of the first server by their name alone, those of others with the server's.
std::string pool_metrics(const RunReport& report, const trace::PoolFacts& pool) {
  const auto& servers = report.run.servers;
  const auto owner = std::find_if(servers.begin(), servers.end(), [&](const auto& s) { return s.server == pool.server; });
  return pool.server == ServerId{} || owner == servers.end() ? "pool." + pool.name : fmt::format("pool.{}.{}", owner->name, pool.name);
}

std::string capacity(const RunReport& report) {
  TextTable pools;
  pools.add_column("pool", Align::left);
  for (const char* column : {"maximum\nPU", "reserved\nPU", "used\nPU", "idle\nPU"}) pools.add_column(column);
  for (const trace::PoolFacts& p : report.run.pools) {
    const std::string metrics = pool_metrics(report, p);
    pools.add_row({metrics.substr(std::string{"pool."}.size()), fmt::format("{:.2f}", p.maximum.value()),
                   fmt::format("{:.2f}", p.reserved.value()), figure(report, metrics + ".used", 3), figure(report, metrics + ".idle", 3)});
  }
  TextTable servers;
  servers.add_column("server", Align::left);
  for (const char* column : {"cores", "used\nPU", "idle\nPU"}) servers.add_column(column);
  for (const trace::ServerFacts& s : report.run.servers)
    servers.add_row({s.name, std::to_string(s.cores), figure(report, fmt::format("server.{}.used", s.name), 3),
                     figure(report, fmt::format("server.{}.idle", s.name), 3)});
  std::string out;
  if (!report.run.pools.empty()) out += fmt::format("\nShared processor pools\n{}", pools.text());
  if (!report.run.servers.empty()) out += fmt::format("\nServers\n{}", servers.text());
  return out;
}

std::string workloads(const RunReport& report) {
  if (report.run.workloads.empty()) return "";
  TextTable table;
  table.add_column("workload", Align::left);
  table.add_column("type", Align::left);
  for (const char* column :
       {"thruput\n/s", "com-\npleted", "response\nmean ms", "\n95 %", "\np50 ms", "\np95 ms", "\np99 ms", "\n95 %", "\nmax ms"})
    table.add_column(column);
  std::size_t rows = 0;
  for (const trace::WorkloadFacts& w : report.run.workloads) {
    const auto owner = std::find_if(report.run.partitions.begin(), report.run.partitions.end(),
                                    [&](const auto& p) { return p.server == w.server && p.partition == w.partition; });
    if (owner == report.run.partitions.end()) continue;
    if (++rows > kMostRows) break;
    const std::string name = owner->name + "." + w.name;
    // The kinds of a mix follow their workload.
    const std::size_t dot = w.name.find('.');
    const std::string label = dot == std::string::npos ? name : "  " + w.name.substr(dot);
    table.add_row({label, w.type, narrow(report, name + ".throughput", 2), figure(report, name + ".completed", 0),
                   narrow(report, name + ".response.mean"), margin(report, name + ".response.mean"), narrow(report, name + ".response.p50"),
                   narrow(report, name + ".response.p95"), narrow(report, name + ".response.p99"), margin(report, name + ".response.p99"),
                   narrow(report, name + ".response.max")});
  }
  std::string out = fmt::format("\nWorkloads\n{}", table.text());
  if (rows > kMostRows) out += "  and more; --partition NAME shows those of one, --format json all\n";
  return out;
}

std::string actual_of(const trace::ExpectationResult& e, const MetricTable& metrics) {
  if (!std::isfinite(e.actual)) return "-";
  std::string out = fmt::format("{:.6g}", e.actual);
  const trace::MetricValue* const metric = metrics.find(e.metric);
  if (metric != nullptr && metric->ci95 > 0) out += fmt::format(" ±{:.2g}", metric->ci95);
  return e.unit.empty() || e.unit == "1" ? out : out + " " + e.unit;
}

std::string remarks(const RunReport& report) {
  if (report.remarks.empty()) return "";
  std::string out = "\nRemarks\n";
  for (const std::string& text : report.remarks) out += wrapped("- " + text, kTextWidth, 2);
  return out;
}

std::string expectations(const RunReport& report) {
  if (report.expectations.empty())
    return report.of_one_partition ? "\nThe scenario expects nothing of this partition.\n" : "\nThe scenario expects nothing.\n";
  TextTable table;
  table.add_column("verdict", Align::left);
  table.add_column("expected", Align::left);
  table.add_column("actual");
  std::size_t passed = 0;
  std::string reasons;
  for (const trace::ExpectationResult& e : report.expectations) {
    const bool holds = e.passed.value_or(false);
    passed += holds ? 1U : 0U;
    table.add_row({holds ? "PASS" : "FAIL", e.text, actual_of(e, report.metrics)});
    if (!holds && !e.reason.empty()) reasons += wrapped(fmt::format("  {}: {}", e.metric, e.reason), kTextWidth, 4);
  }
  const char* const title = report.state == trace::RunState::finished ? "Expectations" : "Expectations, judged by the figures so far";
  return fmt::format("\n{}\n{}{}{} passed, {} failed\n", title, table.text(), reasons, passed, report.expectations.size() - passed);
}

std::string simulator(const RunReport& report) {
  std::string out = fmt::format("Simulator: lparsim {}", report.run.version);
  if (report.host.wall_seconds > 0)
    out += fmt::format(", {:.3g} s of wall time ({} simulated s a second), {} events, {} dispatches, {} MB", report.host.wall_seconds,
                       speed(report.simulated.seconds() / report.host.wall_seconds), grouped(report.host.events),
                       grouped(report.host.dispatches), report.host.peak_memory_bytes / 1'000'000);
  std::string lines = "\n";
  return lines += wrapped(out, kTextWidth, 2);
}

std::string assumptions(const RunReport& report) {
  if (report.run.assumptions.empty()) return "";
  std::string out = "\nAssumed figures in use, for which there is no public source\n";
  for (const std::string& text : report.run.assumptions) out += wrapped(fmt::format("- {}", text), kTextWidth, 2);
  return out;
}

}  // namespace

std::string text_report(const RunReport& report) {
  return heading(report) + partitions(report) + capacity(report) + workloads(report) + io_summary(report) + vsp_summary(report) +
         expectations(report) + remarks(report) + simulator(report) + assumptions(report);
}

}  // namespace lparsim::report
