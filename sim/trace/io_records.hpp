#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::trace {

/// Where a request is; at any instant it is in one of these stages, so that they add up to its latency.
struct IoStage {
  std::string_view name;
  std::string_view meaning;
};
inline constexpr std::size_t kIoStageCount = 14;
/// In the order in which a request comes to them; those of later versions of the format follow.
inline constexpr std::array<IoStage, kIoStageCount> kIoStages{
    {{"client_queue", "waiting in the client for a place (queue depth, credits)"},
     {"client_processing", "the client's driver and handler, and waiting for them"},
     {"client_dispatch", "the client had no virtual processor on a core"},
     {"transport", "queued for the other side, not seen by it yet"},
     {"vios_dispatch", "the VIOS had no virtual processor on a core"},
     {"vios_queue", "in a VIOS that was running, behind other requests"},
     {"vios_processing", "instructions of the VIOS for this request"},
     {"adapter_queue", "waiting for a physical adapter or its link"},
     {"device", "the disk, array or tape at work"},
     {"network", "wires and switches outside of the server"},
     {"copy", "the hypervisor copying its data"},
     {"remote", "a call's other end at work; a send's acknowledgement on its way"},
     {"recovery", "lost, or without a path that works, until it was sent again"},
     {"service", "with a Virtual Service Partition that hooks its way"}}};
inline constexpr std::size_t kClientDispatchStage = 2;
inline constexpr std::size_t kViosDispatchStage = 4;
inline constexpr std::size_t kRecoveryStage = 12;
inline constexpr std::size_t kServiceStage = 13;
/// Those of format 2.
inline constexpr std::size_t kIoStagesBeforeServices = 13;
using IoStageTimes = std::array<SimTime, kIoStageCount>;

enum class IoTargetKind : std::uint8_t { disk, peer };
enum class IoKind : std::uint8_t { read, write, send, call };
enum class IoOutcome : std::uint8_t { done, failed, dropped };
inline constexpr std::array<std::string_view, 2> kIoTargetKindNames{"disk", "peer"};
inline constexpr std::array<std::string_view, 4> kIoKindNames{"read", "write", "send", "call"};
inline constexpr std::array<std::string_view, 3> kIoOutcomeNames{"done", "failed", "dropped"};

inline std::string_view to_string(IoTargetKind kind) {
  return kIoTargetKindNames[static_cast<std::size_t>(kind)];
}
inline std::string_view to_string(IoKind kind) {
  return kIoKindNames[static_cast<std::size_t>(kind)];
}
inline std::string_view to_string(IoOutcome outcome) {
  return kIoOutcomeNames[static_cast<std::size_t>(outcome)];
}

/// What requests of a partition go to: one of its disks (`hdisk0`), a peer that it talks to (`gateway`, `db.orders`).
struct IoTarget {
  std::uint32_t id = 0;  ///< from 0 over all partitions
  ServerId server{};
  PartitionId partition{};
  std::string name;
  IoTargetKind kind{};
};

/// A way to a target.
struct IoPath {
  std::uint32_t target = 0;
  std::uint32_t path = 0;           ///< within its target
  std::string name;                 ///< `vscsi0`
  std::optional<PartitionId> vios;  ///< through which it goes, on the client's server
};

/// A part of a request's way: a place in kIoStages, and how long it was there. Where a partition's time is split into dispatched and
/// not, the part in client_dispatch or vios_dispatch comes first and what is left of the stage follows, even if that is nothing.
struct IoStep {
  std::uint8_t stage = 0;
  SimTime length;
};

/// A finished request.
struct IoRequest {
  std::uint64_t number = 0;  ///< in the order of their beginnings, from 0
  std::uint32_t target = 0;
  IoKind kind{};
  IoOutcome outcome{};
  std::uint64_t bytes = 0;
  std::uint32_t path = 0;
  std::uint32_t attempts = 1;  ///< how often it was sent
  SimTime begin;
  SimTime end;
  IoStageTimes stages{};  ///< add up to end - begin
};

/// The requests of one kind to one target that ended between two instants, as sums.
struct IoIntervalSample {
  std::uint32_t target = 0;
  IoKind kind{};
  SimTime begin;
  SimTime end;
  std::uint64_t requests = 0;  ///< whatever their outcome
  std::uint64_t failed = 0;    ///< those that were not done
  std::uint64_t bytes = 0;     ///< of those that were done
  SimTime latency;
  SimTime in_flight;      ///< number of requests under way, times time, in the interval: of all, also those that have not ended
  IoStageTimes stages{};  ///< add up to latency
};

}  // namespace lparsim::trace
