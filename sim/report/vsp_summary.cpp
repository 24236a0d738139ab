#include "sim/report/vsp_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/report/text_table.hpp"

namespace lparsim::report {

namespace {

using Align = TextTable::Align;

constexpr std::size_t kMostRows = 40;
constexpr std::size_t kMostEvents = 8;

std::string figure(const RunReport& report, const std::string& name, int most = 3) {
  const trace::MetricValue* const metric = report.metrics.find(name);
  if (metric == nullptr || !std::isfinite(metric->value)) return "-";
  return fmt::format("{:.{}f}", metric->value, narrow_decimals(metric->value, most));
}

std::string services(const RunReport& report) {
  TextTable table;
  table.add_column("partition", Align::left);
  table.add_column("state", Align::left);
  for (const char* column :
       {"calls\n/s", "added\nmean ms", "\np99 ms", "no core\n%", "denied", "failed", "opened", "ejec-\ntions", "ready\n%"})
    table.add_column(column);
  std::size_t rows = 0;
  for (const VspHistory& service : report.services) {
    const std::string prefix = service.name + ".vsp.";
    if (report.metrics.find(prefix + "calls") == nullptr) continue;
    if (++rows > kMostRows) break;
    table.add_row({service.name, service.state().empty() ? "-" : std::string{service.state()}, figure(report, prefix + "calls", 2),
                   figure(report, prefix + "latency.mean"), figure(report, prefix + "latency.p99"), figure(report, prefix + "wait", 1),
                   figure(report, prefix + "denied", 0), figure(report, prefix + "failed", 0), figure(report, prefix + "opened", 0),
                   figure(report, prefix + "ejections", 0), figure(report, prefix + "available", 1)});
  }
  if (rows == 0) return "";
  std::string out = fmt::format("\nVirtual Service Partitions\n{}", table.text());
  if (rows > kMostRows) out += "  and more; --partition NAME shows one, --format vsp all\n";
  for (const VspHistory& service : report.services) {
    if (report.metrics.find(service.name + ".vsp.calls") == nullptr) continue;
    std::vector<std::string> hooks;
    for (const trace::VspHookFacts& hook : service.hooks)
      hooks.push_back(fmt::format("{} of {}{}", trace::name_in(trace::kVspRoles, hook.role), hook_text(hook),
                                  hook.clients.empty() ? "" : fmt::format(" for {}", hook.clients)));
    out += wrapped(fmt::format("- {}: {}", service.name, fmt::join(hooks, "; ")), kTextWidth, 2);
  }
  return out;
}

/// Whose processor time it took.
std::string payers(const RunReport& report) {
  TextTable table;
  table.add_column("service", Align::left);
  table.add_column("client", Align::left);
  table.add_column("hook", Align::left);
  for (const char* column : {"calls", "added\nus each", "no core\nus each", "client\npaid ms", "VSP\npaid ms"}) table.add_column(column);
  std::size_t rows = 0;
  for (const VspHistory& service : report.services) {
    for (const VspAccount& account : service.accounts) {
      if (++rows > kMostRows) break;
      const auto calls = static_cast<double>(account.held_up());
      const auto each = [&](SimTime time) {
        if (account.held_up() == 0) return std::string{"-"};
        const double us = time.microseconds() / calls;
        return fmt::format("{:.{}f}", us, narrow_decimals(us, 2));
      };
      table.add_row({service.name, account.client, std::string{trace::name_in(trace::kVspHooks, account.row.hook)},
                     std::to_string(account.row.calls), each(account.row.latency), each(account.row.undispatched),
                     fmt::format("{:.3f}", account.row.client_paid.milliseconds()),
                     fmt::format("{:.3f}", account.row.vsp_paid.milliseconds())});
    }
  }
  if (rows == 0) return "";
  std::string out = fmt::format("\nWhat redirected calls added, and who paid for the calls of the interface\n{}", table.text());
  if (rows > kMostRows) out += "  and more; --format vsp shows all\n";
  return out;
}

/// The dump of an ejection is long.
std::string beginning(const std::string& text) {
  constexpr std::size_t kMost = 220;
  return text.size() <= kMost ? text : text.substr(0, text.rfind(' ', kMost)) + " ... (--format vsp has all)";
}

/// Neither registrations nor the states of coming up; those in which it is gone. Of several of a kind in a row the first stands for all.
bool told(const trace::VspEvent& event) {
  const std::string kind = kind_text(event);
  if (kind == "registered") return false;
  return kind != "state" || event.text.starts_with("off") || event.text.starts_with("suspended");
}

std::string events(const RunReport& report) {
  std::string out;
  std::size_t shown = 0, left = 0;
  for (const VspHistory& service : report.services) {
    for (auto event = service.events.begin(); event != service.events.end();) {
      const std::string kind = kind_text(*event);
      const auto last = kind == "state" ? std::next(event)
                                        : std::find_if(event, service.events.end(), [&](const auto& e) { return e.kind != event->kind; });
      if (told(*event)) {
        if (++shown <= kMostEvents) {
          const std::string more =
              last - event > 1 ? fmt::format(" ({} times until {:.6g} s)", last - event, (last - 1)->at.seconds()) : "";
          const std::string what = kind == "state" ? "" : fmt::format("{}{}: ", kind, more);
          out +=
              wrapped(fmt::format("- {:.6g} s {}, {}{}", event->at.seconds(), service.name, what, beginning(event->text)), kTextWidth, 2);
        } else {
          left += static_cast<std::size_t>(last - event);
        }
      }
      event = last;
    }
  }
  if (left > 0) out += fmt::format("- and {} more; --format vsp shows all\n", left);
  return out.empty() ? out : "\nWhat happened to them\n" + out;
}

}  // namespace

std::string vsp_summary(const RunReport& report) {
  return services(report) + payers(report) + events(report);
}

}  // namespace lparsim::report
