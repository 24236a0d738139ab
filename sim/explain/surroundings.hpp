#pragma once
#include <vector>

#include "sim/base/result.hpp"
#include "sim/explain/frame.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::explain {

/// Where explanations find what happened around a moment. Each function as the Reader's of that name.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual Result<std::vector<trace::DispatchSpan>> dispatches(ServerId server, SimTime begin, SimTime end) const = 0;
  virtual Result<std::vector<trace::DispatchSpan>> dispatches_of(trace::PartitionKey partition, SimTime begin, SimTime end) const = 0;
  virtual Result<std::vector<trace::TrackEvent>> spans(SimTime begin, SimTime end) const = 0;
  /// By anybody.
  virtual Result<std::vector<trace::VspCall>> vsp_calls(ServerId server, SimTime begin, SimTime end) const = 0;
};

/// A Reader, which goes through whole tables for each answer.
class WholeTables final : public RowSource {
 public:
  explicit WholeTables(const trace::Reader& reader) : reader_{reader} {}
  Result<std::vector<trace::DispatchSpan>> dispatches(ServerId server, SimTime begin, SimTime end) const override;
  Result<std::vector<trace::DispatchSpan>> dispatches_of(trace::PartitionKey partition, SimTime begin, SimTime end) const override;
  Result<std::vector<trace::TrackEvent>> spans(SimTime begin, SimTime end) const override;
  Result<std::vector<trace::VspCall>> vsp_calls(ServerId server, SimTime begin, SimTime end) const override;

 private:
  const trace::Reader& reader_;
};

/// What account_for() needs to know of a server: its dispatches that overlap the windows of [begin, end], and those of `partition` whose
/// waits do.
Result<std::vector<trace::DispatchSpan>> rows_around(const RowSource& source, const Frame& frame, PartitionId partition, SimTime begin,
                                                     SimTime end);

}  // namespace lparsim::explain
