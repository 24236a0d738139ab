// Format vsp: the ledger of Virtual Service Partitions.
#include <fmt/format.h>

#include <string>

#include "sim/report/format.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/vsp_accounts.hpp"

namespace lparsim::report {

namespace {

using Align = TextTable::Align;

std::string hooks(const VspHistory& service) {
  TextTable table;
  for (const char* column : {"hook", "role", "clients", "absent", "slow", "in flight", "pays"}) table.add_column(column, Align::left);
  for (const char* column : {"deadline\nms", "wall limit\nms"}) table.add_column(column);
  for (const trace::VspHookFacts& hook : service.hooks) {
    const bool decides = trace::name_in(trace::kVspRoles, hook.role) != "observer";
    const auto policy = [&](const std::string& word) {
      return decides ? word : "-";
    };
    const auto ms = [&](SimTime time) {
      return decides ? fmt::format("{:.6g}", time.milliseconds()) : "-";
    };
    table.add_row({hook_text(hook), std::string{trace::name_in(trace::kVspRoles, hook.role)},
                   hook.clients.empty() ? "all others" : hook.clients, policy(hook.when_absent), policy(hook.when_slow),
                   policy(hook.in_flight), hook.pays, ms(hook.deadline), ms(hook.wall_limit)});
  }
  return table.text();
}

/// Per call, where there was one.
std::string each(double sum, std::uint64_t calls, int most = 2) {
  if (calls == 0) return "-";
  const double value = sum / static_cast<double>(calls);
  return fmt::format("{:.{}f}", value, narrow_decimals(value, most));
}

std::string ledger(const VspHistory& service) {
  TextTable added, paid;
  for (TextTable* table : {&added, &paid}) {
    table->add_column("client", Align::left);
    table->add_column("hook", Align::left);
    table->add_column("calls");
  }
  for (const char* column : {"held up", "added\nus each", "without\na core", "at work", "total\nms"}) added.add_column(column);
  for (const char* column :
       {"client\nus each", "VSP\nus each", "client\ntotal ms", "VSP\ntotal ms", "messages\neach", "doorbells\neach", "bytes\neach"})
    paid.add_column(column);
  for (const VspAccount& account : service.accounts) {
    const trace::VspLedgerRow& row = account.row;
    const std::string hook{trace::name_in(trace::kVspHooks, row.hook)};
    const std::uint64_t held_up = account.held_up();
    added.add_row({account.client, hook, std::to_string(row.calls), std::to_string(held_up), each(row.latency.microseconds(), held_up),
                   each(row.undispatched.microseconds(), held_up), each((row.latency - row.undispatched).microseconds(), held_up),
                   fmt::format("{:.3f}", row.latency.milliseconds())});
    paid.add_row({account.client, hook, std::to_string(row.calls), each(row.client_paid.microseconds(), row.calls),
                  each(row.vsp_paid.microseconds(), row.calls), fmt::format("{:.3f}", row.client_paid.milliseconds()),
                  fmt::format("{:.3f}", row.vsp_paid.milliseconds()), each(static_cast<double>(row.messages), row.calls),
                  each(static_cast<double>(row.doorbells), row.calls), each(static_cast<double>(row.bytes), row.calls)});
  }
  return fmt::format("\nTime added to calls that held up their caller\n{}\nPaid for calls of the interface, in processor time\n{}",
                     added.text(), paid.text());
}

/// How calls ended, with the columns that there were.
std::string ends(const VspHistory& service) {
  std::array<std::uint64_t, trace::kVspCallEnds.size()> all{};
  for (const VspAccount& account : service.accounts)
    for (std::size_t i = 0; i < all.size(); ++i) all[i] += account.row.ends[i];
  TextTable table;
  table.add_column("client", Align::left);
  table.add_column("hook", Align::left);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i] > 0) table.add_column(std::string{trace::kVspCallEnds[i]});
  for (const VspAccount& account : service.accounts) {
    std::vector<std::string> row{account.client, std::string{trace::name_in(trace::kVspHooks, account.row.hook)}};
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i] > 0) row.push_back(std::to_string(account.row.ends[i]));
    table.add_row(std::move(row));
  }
  return "\nHow they ended\n" + table.text();
}

std::string events(const VspHistory& service) {
  std::string out;
  for (const trace::VspEvent& event : service.events) {
    const std::string kind = kind_text(event);
    // The text of a change begins with the new state.
    const std::string what =
        kind == "state" ? event.text : fmt::format("{}, {}: {}", trace::name_in(trace::kVspStates, event.state), kind, event.text);
    out += wrapped(fmt::format("- {:.6f} s {}", event.at.seconds(), what), kTextWidth, 2);
  }
  return out.empty() ? out : "\nWhat happened to it: time, state of its channel, what\n" + out;
}

std::string text_of(const RunReport& report, const VspHistory& service) {
  const trace::MetricValue* const available = report.metrics.find(service.name + ".vsp.available");
  std::string out = fmt::format("\n{}", service.name);
  if (!service.state().empty()) out += fmt::format(": {} at the end", service.state());
  if (available != nullptr) out += fmt::format(", ready for {:.4g} % of the measured time", available->value);
  out += "\n";
  if (!service.hooks.empty()) out += hooks(service);
  out += service.accounts.empty() ? "No call has gone to it.\n" : ledger(service) + ends(service);
  return out + events(service);
}

}  // namespace

Result<std::string> vsp_report(const trace::Reader& reader, const Options& options) {
  const auto report = read_report(reader, options.partition);
  if (!report) return unexpected(report.error());
  std::string out = fmt::format("{}: Virtual Service Partitions, {:.6g} s of it measured\n", report->run.scenario_name,
                                std::max(SimTime{}, report->simulated - report->run.warmup).seconds());
  if (report->state == trace::RunState::running) out += "STILL RUNNING: all figures are preliminary.\n";
  if (report->state == trace::RunState::interrupted) out += "INTERRUPTED: the figures are the last that were written.\n";
  if (report->services.empty()) out += options.partition ? "\nIt is none, and none had calls of it.\n" : "\nThis run has none.\n";
  for (const VspHistory& service : report->services) out += text_of(*report, service);
  if (!report->remarks.empty()) {
    std::string remarks;
    for (const std::string& text : report->remarks)
      if (text.find(".vsp: ") != std::string::npos) remarks += wrapped("- " + text, kTextWidth, 2);
    if (!remarks.empty()) out += "\nRemarks\n" + remarks;
  }
  return out;
}

}  // namespace lparsim::report
