#include "models/hypervisor/crq_queue.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "models/hypervisor/testing/vio_bench.hpp"
#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::VioBench;

constexpr PartitionId kClient{0};
constexpr PartitionId kServer{1};

/// A driver that does nothing but keep its queue.
struct Driver {
  Driver(VioBench& bench, PartitionId partition, const VirtualAdapter& adapter)
      : area{bench.calls(partition), adapter}, queue{bench.calls(partition), adapter, area, 1} {
    area.map();
  }
  std::vector<CrqNews> poll() {
    std::vector<CrqNews> news;
    while (const auto element = queue.take()) news.push_back(queue.digest(*element));
    queue.end_of_interrupt();
    return news;
  }
  DmaArea area;
  CrqQueue queue;
};

class Queues : public ::testing::Test {
 protected:
  using News = std::vector<CrqNews>;

  VioBench bench{2};
  std::pair<VirtualAdapter, VirtualAdapter> adapters = bench.virtual_io.connect(kClient, kServer);
  Driver client{bench, kClient, adapters.first};
  Driver server{bench, kServer, adapters.second};

  void connect() {
    server.queue.open();
    client.queue.open();
    server.poll();
    client.poll();
  }
};

TEST_F(Queues, FindEachOtherByInitialisation) {
  EXPECT_EQ(server.queue.open(), HcallStatus::closed);
  EXPECT_EQ(client.queue.open(), HcallStatus::success);
  EXPECT_FALSE(server.queue.connected());
  EXPECT_EQ(server.poll(), News{CrqNews::connected});
  EXPECT_EQ(client.poll(), News{CrqNews::connected});
  EXPECT_TRUE(server.queue.connected());
  EXPECT_TRUE(client.queue.connected());
  EXPECT_EQ(bench.take_interrupts(kServer).size(), 1U);
  EXPECT_EQ(bench.take_interrupts(kClient).size(), 1U);
}

TEST_F(Queues, AreFoundInWhateverOrderTheyOpen) {
  EXPECT_EQ(client.queue.open(), HcallStatus::closed);
  EXPECT_EQ(server.queue.open(), HcallStatus::success);
  client.poll();
  server.poll();
  EXPECT_TRUE(server.queue.connected());
  EXPECT_TRUE(client.queue.connected());
}

TEST_F(Queues, GiveElementsInOrderAndFreeThem) {
  connect();
  for (std::uint8_t i = 0; i < 3; ++i) ASSERT_EQ(client.queue.send({kCrqCommand, i}), HcallStatus::success);
  for (std::uint8_t i = 0; i < 3; ++i) EXPECT_EQ(server.queue.take(), (CrqElement{kCrqCommand, i}));
  EXPECT_EQ(server.queue.take(), std::nullopt);
}

TEST_F(Queues, AQueueWhosePartnerIsGoneWaitsForItsReturn) {
  connect();
  EXPECT_EQ(client.queue.close(), HcallStatus::success);
  EXPECT_EQ(server.poll(), News{CrqNews::lost});
  EXPECT_FALSE(server.queue.connected());
  EXPECT_EQ(client.queue.open(), HcallStatus::success);
  EXPECT_EQ(server.poll(), News{CrqNews::connected});
  EXPECT_EQ(client.poll(), News{CrqNews::connected});
}

TEST_F(Queues, AnInitialisationOvertakenByTheEndOfItsSenderConnectsNobody) {
  server.queue.open();
  client.queue.open();
  client.queue.close();
  EXPECT_EQ(server.poll(), (News{CrqNews::none, CrqNews::lost}));
  EXPECT_FALSE(server.queue.connected());
}

TEST_F(Queues, ARebootedPartnerIsFoundAgain) {
  connect();
  bench.virtual_io.partition_stopped(kClient, true);
  client.queue.forget();
  EXPECT_FALSE(client.queue.connected());
  EXPECT_EQ(server.poll(), News{CrqNews::lost});
  client.area.map();
  client.queue.open();
  EXPECT_EQ(server.poll(), News{CrqNews::connected});
}

TEST_F(Queues, AQueueThatOpensAgainIsNotConnectedYet) {
  connect();
  bench.virtual_io.partition_stopped(kServer, false);
  bench.virtual_io.partition_stopped(kClient, false);
  client.area.map();
  EXPECT_EQ(client.queue.open(), HcallStatus::closed);
  EXPECT_FALSE(client.queue.connected());
}

TEST_F(Queues, ASuspendedQueueGoesOnWhenItsPagesAreThere) {
  connect();
  bench.virtual_io.transport_event(kClient, adapters.first.unit, TransportEvent::partner_suspended);
  bench.virtual_io.set_pages_present(kClient, adapters.first.unit, false);
  EXPECT_EQ(client.poll(), News{CrqNews::suspended});
  EXPECT_EQ(client.queue.reenable(), HcallStatus::long_busy_10_ms);
  bench.virtual_io.set_pages_present(kClient, adapters.first.unit, true);
  EXPECT_EQ(client.queue.reenable(), HcallStatus::success);
  EXPECT_EQ(server.poll(), News{CrqNews::connected});
  EXPECT_EQ(client.poll(), News{CrqNews::connected});
}

TEST_F(Queues, OtherNewsIsPassedOn) {
  connect();
  bench.virtual_io.transport_event(kServer, adapters.second.unit, TransportEvent::prepare_for_suspend);
  bench.virtual_io.transport_event(kServer, adapters.second.unit, TransportEvent::resume);
  client.queue.send({kCrqCommand});
  bench.virtual_io.transport_event(kServer, adapters.second.unit, TransportEvent::terminated);
  EXPECT_EQ(server.poll(), (News{CrqNews::prepare, CrqNews::resumed, CrqNews::none, CrqNews::lost}));
}

// Two independent ends at random against the queue of the standard library: nothing is lost, doubled or out of order, and an interrupt
// comes for whatever arrives after the receiver looked last.
TEST_F(Queues, ArriveAsInASimpleQueue) {
  connect();
  bench.take_interrupts(kServer);
  RandomStream random{1, "crq"};
  std::deque<std::uint32_t> oracle;
  std::uint32_t sent = 0, received = 0;
  bool interrupted = false;
  for (int step = 0; step < 200'000; ++step) {
    const bool filling = step / 2'000 % 2 == 0;  // so that the queue is full now and then
    if (random.uniform() < (filling ? 0.7 : 0.4)) {
      CrqElement element{kCrqCommand};
      put_big_endian(std::span{element}.subspan(8), sent);
      const HcallStatus status = client.queue.send(element);
      ASSERT_EQ(status, oracle.size() < 256 ? HcallStatus::success : HcallStatus::dropped) << step;
      if (status == HcallStatus::success) oracle.push_back(sent++);
    } else if (const auto element = server.queue.take()) {
      ASSERT_FALSE(oracle.empty()) << step;
      std::uint32_t number = 0;
      for (std::size_t i = 12; i < 16; ++i) number = number << 8 | (*element)[i];
      ASSERT_EQ(number, oracle.front()) << step;
      oracle.pop_front();
      ++received;
    } else {
      ASSERT_TRUE(oracle.empty()) << step;
      server.queue.end_of_interrupt();
      interrupted = false;
    }
    if (!bench.take_interrupts(kServer).empty()) interrupted = true;
    ASSERT_TRUE(interrupted || oracle.empty()) << step;
  }
  EXPECT_GT(received, 80'000U);
}

TEST(DmaArea, GivesBusAddressesThatDoNotOverlapAndAreAligned) {
  VioBench bench{1};
  DmaArea area{bench.calls(kClient), bench.virtual_io.add_unconnected(kClient)};
  const std::uint64_t small = area.reserve(20);
  const std::uint64_t next = area.reserve(8, 8);
  EXPECT_EQ(next, small + 24);
  const std::uint64_t pages = area.reserve_pages(2);
  EXPECT_EQ(pages % DmaArea::kPage, 0U);
  EXPECT_EQ(area.reserve(1), pages + 2 * DmaArea::kPage);
}

TEST(DmaArea, IsTheSameMemoryForThePartitionAndItsPartner) {
  VioBench bench{2};
  const auto [adapter, server] = bench.virtual_io.connect(kClient, kServer);
  DmaArea area{bench.calls(kClient), adapter};
  area.reserve(DmaArea::kPage - 4);
  const std::uint64_t ioba = area.reserve(8, 4);
  area.reserve_pages(1);
  area.map();
  const std::vector<std::uint8_t> in{1, 2, 3, 4, 5, 6, 7, 8};
  area.write(ioba, in);
  std::vector<std::uint8_t> out(8);
  area.read(ioba, out);
  EXPECT_EQ(out, in);
  EXPECT_EQ(bench.memory(kClient).byte(area.address(ioba + 4)), 5);
  EXPECT_EQ(bench.calls(kClient).copy_rdma(8, adapter.liobn, ioba, adapter.liobn, ioba + DmaArea::kPage), HcallStatus::success);
  EXPECT_EQ(bench.memory(kClient).byte(area.address(ioba + DmaArea::kPage)), 1);
}

TEST(DmaArea, IsRefusedBeyondTheWindow) {
  VioBench bench{1};
  const VirtualAdapter adapter = bench.virtual_io.add_unconnected(kClient);
  DmaArea area{bench.calls(kClient), adapter};
  EXPECT_THROW(area.reserve(adapter.window.count + 1), CheckFailure);
}

}  // namespace
}  // namespace lparsim::hypervisor
