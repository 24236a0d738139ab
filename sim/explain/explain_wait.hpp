#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/explain/frame.hpp"
#include "sim/explain/sweep.hpp"
#include "sim/explain/thread_account.hpp"
#include "sim/explain/wait_account.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::explain {

enum class Format : std::uint8_t { text, json };

struct Request {
  std::optional<std::string> partition;  ///< absent: the whole run
  std::optional<std::uint32_t> vp;       ///< of the partition; absent: all
  std::optional<SimTime> at;             ///< what was going on then; absent: the worst waits
  std::size_t worst = 5;
  Format format = Format::text;
};

/// What a virtual processor did at a moment at which it did not wait.
struct Doing {
  enum class What : std::uint8_t { ran, ceded, nothing };
  std::uint32_t vp = 0;
  What what = What::nothing;
  SimTime since, until;  ///< never(): no end is recorded
  trace::DispatchSpan stay;
};

/// The answer on one partition.
struct Answer {
  std::vector<WaitAccount> waits;
  std::vector<ThreadAccount> threads;
  std::vector<Doing> doings;  ///< only where a moment was asked for
};

/// The answer on a whole run, a server at a time.
struct ServerSummary {
  Frame frame;
  std::vector<PartitionSummary> partitions;
};

/// Explains waits of a run file, in words or as JSON (docs/explain-wait.md). Errors are one sentence: no such partition, a run that was
/// not recorded in full, a file that cannot be read.
Result<std::string> explain_wait(const trace::Reader& reader, const Request& request);

/// Why the run was not recorded so that anything could be explained, in one sentence; nothing when it was.
std::optional<std::string> lacks_single_waits(const trace::Reader& reader);

// The steps of it.
Result<Answer> answer(const trace::Reader& reader, const Frame& frame, PartitionId partition, const Request& request);
Result<std::vector<ServerSummary>> summarize(const trace::Reader& reader);

std::string text_of(const Frame& frame, const Answer& answer, PartitionId partition, const Request& request);
std::string text_of(const std::vector<ServerSummary>& summary);
std::string json_of(const Frame& frame, const Answer& answer, PartitionId partition);
std::string json_of(const std::vector<ServerSummary>& summary);

}  // namespace lparsim::explain
