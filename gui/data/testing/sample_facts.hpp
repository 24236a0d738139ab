#pragma once
// For tests of gui/: facts of a run without a file.
#include "gui/data/run_facts.hpp"
#include "sim/trace/io_sample.hpp"

namespace lparsim::gui::testing {

/// Of trace::sample_run, with a disk and a peer of `web`.
inline RunFacts sampleFacts() {
  using namespace literals;
  RunFacts facts;
  facts.path = "sample.db";
  facts.info = trace::sample_run();
  facts.host.trace_level = "full";
  facts.state = trace::RunState::finished;
  facts.simulated = 20_s;
  facts.targets = {{0, ServerId{0}, PartitionId{0}, "sda", trace::IoTargetKind::disk},
                   {1, ServerId{0}, PartitionId{2}, "web.orders", trace::IoTargetKind::peer}};
  facts.metrics = {{"web.physc", 0.4003, "PU", "physical processors consumed", 0.0012},
                   {"web.orders.response.p99", 12.5, "ms", "arrival to completion"}};
  return facts;
}

}  // namespace lparsim::gui::testing
