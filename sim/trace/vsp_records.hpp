#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::trace {

// What a run file says of Virtual Service Partitions. Numbers are those of models/vsp, whose words these are.

/// By number; 0 is none.
inline constexpr std::array<std::string_view, 10> kVspHooks{"",
                                                            "hypervisor.call",
                                                            "hypervisor.dispatch",
                                                            "hypervisor.accounting",
                                                            "switch.frame",
                                                            "crq.send",
                                                            "sea.forward",
                                                            "vscsi.command",
                                                            "os.service",
                                                            "application.event"};
/// By number; 0 is none.
inline constexpr std::array<std::string_view, 4> kVspRoles{"", "observer", "filter", "provider"};
inline constexpr std::array<std::string_view, 10> kVspCallEnds{"passed", "modified", "denied",    "completed", "native",
                                                               "open",   "failed",   "withdrawn", "observed",  "dropped"};
inline constexpr std::array<std::string_view, 9> kVspStates{"off",   "closed",    "initialized", "welcomed",   "negotiated",
                                                            "ready", "quiescing", "suspended",   "backing_off"};
inline constexpr std::array<std::string_view, 10> kVspEventKinds{"state",   "registered",  "refused",  "violation",         "timed_out",
                                                                 "ejected", "quarantined", "returned", "credits_exhausted", "deadlock"};

/// The name that a number stands for; `?` where a newer program wrote it.
template <std::size_t N>
constexpr std::string_view name_in(const std::array<std::string_view, N>& names, std::size_t number) {
  return number < N ? names[number] : "?";
}

/// What a Virtual Service Partition may hook: one `hooks` entry of the scenario.
struct VspHookFacts {
  ServerId server{};
  PartitionId vsp{};
  std::uint16_t hook = 0;
  std::uint8_t role = 0;
  std::uint32_t function_first = 0;
  std::uint32_t function_last = 0;
  std::string clients;  ///< names with commas; empty: all but itself
  SimTime deadline;
  SimTime wall_limit;
  std::string when_absent;  ///< open, closed or freeze
  std::string when_slow;
  std::string in_flight;  ///< abort, reissue or fail
  std::string pays;       ///< vsp or client
};

/// One call at one Virtual Service Partition, over.
struct VspCall {
  ServerId server{};
  PartitionId vsp{};
  std::uint64_t number = 0;  ///< over all Virtual Service Partitions of the server, in the order of their beginnings
  std::uint16_t hook = 0;
  std::uint8_t role = 0;
  std::uint32_t function = 0;
  PartitionId client{};
  std::uint8_t end = 0;
  std::int64_t status = 0;
  std::uint32_t epoch = 0;
  std::uint32_t sent = 1;
  SimTime begin;
  SimTime taken;  ///< received by the partition; `end_time` if never
  SimTime end_time;
  SimTime undispatched;  ///< of that, it had no virtual processor on a core
  SimTime client_cost;   ///< processor time that it took from the caller
  SimTime vsp_cost;
  std::uint64_t bytes = 0;  ///< copied
};

/// What the calls of one hook by one client to one Virtual Service Partition added up to in the measured part.
struct VspLedgerRow {
  ServerId server{};
  PartitionId vsp{};
  PartitionId client{};
  std::uint16_t hook = 0;
  std::uint8_t role = 0;
  std::uint64_t calls = 0;
  std::array<std::uint64_t, kVspCallEnds.size()> ends{};
  SimTime latency;       ///< of those that held up their caller
  SimTime undispatched;  ///< of that
  SimTime client_paid;
  SimTime vsp_paid;
  std::uint64_t messages = 0;
  std::uint64_t doorbells = 0;
  std::uint64_t bytes = 0;
};

/// Something that happened to the channel of a Virtual Service Partition.
struct VspEvent {
  SimTime at;
  ServerId server{};
  PartitionId vsp{};
  std::uint8_t kind = 0;
  std::uint8_t state = 0;  ///< of the channel, afterwards
  std::uint16_t hook = 0;  ///< 0: about none
  std::uint64_t call = 0;
  std::optional<PartitionId> client;
  std::string text;
};

}  // namespace lparsim::trace
