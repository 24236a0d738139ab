#include "models/hypervisor/vio_port.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "models/hypervisor/crq_queue.hpp"
#include "models/hypervisor/testing/server_bench.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::ScriptedPartition;
using testing::ServerBench;

/// A partition with a driver on its queue, all over TLM-2.0 sockets and the hypervisor.
struct Driver {
  Driver(ServerBench& bench, ScriptedPartition& partition, const VirtualAdapter& its)
      : port{partition.port, bench.hypervisor.virtual_io(), partition.id}, area{port, its}, queue{port, its, area, 1} {
    partition.on_interrupt = [this](std::uint32_t source) {
      sources.push_back(source);
    };
  }
  HcallStatus start() {
    area.map();
    return queue.open();
  }
  CrqNews next() {
    const auto element = queue.take();
    return element ? queue.digest(*element) : CrqNews::none;
  }
  VioPort port;
  DmaArea area;
  CrqQueue queue;
  std::vector<std::uint32_t> sources;
};

class VioOverTlm : public ::testing::Test {
 protected:
  ServerBench bench{4};
  ScriptedPartition& client_partition = bench.shared("client", capped(100, 1));
  ScriptedPartition& server_partition = bench.dedicated("vios", {1});
  std::pair<VirtualAdapter, VirtualAdapter> adapters = bench.hypervisor.virtual_io().connect(client_partition.id, server_partition.id);
  Driver client{bench, client_partition, adapters.first};
  Driver server{bench, server_partition, adapters.second};

  void connect() {
    bench.activate_all();
    bench.run_until(1_ms);
    ASSERT_EQ(server.start(), HcallStatus::closed);
    ASSERT_EQ(client.start(), HcallStatus::success);
    ASSERT_EQ(server.next(), CrqNews::connected);
    ASSERT_EQ(client.next(), CrqNews::connected);
    client.queue.end_of_interrupt();
    server.queue.end_of_interrupt();
    client.port.take_cost();
    server.port.take_cost();
  }
};

TEST_F(VioOverTlm, ElementsArriveWithAnInterruptAtTheSameInstant) {
  connect();
  EXPECT_EQ(server.sources, std::vector{adapters.second.interrupt});
  ASSERT_EQ(client.queue.send({kCrqCommand, 7}), HcallStatus::success);
  EXPECT_EQ(server.sources.size(), 2U);
  EXPECT_EQ(server.queue.take(), (CrqElement{kCrqCommand, 7}));
  EXPECT_EQ(kernel::now(), 1_ms);
}

TEST_F(VioOverTlm, CallsCostWhatTheHypervisorIsConfiguredFor) {
  connect();
  const VioCosts costs;
  client.queue.send({kCrqCommand});
  EXPECT_EQ(client.port.take_cost(), costs.call);
  EXPECT_EQ(server.port.copy_rdma(1024, adapters.second.remote_liobn, 0, adapters.second.liobn, 0), HcallStatus::success);
  EXPECT_EQ(server.port.take_cost(), costs.call + costs.copy_call + costs.copy_per_kib);
}

TEST_F(VioOverTlm, APartnerThatIsShutDownHasDeregistered) {
  connect();
  bench.hypervisor.deactivate(client_partition.id);
  bench.run_until(2_ms);
  EXPECT_EQ(server.queue.take(), (CrqElement{kCrqTransportEvent, 0x02}));
  EXPECT_EQ(server.queue.send({kCrqCommand}), HcallStatus::closed);
  EXPECT_EQ(server.sources.size(), 2U);
}

TEST_F(VioOverTlm, APartnerThatCrashedHasFailed) {
  connect();
  bench.hypervisor.deactivate(server_partition.id, true);
  bench.run_until(2_ms);
  EXPECT_EQ(client.queue.take(), (CrqElement{kCrqTransportEvent, 0x01}));
  client.queue.end_of_interrupt();
  EXPECT_THROW(server.queue.send({kCrqCommand}), CheckFailure) << "it does not run";
  bench.hypervisor.activate(server_partition.id);
  bench.run_until(3_ms);
  EXPECT_EQ(server.start(), HcallStatus::success);
  EXPECT_EQ(client.next(), CrqNews::connected);
}

TEST_F(VioOverTlm, InterruptsOfAPartitionThatIsDownAreLost) {
  connect();
  const std::size_t before = server.sources.size();
  bench.hypervisor.deactivate(server_partition.id);
  bench.hypervisor.deactivate(client_partition.id);
  bench.run_until(2_ms);
  EXPECT_EQ(server.sources.size(), before);
}

TEST_F(VioOverTlm, NoProcessorOfTheCallerHasToRun) {
  connect();
  client_partition.cede(0);
  bench.run_until(2_ms);
  EXPECT_EQ(client.queue.send({kCrqCommand}), HcallStatus::success);
  EXPECT_TRUE(client_partition.running.empty());
}

TEST_F(VioOverTlm, MemoryIsThePartitionsOwn) {
  const std::uint64_t page = client.port.allocate(1);
  client.port.memory().write(page, 8, 42);
  EXPECT_EQ(bench.hypervisor.memory(client_partition.id).read(page, 8), 42U);
  EXPECT_EQ(bench.hypervisor.memory(server_partition.id).read(page, 8), 0U);
}

}  // namespace
}  // namespace lparsim::hypervisor
