#pragma once
#include <memory>
#include <vector>

#include "lpars/workload/workload.hpp"
#include "models/system/testing/processors.hpp"

namespace lparsim::workload::testing {

/// The simple host, which makes the workloads that it runs.
class Processors final : public system::testing::Processors {
 public:
  using system::testing::Processors::Processors;

  Workload& add(const Config& config, std::uint64_t seed = 1, IoOperations* io = nullptr) {
    workloads_.push_back(make_workload(config, Hertz{4e9}, {seed, "p." + config.name}, io));
    add_program(*workloads_.back());
    return *workloads_.back();
  }
  std::vector<std::unique_ptr<Workload>>& workloads() { return workloads_; }

 private:
  std::vector<std::unique_ptr<Workload>> workloads_;
};

}  // namespace lparsim::workload::testing
