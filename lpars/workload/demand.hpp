#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "lpars/workload/config.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"

namespace lparsim::workload {

/// Draws the processor time of each step of a transaction, at a known clock rate, from a random stream of its own. Steps are drawn when
/// they begin, so that one after the other first come first served transactions get the same demands whatever they wait for.
class Demand {
 public:
  Demand(const Transaction& transaction, Hertz frequency, std::uint64_t seed, const std::string& stream_name);
  std::uint32_t steps() const { return static_cast<std::uint32_t>(steps_.size()); }
  SimTime sample(std::uint32_t step) { return steps_[step].sample(stream_); }

 private:
  std::vector<Distribution> steps_;
  RandomStream stream_;
};

}  // namespace lparsim::workload
