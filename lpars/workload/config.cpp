#include "lpars/workload/config.hpp"

#include <fmt/format.h>

namespace lparsim::workload {
namespace {

using Problem = std::optional<std::string>;
using namespace literals;

Problem transaction_problem(const Transaction& transaction) {
  if (transaction.empty()) return "a transaction needs at least one step";
  // Below that, rounding to whole picoseconds could leave transactions without end in no time at all.
  for (const auto& step : transaction) {
    if (std::get<Compute>(step).demand.at(Hertz{1e9}).mean() < 1_ns) return "compute needs a mean of at least 1 ns or 1 cycle";
  }
  return std::nullopt;
}

Problem count_problem(std::uint64_t count, std::uint64_t most, std::string_view what) {
  if (count >= 1 && count <= most) return std::nullopt;
  return fmt::format("{} are from 1 to {}; {} is not", what, most, count);
}

Problem problem(const Spin& spin) {
  return count_problem(spin.threads, kMostThreads, "threads");
}

Problem problem(const Open& open) {
  if (open.arrival_gap.in_cycles()) return "arrivals are apart by a time, not by cycles";
  if (open.arrival_gap.mean() <= SimTime{}) return "arrivals need a gap longer than 0";
  if (open.threads) {
    if (auto p = count_problem(*open.threads, kMostThreads, "threads")) return p;
  }
  return transaction_problem(open.transaction);
}

Problem problem(const Closed& closed) {
  if (closed.think.in_cycles()) return "users think for a time, not for cycles";
  if (auto p = count_problem(closed.users, kMostThreads, "users")) return p;
  return transaction_problem(closed.transaction);
}

Problem problem(const Batch& batch) {
  if (auto p = count_problem(batch.jobs, 1'000'000'000'000, "jobs")) return p;
  if (auto p = count_problem(batch.threads, kMostThreads, "threads")) return p;
  return transaction_problem(batch.transaction);
}

}  // namespace

std::optional<std::string> problem_of(const Config& config) {
  return std::visit([](const auto& type) { return problem(type); }, config.type);
}

}  // namespace lparsim::workload
