#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/vsp/config.hpp"
#include "models/vsp/hooks.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::vsp {

/// A channel's state (docs/vsp/interface.md, "States").
enum class ChannelState : std::uint8_t {
  off,          ///< the partition does not run
  closed,       ///< it runs and has not said INIT
  initialized,  ///< INIT both ways: waits for HELLO
  welcomed,     ///< WELCOME sent: waits for FEATURES
  negotiated,   ///< FEATURES_OK sent: REGISTER, READY
  ready,
  quiescing,  ///< NOTICE sent
  suspended,
  backing_off,  ///< ejected; may come back at a time
};
inline constexpr std::size_t kChannelStates = 9;
std::string_view to_string(ChannelState state);

/// How a call ended.
enum class CallEnd : std::uint8_t {
  passed,  ///< a filter let it go on
  modified,
  denied,
  completed,
  native,  ///< the provider asked for it
  open,    ///< failed, and done natively by policy
  failed,  ///< failed, and so was the call by policy
  withdrawn,
  observed,  ///< a copy, given to the partition
  dropped,   ///< a copy for which there was no room
};
inline constexpr std::size_t kCallEnds = 10;
std::string_view to_string(CallEnd end);

/// One call at one partition, over.
struct CallRecord {
  PartitionId vsp{};
  std::uint64_t number = 0;  ///< over all partitions of the server, in the order of their beginnings
  Hook hook{};
  Role role{};
  std::uint32_t function = 0;
  PartitionId client{};
  CallEnd end{};
  std::int64_t status = 0;
  std::uint32_t epoch = 0;
  std::uint32_t sent = 1;  ///< times
  SimTime begin;           ///< came to this partition's turn
  SimTime taken;           ///< received by it; end_time if never
  SimTime end_time;
  SimTime undispatched;  ///< of that, the partition wanted a core and had none
  SimTime client_cost;   ///< processor time that it took from the caller
  SimTime vsp_cost;      ///< processor time of the VSP's calls and, on the caller's time, 0
  std::uint64_t bytes_copied = 0;
};

/// What calls of one hook by one client to one VSP added up to: who paid for what.
struct LedgerEntry {
  PartitionId vsp{};
  PartitionId client{};
  Hook hook{};
  Role role{};
  std::uint64_t calls = 0;
  std::array<std::uint64_t, kCallEnds> ends{};
  SimTime latency;       ///< sum over those that held up their caller
  SimTime undispatched;  ///< of it
  SimTime client_paid;   ///< processor time
  SimTime vsp_paid;
  std::uint64_t messages = 0;
  std::uint64_t doorbells = 0;  ///< interrupts: what may have cost a dispatch
  std::uint64_t bytes_copied = 0;
};

/// Something that happened to a channel, for people.
enum class VspEventKind : std::uint8_t {
  state,
  registered,
  refused,
  violation,
  timed_out,
  ejected,
  quarantined,
  returned,
  credits_exhausted,
  deadlock
};
std::string_view to_string(VspEventKind kind);
struct VspEvent {
  SimTime at;
  PartitionId vsp{};
  VspEventKind kind{};
  ChannelState state{};
  Hook hook{};  ///< 0: none
  std::uint64_t call = 0;
  PartitionId client{};
  std::string text;  ///< a sentence; of an ejection the dump: hook, call, client, times, what else was under way
};

/// Follows an exchange.
class ExchangeObserver {
 public:
  virtual ~ExchangeObserver() = default;
  virtual void call_ended(const CallRecord& record) = 0;
  virtual void happened(const VspEvent& event) = 0;
  /// What events call a partition.
  virtual std::string partition_name(PartitionId partition) const;
  /// Every message; `to_vsp`: from the platform. Only asked for by kits and full traces.
  virtual bool wants_messages() const { return false; }
  virtual void message(PartitionId vsp, bool to_vsp, std::span<const std::uint8_t> bytes, SimTime now) {
    (void)vsp, (void)to_vsp, (void)bytes, (void)now;
  }
};

struct VspStatus {
  ChannelState state{};
  std::uint32_t epoch = 0;
  std::uint32_t credits = 0;  ///< granted
  std::uint32_t under_way = 0;
  std::uint32_t waiting = 0;  ///< for credits or for the partition
  std::uint64_t calls = 0;
  std::uint64_t dropped = 0;  ///< copies for observers
  std::uint64_t violations = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t ejections = 0;
  std::uint64_t late = 0;      ///< replies to calls that were over
  bool shutting_down = false;  ///< quiescing, and stopped then
};

}  // namespace lparsim::vsp
