#pragma once
#include <cstdint>

#include "sim/base/sampled_times.hpp"
#include "sim/base/time.hpp"
#include "sim/base/time_average.hpp"
#include "sim/base/units.hpp"

namespace lparsim::workload {

/// What is known of one workload's transactions. The measured figures begin at the last reset (the end of the warmup): a transaction
/// counts where it completes, also when it arrived before. The totals are never reset, and always
/// arrived = completed + dropped + in_system.
class Statistics {
 public:
  void transaction_arrived(std::uint64_t how_many = 1) {
    arrived_ += how_many;
    in_system_ += how_many;
  }
  /// `arrived` is when it came.
  void transaction_completed(SimTime arrived, SimTime now) {
    ++completed_total_;
    --in_system_;
    ++completed_;
    response_.record(now - arrived, now);
  }
  /// The partition went away under everything that was in it.
  void all_dropped(SimTime now) {
    dropped_ += in_system_;
    in_system_ = 0;
    queued_.set(0, now);
    backlog_.set(0, now);
  }
  /// So many transactions wait for a thread from now on.
  void now_queued(std::uint64_t waiting, SimTime now) { queued_.set(static_cast<std::int64_t>(waiting), now); }
  /// So many nanoseconds of processor time are left from earlier quanta from now on.
  void now_left(std::int64_t nanoseconds, SimTime now) { backlog_.set(nanoseconds, now); }
  /// A disk operation, message or call has ended well, and moved so many bytes.
  void operation_succeeded(Bytes bytes) { bytes_.count += bytes.count; }
  /// It has not; the transaction goes on.
  void operation_failed() { ++failed_; }
  void reset(SimTime now) {
    measured_since_ = now;
    completed_ = 0;
    failed_ = 0;
    bytes_ = {};
    response_.clear();
    queued_.reset(now);
    backlog_.reset(now);
  }

  // Measured figures.
  std::uint64_t completed() const { return completed_; }
  /// Completed transactions a second.
  double throughput(SimTime now) const {
    return now > measured_since_ ? static_cast<double>(completed_) / (now - measured_since_).seconds() : 0;
  }
  /// Time average of the number of transactions that wait for a thread.
  double queued(SimTime now) const { return queued_.mean(now); }
  /// Time average of the processor time, in milliseconds, that a recording wanted in earlier quanta and has not got yet; 0 for other
  /// workloads.
  double backlog(SimTime now) const { return backlog_.mean(now) * 1e-6; }
  /// Disk operations, messages and calls that were reported as failed to the application.
  std::uint64_t failed() const { return failed_; }
  /// Read, written, sent and received by those that were not, in the step that asked for it: requests and answers of calls are counted by
  /// the caller only.
  Bytes bytes() const { return bytes_; }
  /// Of 10^6 bytes, as the rates of disks and links are given.
  double megabytes_per_second(SimTime now) const {
    return now > measured_since_ ? static_cast<double>(bytes_.count) * 1e-6 / (now - measured_since_).seconds() : 0;
  }
  /// From arrival to completion.
  const Histogram& response() const { return response_.histogram(); }
  /// The same with its confidence intervals.
  const SampledTimes& sampled_response() const { return response_; }

  // Totals since the beginning.
  std::uint64_t arrived() const { return arrived_; }
  std::uint64_t completed_total() const { return completed_total_; }
  std::uint64_t dropped() const { return dropped_; }
  std::uint64_t in_system() const { return in_system_; }

 private:
  std::uint64_t arrived_ = 0;
  std::uint64_t completed_total_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t in_system_ = 0;
  std::uint64_t completed_ = 0;
  std::uint64_t failed_ = 0;
  Bytes bytes_;
  SimTime measured_since_;
  TimeAverage queued_;
  TimeAverage backlog_;  // ns: what a whole machine can be behind in a hundred days does not fit in ps
  SampledTimes response_;
};

}  // namespace lparsim::workload
