#include "lpars/workload/demand.hpp"

namespace lparsim::workload {

Demand::Demand(const Transaction& transaction, Hertz frequency, std::uint64_t seed, const std::string& stream_name)
    : stream_{seed, stream_name} {
  steps_.reserve(transaction.size());
  for (const auto& step : transaction) steps_.push_back(std::get<Compute>(step).demand.at(frequency));
}

}  // namespace lparsim::workload
