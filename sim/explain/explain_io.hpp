#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/explain/explain_wait.hpp"
#include "sim/explain/off_account.hpp"
#include "sim/explain/surroundings.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::explain {

/// What is asked about requests of virtual I/O.
struct IoQuestion {
  std::optional<std::uint64_t> number;  ///< this one
  std::optional<std::size_t> slowest;   ///< or so many of the slowest; without both all of them, summed up
  std::optional<std::string> partition;
  std::optional<std::string> target;  ///< of that name, of any partition unless one is given
  Format format = Format::text;
};

/// A part of a request's way, in the order of time.
struct IoPart {
  std::size_t stage = 0;  ///< in trace::kIoStages
  SimTime begin;
  SimTime length;
  std::optional<OffAccount> off;           ///< of client_dispatch and vios_dispatch; of service: why the partition there was on no core
  std::vector<trace::VspCall> services{};  ///< of service: the calls that it waited for, in the order of their beginnings
};

/// One request, from the thread's asking to its answer. The parts add up to its latency.
struct IoAccount {
  trace::IoRequest request;
  trace::IoTarget target;
  std::string path;  ///< the client's adapter, and the VIOS it goes through: `vscsi0 and vios1`, or `vscsi0@vios1`; empty: without a name
  std::vector<IoPart> parts;
};

/// All requests to a target.
struct IoTargetSummary {
  trace::IoTarget target;
  std::uint64_t requests = 0;
  SimTime latency;
  trace::IoStageTimes stages{};       ///< add up to latency
  std::vector<PartitionId> vioses;    ///< through which requests went
  std::vector<PartitionId> services;  ///< Virtual Service Partitions that may have held it up
};

/// Explains requests of a run file, in words or as JSON (docs/explain-wait.md). Errors are one sentence.
Result<std::string> explain_io(const trace::Reader& reader, const IoQuestion& question);

// The steps of it. Frames are those of the targets' servers.
Result<IoAccount> account_for(const trace::Reader& reader, const trace::RunInfo& run, const Frame& frame, const trace::IoJourney& journey);
/// The same from rows of another source; targets and paths are those of the run.
Result<IoAccount> account_for(const RowSource& source, const trace::RunInfo& run, const std::vector<trace::IoTarget>& targets,
                              const std::vector<trace::IoPath>& paths, const Frame& frame, const trace::IoJourney& journey);
std::string text_of(const Frame& frame, const IoAccount& account);
std::string json_of(const Frame& frame, const IoAccount& account);
/// `waits`: what partitions waited for in the whole run, by server.
std::string text_of(const std::vector<IoTargetSummary>& targets, const std::vector<ServerSummary>& waits);
std::string json_of(const std::vector<IoTargetSummary>& targets, const std::vector<ServerSummary>& waits);

}  // namespace lparsim::explain
