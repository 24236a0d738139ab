#include "lpars/workload/transaction_program.hpp"

#include <algorithm>

namespace lparsim::workload {
namespace {

using Code = TransactionProgram::Code;

std::uint32_t number_of(const std::string& lock, std::vector<std::string>& locks) {
  const auto found = std::ranges::find(locks, lock);
  const auto number = static_cast<std::uint32_t>(found - locks.begin());
  if (found == locks.end()) locks.push_back(lock);
  return number;
}

}  // namespace

TransactionProgram::TransactionProgram(const Transaction& transaction, Hertz frequency, std::vector<std::string>& locks) {
  // Branches stand behind what forks them: those of this level first, then what these fork, and so on.
  struct Sequence {
    const Transaction* steps;
    std::uint32_t branch;  // the place in branches_ that leads to it
  };
  std::vector<Sequence> sequences{{&transaction, UINT32_MAX}};
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const auto [steps, branch] = sequences[i];
    if (branch != UINT32_MAX) branches_[branch] = static_cast<std::uint32_t>(operations_.size());
    for (const Step& step : *steps) {
      if (const auto* compute = std::get_if<Compute>(&step)) {
        operations_.push_back({Code::compute, compute->demand.at(frequency)});
      } else if (const auto* sleep = std::get_if<Sleep>(&step)) {
        operations_.push_back({Code::sleep, sleep->time});
      } else if (const auto* locked = std::get_if<Locked>(&step)) {
        const std::uint32_t lock = number_of(locked->lock, locks);
        operations_.push_back({Code::acquire, {}, lock});
        operations_.push_back({Code::compute, locked->compute.at(frequency)});
        if (locked->sleep) operations_.push_back({Code::sleep, *locked->sleep});
        operations_.push_back({Code::release, {}, lock});
      } else {
        const auto& all = std::get<Parallel>(step).branches;
        operations_.push_back({Code::fork, {}, 0, static_cast<std::uint32_t>(branches_.size()), static_cast<std::uint32_t>(all.size())});
        for (const Transaction& steps_of_branch : all) {
          sequences.push_back({&steps_of_branch, static_cast<std::uint32_t>(branches_.size())});
          branches_.push_back(0);
        }
      }
    }
    operations_.push_back({Code::end, {}});
  }
}

bool TransactionProgram::sleeps() const {
  return std::ranges::any_of(operations_, [](const Operation& operation) { return operation.code == Code::sleep; });
}

TransactionKinds::TransactionKinds(const Transaction& transaction, const std::vector<Kind>& mix, Hertz frequency) {
  if (mix.empty()) programs_.emplace_back(transaction, frequency, locks_);
  double sum = 0;
  for (const Kind& kind : mix) {
    programs_.emplace_back(kind.transaction, frequency, locks_);
    up_to_.push_back(sum += kind.probability);
  }
}

std::uint32_t TransactionKinds::kind_of(RandomKey transaction) const {
  if (up_to_.empty()) return 0;
  const double drawn = transaction.key(0).stream().uniform() * up_to_.back();
  return static_cast<std::uint32_t>(std::ranges::upper_bound(up_to_, drawn) - up_to_.begin());
}

bool TransactionKinds::sleep() const {
  return std::ranges::any_of(programs_, &TransactionProgram::sleeps);
}

}  // namespace lparsim::workload
