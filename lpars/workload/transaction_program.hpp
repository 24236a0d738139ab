#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lpars/workload/config.hpp"
#include "lpars/workload/io_operations.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"

namespace lparsim::workload {

/// The steps of one kind of transaction, laid out one behind the other: what TransactionRuns executes. A thread begins at operation 0, a
/// branch where its fork says, and each ends at an `end`.
class TransactionProgram {
 public:
  enum class Code : std::uint8_t { compute, sleep, acquire, release, fork, io, end };
  /// A disk or peer by its name.
  struct Target {
    std::string name;
    bool is_disk = false;
    bool operator==(const Target&) const = default;
  };
  /// What the transactions of a workload have in common.
  struct Names {
    std::vector<std::string> locks;
    std::vector<Target> targets;
    std::vector<std::string> files;
  };
  /// `step.target` is into Names::targets, or (os_service) Names::files; `step.block` is said when it begins.
  struct Io {
    IoStep step;
    bool sequential = false;
    std::uint32_t detail = 0;  ///< of its service or call
  };
  struct Operation {
    Code code;
    Distribution time;        // compute, sleep
    std::uint32_t lock = 0;   // acquire, release: into Names::locks
    std::uint32_t first = 0;  // fork: into branches(), and how many; io: see io()
    std::uint32_t count = 0;
  };

  TransactionProgram(const Transaction& transaction, Hertz frequency, Names& names);

  const Operation& operator[](std::uint32_t at) const { return operations_[at]; }
  /// Where the branches of a fork begin.
  std::span<const std::uint32_t> branches(const Operation& fork) const { return {branches_.data() + fork.first, fork.count}; }
  const Io& io(const Operation& io) const { return ios_[io.first]; }
  const OsService& service(const Io& io) const { return services_[io.detail]; }
  const HypervisorCall& hypervisor_call(const Io& io) const { return calls_[io.detail]; }
  bool sleeps() const;

 private:
  bool add_io(const Step& step, Names& names);
  Io service_io(const OsService& service, Names& names);

  std::vector<Operation> operations_;
  std::vector<std::uint32_t> branches_;
  std::vector<Io> ios_;
  std::vector<OsService> services_;
  std::vector<HypervisorCall> calls_;
};

/// What the transactions of a workload are: one kind, or a mix of several.
class TransactionKinds {
 public:
  TransactionKinds(const Transaction& transaction, const std::vector<Kind>& mix, Hertz frequency);

  /// Which kind a transaction is, and what its operation `at` takes: functions of the transaction's key alone, so that neither the order
  /// of execution nor another transaction has a say in them.
  std::uint32_t kind_of(RandomKey transaction) const;
  SimTime sample(std::uint32_t kind, std::uint32_t at, RandomKey transaction) const {
    return programs_[kind][at].time.sample(transaction.key(at + 1).stream());
  }
  /// Where a random disk access goes: to any multiple of its size.
  std::uint64_t block(std::uint32_t kind, std::uint32_t at, RandomKey transaction) const;
  /// What a random operation of the system's services is drawn from.
  static std::uint64_t seed(std::uint32_t at, RandomKey transaction) { return transaction.key(at + 1).stream().bits(); }
  const TransactionProgram& program(std::uint32_t kind) const { return programs_[kind]; }
  bool sleep() const;
  const TransactionProgram::Names& names() const { return names_; }

 private:
  std::vector<TransactionProgram> programs_;
  std::vector<double> up_to_;  // sums of the probabilities
  TransactionProgram::Names names_;
};

}  // namespace lparsim::workload
