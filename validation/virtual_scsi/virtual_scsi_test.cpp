#include <gtest/gtest.h>

#include "validation/virtual_scsi/vscsi_bench.hpp"

namespace lparsim::testing {
namespace {

using namespace lparsim::literals;
using workload::IoStep;

IoStep read_of(std::uint64_t kib) {
  return {IoStep::Kind::disk_read, 0, Bytes{kib * 1024}};
}

TEST(VirtualScsi, ConnectsAndReads) {
  VscsiBench bench;
  bench.start();
  EXPECT_TRUE(bench.adapters[0].ready());
  for (const std::uint64_t kib : {4, 32, 128, 256}) {
    bench.transfers(2, read_of(kib));
    const auto record = bench.transfers(1, read_of(kib)).back();
    std::printf("%llu KiB: %.3f us, outcome %d\n", (unsigned long long)kib, (record.end - record.begin).microseconds() - 200,
                (int)record.outcome);
    for (std::size_t i = 0; i < io::kStages; ++i)
      std::printf("  %s %.3f\n", std::string(to_string(static_cast<io::Stage>(i))).c_str(), record.stages[i].microseconds());
  }
}

}  // namespace
}  // namespace lparsim::testing
