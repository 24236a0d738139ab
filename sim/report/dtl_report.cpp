#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "sim/report/commands.hpp"

namespace lparsim::report {

namespace {

/// An entry of a dispatch trace log (LoPAR, "Dispatch Trace Log Buffer Entry"; Linux, struct dtl_entry). Times in ticks of the time base,
/// in 32 bits as in the entry.
struct Entry {
  std::uint32_t cpu = 0;  ///< the number that the operating system gives the first thread of the virtual processor
  SimTime at;
  std::uint8_t dispatch_reason = 0;
  std::uint8_t preempt_reason = 0;  ///< of the loss of the core before: that is what brought about the wait
  std::uint16_t processor = 0;
  std::uint32_t enqueue_to_dispatch = 0;
  std::uint32_t ready_to_enqueue = 0;
  std::uint32_t waiting_to_ready = 0;
};

std::uint32_t ticks(SimTime length) {
  return static_cast<std::uint32_t>(timebase_ticks(length));
}

/// Of the partition, or of one virtual processor, in the order of their times.
Result<std::vector<Entry>> entries_of(const trace::Reader& reader, const PartitionHistory& p, const Options& options) {
  const auto spans = reader.dispatches(SimTime{}, SimTime::never());
  if (!spans) return unexpected(spans.error());
  std::vector<trace::DispatchSpan> own;
  for (const trace::DispatchSpan& s : *spans)
    if (s.server == p.facts.server && s.partition == p.facts.partition && (!options.vp || s.vp == *options.vp)) own.push_back(s);
  std::ranges::stable_sort(own, [](const auto& a, const auto& b) { return a.begin < b.begin; });
  std::map<std::uint32_t, std::uint8_t> left_by;
  std::vector<Entry> out;
  for (const trace::DispatchSpan& s : own) {
    out.push_back({p.logical_number(s.vp, 0), s.begin, s.dispatch_reason, left_by[s.vp], static_cast<std::uint16_t>(s.core),
                   ticks(s.begin - s.enqueue), ticks(s.enqueue - s.ready), ticks(s.ready - s.waiting)});
    left_by[s.vp] = s.preempt_reason;
  }
  return out;
}

// The names of perf (tools/perf/util/powerpc-vpadtl.c).
std::string dispatch_name(std::uint8_t reason) {
  constexpr std::array kNames{"external_interrupt",
                              "firmware_internal_event",
                              "H_PROD",
                              "decrementer_interrupt",
                              "system_reset",
                              "firmware_internal_event",
                              "conferred_cycles",
                              "time_slice",
                              "virtual_memory_page_fault",
                              "expropriated_adjunct",
                              "priv_doorbell"};
  return reason < kNames.size() ? kNames[reason] : std::to_string(reason);
}
std::string preempt_name(std::uint8_t reason) {
  constexpr std::array kNames{"unused",
                              "firmware_internal_event",
                              "H_CEDE",
                              "H_CONFER",
                              "time_slice",
                              "migration_hibernation_page_fault",
                              "virtual_memory_page_fault"};
  return reason < kNames.size() ? kNames[reason] : std::to_string(reason);
}

std::string script_line(const Entry& e) {
  const std::int64_t microseconds = e.at.ps() / 1'000'000;
  return fmt::format(
      "{:>16} {:>7} [{:03}] {:>5}.{:06}: {:>38}: timebase: {} dispatch_reason:{}, preempt_reason:{}, enqueue_to_dispatch_time:{}, "
      "{:>21}ready_to_enqueue_time:{}, waiting_to_ready_time:{}, processor_id: {} {:>16} [unknown] ([unknown])\n",
      "swapper", 0, e.cpu, microseconds / 1'000'000, microseconds % 1'000'000, "vpa-dtl", timebase_ticks(e.at),
      dispatch_name(e.dispatch_reason), preempt_name(e.preempt_reason), e.enqueue_to_dispatch, "", e.ready_to_enqueue, e.waiting_to_ready,
      e.processor, 0);
}

void put_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

void put_entry(std::string& out, const Entry& e) {
  put_big_endian(out, e.dispatch_reason, 1);
  put_big_endian(out, e.preempt_reason, 1);
  put_big_endian(out, e.processor, 2);
  put_big_endian(out, e.enqueue_to_dispatch, 4);
  put_big_endian(out, e.ready_to_enqueue, 4);
  put_big_endian(out, e.waiting_to_ready, 4);
  put_big_endian(out, static_cast<std::uint64_t>(timebase_ticks(e.at)), 8);
  out.append(24, '\0');  // fault address, SRR0 and SRR1 are not simulated
}

}  // namespace

Result<std::string> dtl_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options) {
  const auto entries = entries_of(reader, p, options);
  if (!entries) return unexpected(entries.error());
  std::string out;
  for (const Entry& e : *entries) out += script_line(e);
  return out;
}

Result<std::vector<ReportFile>> dtl_files(const trace::Reader& reader, const PartitionHistory& p, const Options& options) {
  const auto entries = entries_of(reader, p, options);
  if (!entries) return unexpected(entries.error());
  std::map<std::uint32_t, std::string> logs;
  for (const Entry& e : *entries) put_entry(logs[e.cpu], e);
  std::vector<ReportFile> out;
  for (auto& [cpu, content] : logs) out.push_back({fmt::format("cpu-{}", cpu), std::move(content)});
  return out;
}

}  // namespace lparsim::report
