#include "models/hypervisor/virtual_io.hpp"

#include <gtest/gtest.h>

#include <string>

#include "models/hypervisor/testing/vio_end.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::VioBench;
using testing::VioEnd;
using testing::VioPair;

constexpr std::uint64_t kPage = TceTables::kPage;
constexpr std::uint64_t kMost = 128 * 1024;

class Rdma : public ::testing::Test, protected VioPair {
 protected:
  void SetUp() override { register_both(); }
  HcallStatus fetch(std::uint64_t length) {
    return server.calls.copy_rdma(length, server.adapter.remote_liobn, client.data, server.adapter.liobn, server.data);
  }
  HcallStatus copy(std::uint64_t length, Liobn from, std::uint64_t from_ioba, Liobn to, std::uint64_t to_ioba) {
    return server.calls.copy_rdma(length, from, from_ioba, to, to_ioba);
  }
  Liobn remote() const { return server.adapter.remote_liobn; }
  Liobn own() const { return server.adapter.liobn; }
};

TEST_F(Rdma, CopiesFromTheClientAndBack) {
  client.set_word(client.data + 8 * kPage - 8, 0x0123'4567'89AB'CDEF);
  EXPECT_EQ(fetch(8 * kPage), HcallStatus::success);
  EXPECT_EQ(server.word(server.data + 8 * kPage - 8), 0x0123'4567'89AB'CDEFU);
  server.set_word(server.data, 42);
  EXPECT_EQ(copy(8, own(), server.data, remote(), client.data + 24), HcallStatus::success);
  EXPECT_EQ(client.word(client.data + 24), 42U);
}

TEST_F(Rdma, CopiesAtMost128KiB) {
  EXPECT_EQ(fetch(kMost), HcallStatus::success);
  EXPECT_EQ(fetch(kMost + 1), HcallStatus::parameter);
  EXPECT_EQ(fetch(~std::uint64_t{0}), HcallStatus::parameter) << "a negative length";
  EXPECT_EQ(fetch(0), HcallStatus::success);
}

TEST_F(Rdma, SaysWhichSideIsWrong) {
  const std::uint64_t end = server.adapter.window.count;
  EXPECT_EQ(copy(8, Liobn{1}, 0, own(), server.data), HcallStatus::source_parameter);
  EXPECT_EQ(copy(8, own(), server.data, Liobn{1}, 0), HcallStatus::destination_parameter);
  EXPECT_EQ(copy(8, client.adapter.liobn, client.data, own(), server.data), HcallStatus::source_parameter)
      << "the client's own name of its window";
  EXPECT_EQ(copy(8, remote(), end - 7, own(), server.data), HcallStatus::source_parameter);
  EXPECT_EQ(copy(8, own(), server.data, remote(), end - 7), HcallStatus::destination_parameter);
  EXPECT_EQ(copy(8, Liobn{1}, 0, Liobn{1}, 0), HcallStatus::source_parameter) << "the source is checked first";
}

TEST_F(Rdma, NeedsReadAccessAtTheSourceAndWriteAccessAtTheDestination) {
  const auto set = [](VioEnd& end, std::uint64_t access) {
    end.calls.put_tce(end.adapter.liobn, end.data, end.area.address(end.data) | access);
  };
  set(client, kTceWrite);
  EXPECT_EQ(fetch(8), HcallStatus::permission);
  set(client, kTceRead);
  EXPECT_EQ(fetch(8), HcallStatus::success);
  set(server, kTceRead);
  EXPECT_EQ(fetch(8), HcallStatus::permission);
  set(server, kTceWrite);
  EXPECT_EQ(fetch(8), HcallStatus::success);
  EXPECT_EQ(copy(8, remote(), client.data + 40 * kPage, own(), server.data), HcallStatus::permission) << "not mapped";
}

TEST_F(Rdma, TheClientCannotReachIntoTheServer) {
  const auto take = [&](Liobn from) {
    return client.calls.copy_rdma(8, from, server.data, client.adapter.liobn, client.data);
  };
  EXPECT_EQ(take(own()), HcallStatus::source_parameter);
  EXPECT_EQ(take(remote()), HcallStatus::source_parameter);
  EXPECT_EQ(client.adapter.remote_liobn, Liobn{});
}

TEST_F(Rdma, NeedsBothQueuesToBeRegistered) {
  client.calls.free_crq(client.adapter.unit);
  EXPECT_EQ(fetch(8), HcallStatus::source_parameter);
  client.reg();
  EXPECT_EQ(fetch(8), HcallStatus::success) << "the client's entries are still there";
  server.calls.free_crq(server.adapter.unit);
  EXPECT_EQ(fetch(8), HcallStatus::source_parameter);
}

TEST_F(Rdma, IsNotPossibleIntoAPartitionThatStopped) {
  bench.virtual_io.partition_stopped(kClient, true);
  EXPECT_EQ(fetch(8), HcallStatus::source_parameter);
}

TEST_F(Rdma, APhysicalAdaptersWindowReachesTheClientByRedirection) {
  const Liobn physical = bench.virtual_io.add_physical_window(kServer, Bytes{64 * kPage});
  client.set_word(client.data + kPage, 42);
  ASSERT_EQ(server.calls.put_rtce(remote(), client.data, physical, 0, 2), HcallStatus::success);
  EXPECT_EQ(copy(8, physical, kPage, own(), server.data), HcallStatus::success);
  EXPECT_EQ(server.word(server.data), 42U);
  EXPECT_EQ(server.calls.put_rtce(remote(), client.data + 2 * kPage, physical, 63 * kPage, 2), HcallStatus::parameter);
  EXPECT_EQ(server.calls.put_rtce(remote(), client.data + 39 * kPage, physical, 2 * kPage, 2), HcallStatus::remote_parameter);
  EXPECT_EQ(
      server.make(Hcall::put_rtce, {static_cast<std::uint64_t>(remote()), client.data, static_cast<std::uint64_t>(physical), 8 * kPage, 1})
          .status,
      HcallStatus::resource);
  EXPECT_EQ(server.calls.remove_rtce(remote(), client.data, physical, 0, 2), HcallStatus::success);
  EXPECT_EQ(copy(8, physical, kPage, own(), server.data), HcallStatus::permission);
}

TEST_F(Rdma, TellsHowManyPagesWereRedirected) {
  const HcallExtension& result = server.make(
      Hcall::put_rtce, {static_cast<std::uint64_t>(remote()), client.data + 38 * kPage, static_cast<std::uint64_t>(own()), server.data, 3});
  EXPECT_EQ(result.status, HcallStatus::remote_parameter);
  EXPECT_EQ(result.registers[0], 2U);
}

// Interrupts.

TEST_F(Rdma, AnElementRaisesTheInterruptOnceUntilItsEnd) {
  client.enable();
  server.send(kCrqCommand);
  server.send(kCrqCommand);
  EXPECT_EQ(bench.take_interrupts(kClient), std::vector{client.adapter.interrupt});
  EXPECT_EQ(client.calls.eoi(client.adapter.interrupt), HcallStatus::success);
  EXPECT_EQ(bench.take_interrupts(kClient).size(), 1U) << "for what came meanwhile";
  client.calls.eoi(client.adapter.interrupt);
  EXPECT_TRUE(bench.take_interrupts(kClient).empty());
}

TEST_F(Rdma, AnElementThatCameWhileTheInterruptWasDisabledIsFoundByPollingOnly) {
  server.send(kCrqCommand);
  client.enable();
  EXPECT_TRUE(bench.take_interrupts(kClient).empty());
  server.send(kCrqCommand);
  EXPECT_EQ(bench.take_interrupts(kClient).size(), 1U);
}

TEST_F(Rdma, VioSignalSwitchesTheFirstInterruptAndIgnoresBitsWithoutOne) {
  EXPECT_EQ(client.calls.vio_signal(client.adapter.unit, ~std::uint64_t{1}), HcallStatus::success);
  server.send(kCrqCommand);
  EXPECT_TRUE(bench.take_interrupts(kClient).empty());
  EXPECT_EQ(client.calls.vio_signal(client.adapter.unit, 1), HcallStatus::success);
  server.send(kCrqCommand);
  EXPECT_EQ(bench.take_interrupts(kClient).size(), 1U);
  client.calls.eoi(client.adapter.interrupt);
  EXPECT_EQ(client.calls.vio_signal(client.adapter.unit, 0), HcallStatus::success);
  server.send(kCrqCommand);
  EXPECT_TRUE(bench.take_interrupts(kClient).empty());
  EXPECT_EQ(client.calls.vio_signal(UnitAddress{0x3000'0009}, 1), HcallStatus::parameter);
  EXPECT_EQ(client.calls.vio_signal(UnitAddress{3}, 1), HcallStatus::parameter);
}

TEST_F(Rdma, EndOfInterruptTakesTheSourceFromTheLowThreeBytes) {
  client.enable();
  server.send(kCrqCommand);
  EXPECT_EQ(client.make(Hcall::eoi, {0xFF00'0000 | std::uint64_t{client.adapter.interrupt}}).status, HcallStatus::success);
  server.send(kCrqCommand);
  EXPECT_EQ(bench.take_interrupts(kClient).size(), 2U);
  EXPECT_EQ(client.calls.eoi(server.adapter.interrupt), HcallStatus::parameter);
}

// H_VIOCTL.

class Vioctl : public Rdma {
 protected:
  HcallStatus control(std::uint64_t function, std::uint64_t first = 0, std::uint64_t second = 0, std::uint64_t third = 0) {
    return client.make(Hcall::vioctl, {static_cast<std::uint64_t>(client.adapter.unit), function, first, second, third}).status;
  }
  std::uint64_t buffer(std::uint64_t length) const { return length << 32 | client.data; }
};

TEST_F(Vioctl, TellsWhoThePartnerIs) {
  client.set_word(client.data + 56, ~std::uint64_t{0});
  EXPECT_EQ(control(0x8, buffer(60)), HcallStatus::success);
  EXPECT_EQ(client.word(client.data), 2U) << "partitions count from 1 on a real system";
  EXPECT_EQ(client.word(client.data + 8), static_cast<std::uint64_t>(server.adapter.unit));
  std::string location(9, ' ');
  for (std::size_t i = 0; i < location.size(); ++i)
    location[i] = static_cast<char>(client.calls.memory().byte(client.area.address(client.data + 16 + i)));
  EXPECT_EQ(location, std::string("V2-C2-T1\0", 9));
  EXPECT_EQ(client.word(client.data + 56), 0xFFFF'FFFFU) << "the rest of the buffer is zeroed, and no more";
}

TEST_F(Vioctl, PartnerInfoChecksItsBuffer) {
  EXPECT_EQ(control(0x8, buffer(60) | std::uint64_t{1} << 56), HcallStatus::parameter);
  EXPECT_EQ(control(0x8, buffer(60), 1), HcallStatus::parameter);
  EXPECT_EQ(control(0x8, buffer(60), 0, 1), HcallStatus::parameter);
  EXPECT_EQ(control(0x8, buffer(60) + 40 * kPage), HcallStatus::parameter);
  EXPECT_EQ(control(0x8, buffer(20)), HcallStatus::constrained);
  EXPECT_EQ(client.make(Hcall::vioctl, {7, 0x8, buffer(60)}).status, HcallStatus::parameter);
}

TEST_F(Vioctl, AnAdapterWithoutAPartnerIsClosed) {
  VioEnd alone{bench, kOther, bench.virtual_io.add_unconnected(kOther)};
  EXPECT_EQ(alone.make(Hcall::vioctl, {static_cast<std::uint64_t>(alone.adapter.unit), 0x8, std::uint64_t{60} << 32 | alone.data}).status,
            HcallStatus::closed);
}

TEST_F(Vioctl, SubfunctionsThatAreNotThereAreNotFoundBeforeAnythingIsChecked) {
  for (const std::uint64_t function : {0x0, 0x1, 0x2, 0x6, 0x7, 0x9, 0x10, 0x11, 0x14, 0x1D, 0x1E, 0x1F})
    EXPECT_EQ(client.make(Hcall::vioctl, {7, function, 1, 2, 3}).status, HcallStatus::not_found) << function;
}

// Configuration, costs and other calls.

TEST(VirtualIo, UnitsOfAPartitionAreSlotsAndSourcesAreUniqueInTheServer) {
  VioBench bench{2};
  const auto [client, server] = bench.virtual_io.connect(PartitionId{0}, PartitionId{1});
  const VirtualAdapter second = bench.virtual_io.add_unconnected(PartitionId{0});
  EXPECT_EQ(client.unit, UnitAddress{0x3000'0002});
  EXPECT_EQ(server.unit, UnitAddress{0x3000'0002});
  EXPECT_EQ(second.unit, UnitAddress{0x3000'0003});
  EXPECT_NE(client.interrupt, server.interrupt);
  EXPECT_NE(client.liobn, server.remote_liobn);
  EXPECT_EQ(client.window, server.window);
}

TEST(VirtualIo, AllocatesPagesThatDoNotOverlapUntilThereIsNoneLeft) {
  VioBench bench{1, {}, Bytes{16 * kPage}};
  DmaArea area{bench.calls(PartitionId{0}), bench.virtual_io.add_unconnected(PartitionId{0})};
  const std::uint64_t first = bench.virtual_io.allocate(PartitionId{0}, 3);
  const std::uint64_t second = bench.virtual_io.allocate(PartitionId{0}, 13);
  EXPECT_EQ(first % kPage, 0U);
  EXPECT_TRUE(second + 13 * kPage <= first || first + 3 * kPage <= second);
  EXPECT_THROW(bench.virtual_io.allocate(PartitionId{0}, 1), CheckFailure);
}

TEST(VirtualIo, AdaptersOfOnePartitionCanBePartners) {
  VioBench bench{1};
  const auto [one, other] = bench.virtual_io.connect(PartitionId{0}, PartitionId{0});
  VioEnd client{bench, PartitionId{0}, one}, server{bench, PartitionId{0}, other};
  EXPECT_EQ(client.reg(), HcallStatus::closed);
  EXPECT_EQ(server.reg(), HcallStatus::success);
  EXPECT_EQ(client.send(kCrqCommand), HcallStatus::success);
  EXPECT_EQ(server.header(0), kCrqCommand);
}

TEST(VirtualIo, CallsOfOtherChaptersAreNotItsAndCostNothing) {
  VioBench bench{1};
  DmaArea area{bench.calls(PartitionId{0}), bench.virtual_io.add_unconnected(PartitionId{0})};
  EXPECT_EQ(bench.calls(PartitionId{0}).make(Hcall::cede, {}).status, HcallStatus::function);
  EXPECT_EQ(bench.calls(PartitionId{0}).take_cost(), SimTime{});
}

TEST_F(Rdma, CostsTheCallAndTheCopy) {
  const VioCosts costs;
  server.calls.take_cost();
  fetch(64 * 1024);
  EXPECT_EQ(server.calls.take_cost(), costs.call + costs.copy_call + costs.copy_per_kib * 64);
  EXPECT_EQ(server.calls.take_cost(), SimTime{}) << "each cost is taken once";
  server.send(kCrqCommand);
  server.send(kCrqCommand);
  EXPECT_EQ(server.calls.take_cost(), costs.call * 2);
  fetch(kMost + 1);
  EXPECT_EQ(server.calls.take_cost(), costs.call + costs.copy_call) << "nothing was copied";
}

TEST_F(Rdma, SeveralTablesInOneCallAreAnOptionThatIsNotThere) {
  EXPECT_EQ(client.make(Hcall::put_tce_indirect, {~std::uint64_t{0}, 0, 0, 1}).status, HcallStatus::function);
}

}  // namespace
}  // namespace lparsim::hypervisor
