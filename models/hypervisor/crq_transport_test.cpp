#include "models/hypervisor/crq_transport.hpp"

#include <gtest/gtest.h>

#include "models/hypervisor/testing/vio_end.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::VioEnd;
using testing::VioPair;

constexpr std::uint64_t kPage = TceTables::kPage;

class Crq : public ::testing::Test, protected VioPair {};

// H_REG_CRQ.

TEST_F(Crq, RegistrationIsRefusedForAnAdapterThatIsNotTheCallers) {
  EXPECT_EQ(client.calls.reg_crq(UnitAddress{0x3000'0009}, client.queue, kPage), HcallStatus::parameter);
  EXPECT_EQ(client.calls.reg_crq(UnitAddress{7}, client.queue, kPage), HcallStatus::parameter);
  EXPECT_EQ(bench.calls(kOther).reg_crq(client.adapter.unit, client.queue, kPage), HcallStatus::parameter);
}

TEST_F(Crq, RegistrationIsRefusedForAQueueThatIsNotWholeAlignedAndMappedPages) {
  const auto reg = [&](std::uint64_t ioba, std::uint64_t length) {
    return client.calls.reg_crq(client.adapter.unit, ioba, length);
  };
  EXPECT_EQ(reg(client.queue + 16, kPage), HcallStatus::parameter);
  EXPECT_EQ(reg(client.queue, kPage + 16), HcallStatus::parameter);
  EXPECT_EQ(reg(client.queue, 0), HcallStatus::parameter);
  EXPECT_EQ(reg(client.queue, 43 * kPage), HcallStatus::parameter) << "the last page is not mapped";
  EXPECT_EQ(reg(client.adapter.window.count - kPage, 2 * kPage), HcallStatus::parameter);
  client.calls.put_tce(client.adapter.liobn, client.queue, client.area.address(client.queue) | kTceRead);
  EXPECT_EQ(reg(client.queue, kPage), HcallStatus::parameter) << "the queue cannot be written";
}

TEST_F(Crq, RegistrationOfAnAdapterWithoutAPartnerIsNotFound) {
  VioEnd alone{bench, kOther, bench.virtual_io.add_unconnected(kOther)};
  EXPECT_EQ(alone.reg(), HcallStatus::not_found);
  EXPECT_EQ(alone.send(kCrqCommand), HcallStatus::closed);
}

TEST_F(Crq, RegistrationBeforeThePartnerSaysClosedAndHolds) {
  EXPECT_EQ(client.reg(), HcallStatus::closed);
  EXPECT_EQ(server.reg(), HcallStatus::success);
  EXPECT_EQ(server.send(kCrqCommand), HcallStatus::success);
  EXPECT_EQ(client.header(0), kCrqCommand);
}

TEST_F(Crq, ASecondRegistrationIsRefusedUntilTheFirstIsFreed) {
  register_both();
  EXPECT_EQ(client.reg(), HcallStatus::resource);
  EXPECT_EQ(client.calls.free_crq(client.adapter.unit), HcallStatus::success);
  EXPECT_EQ(client.reg(), HcallStatus::success);
}

TEST_F(Crq, RegistrationStartsAtTheFirstElementAgain) {
  register_both();
  server.send(kCrqCommand);
  client.calls.free_crq(client.adapter.unit);
  client.free_element(0);
  client.reg();
  server.send(kCrqCommand);
  EXPECT_EQ(client.header(0), kCrqCommand);
  EXPECT_EQ(client.header(1), kCrqFree);
}

TEST_F(Crq, RegistrationDisablesTheInterrupt) {
  client.enable();
  register_both();
  server.send(kCrqCommand);
  EXPECT_TRUE(bench.take_interrupts(kClient).empty());
}

// H_SEND_CRQ.

TEST_F(Crq, StoresAllSixteenBytesAndIgnoresAllButTheHeader) {
  register_both();
  CrqElement element{};
  for (std::size_t i = 0; i < element.size(); ++i) element[i] = static_cast<std::uint8_t>(0x80 + i);
  ASSERT_EQ(client.calls.send_crq(client.adapter.unit, element), HcallStatus::success);
  CrqElement arrived{};
  server.area.read(server.queue, arrived);
  EXPECT_EQ(arrived, element);
}

TEST_F(Crq, RefusesHeadersWithoutTheHighBitAndThatOfTransportEvents) {
  register_both();
  for (std::uint32_t header = 0; header < 256; ++header) {
    const bool valid = header >= 0x80 && header != 0xFF;
    EXPECT_EQ(client.send(static_cast<std::uint8_t>(header)), valid ? HcallStatus::success : HcallStatus::parameter) << header;
  }
}

TEST_F(Crq, ChecksTheUnitBeforeTheHeaderAndTheHeaderBeforeTheConnection) {
  EXPECT_EQ(client.calls.send_crq(UnitAddress{0x3000'0009}, {}), HcallStatus::parameter);
  EXPECT_EQ(client.send(0x7F), HcallStatus::parameter);
  EXPECT_EQ(client.send(0x80), HcallStatus::closed);
}

TEST_F(Crq, NothingIsSentUntilBothHaveRegistered) {
  server.reg();
  EXPECT_EQ(server.send(kCrqCommand), HcallStatus::closed);
  EXPECT_EQ(client.send(kCrqCommand), HcallStatus::closed) << "who has not registered cannot send, either";
}

TEST_F(Crq, DropsTheElementAfter256OnEachPage) {
  register_both(2);
  for (std::uint32_t i = 0; i < 2 * 256; ++i) ASSERT_EQ(client.send(kCrqCommand), HcallStatus::success) << i;
  EXPECT_EQ(client.send(kCrqCommand), HcallStatus::dropped);
  server.free_element(1);
  EXPECT_EQ(client.send(kCrqCommand), HcallStatus::dropped) << "the next element is the first one";
  server.free_element(0);
  EXPECT_EQ(client.send(kCrqInit), HcallStatus::success);
  EXPECT_EQ(server.header(0), kCrqInit);
}

TEST_F(Crq, HasNoRoomWhereTheReceiverTookTheTranslationAway) {
  register_both();
  server.calls.put_tce(server.adapter.liobn, server.queue, 0);
  EXPECT_EQ(client.send(kCrqCommand), HcallStatus::dropped);
}

// H_FREE_CRQ and transport events.

TEST_F(Crq, FreeingTellsThePartnerAndClosesBothDirections) {
  register_both();
  EXPECT_EQ(client.calls.free_crq(client.adapter.unit), HcallStatus::success);
  EXPECT_EQ(server.header(0), kCrqTransportEvent);
  EXPECT_EQ(server.format(0), static_cast<std::uint8_t>(TransportEvent::partner_deregistered));
  EXPECT_EQ(server.send(kCrqCommand), HcallStatus::closed);
  EXPECT_EQ(client.send(kCrqCommand), HcallStatus::closed);
}

TEST_F(Crq, FreeingWhatIsNotRegisteredSucceedsAndTellsNobody) {
  server.reg();
  EXPECT_EQ(client.calls.free_crq(client.adapter.unit), HcallStatus::success);
  EXPECT_EQ(server.header(0), kCrqFree);
  EXPECT_EQ(client.calls.free_crq(UnitAddress{1}), HcallStatus::parameter);
}

TEST_F(Crq, ATransportEventOverlaysTheLastValidElementOfAFullQueue) {
  register_both();
  for (std::uint32_t i = 0; i < 256 + 3; ++i) {
    if (i >= 256) server.free_element(i - 256);
    ASSERT_EQ(client.send(kCrqCommand), HcallStatus::success);
  }
  client.calls.free_crq(client.adapter.unit);
  EXPECT_EQ(server.header(2), kCrqTransportEvent) << "the element that came last";
  EXPECT_EQ(server.header(1), kCrqCommand);
  EXPECT_EQ(server.header(3), kCrqCommand);
}

TEST_F(Crq, TheElementAfterAnOverlayGoesBehindIt) {
  register_both();
  for (std::uint32_t i = 0; i < 256; ++i) client.send(kCrqCommand);
  client.calls.free_crq(client.adapter.unit);
  ASSERT_EQ(server.header(255), kCrqTransportEvent);
  server.free_element(0);
  client.reg();
  EXPECT_EQ(client.send(kCrqInit, 1), HcallStatus::success);
  EXPECT_EQ(server.header(0), kCrqInit);
}

TEST_F(Crq, FreeingDisablesTheInterruptAndForgetsWhatWasHeldBack) {
  register_both();
  client.enable();
  server.send(kCrqCommand);
  server.send(kCrqCommand);
  client.calls.free_crq(client.adapter.unit);
  client.calls.eoi(client.adapter.interrupt);
  EXPECT_EQ(bench.take_interrupts(kClient).size(), 1U);
}

TEST_F(Crq, AFailedPartitionsPartnerGetsEvent01AndAShutDownOnes02) {
  register_both();
  bench.virtual_io.partition_stopped(kClient, true);
  EXPECT_EQ(server.header(0), kCrqTransportEvent);
  EXPECT_EQ(server.format(0), 0x01);
  client.area.map();
  ASSERT_EQ(client.reg(), HcallStatus::success);
  bench.virtual_io.partition_stopped(kClient, false);
  EXPECT_EQ(server.format(1), 0x02);
  EXPECT_EQ(server.send(kCrqCommand), HcallStatus::closed);
}

TEST_F(Crq, APartitionThatStopsWithoutARegistrationTellsNobody) {
  server.reg();
  bench.virtual_io.partition_stopped(kClient, true);
  EXPECT_EQ(server.header(0), kCrqFree);
}

TEST_F(Crq, OtherTransportEventsAreDeliveredAndChangeNothing) {
  register_both();
  bench.virtual_io.transport_event(kServer, server.adapter.unit, TransportEvent::terminated);
  bench.virtual_io.transport_event(kServer, server.adapter.unit, TransportEvent::prepare_for_suspend);
  EXPECT_EQ(server.format(0), 0x04);
  EXPECT_EQ(server.format(1), 0x09);
  EXPECT_EQ(client.send(kCrqCommand), HcallStatus::success);
}

// H_ENABLE_CRQ.

class DisablingEvent : public Crq, public ::testing::WithParamInterface<TransportEvent> {};

TEST_P(DisablingEvent, ClosesTheQueueUntilItIsEnabled) {
  register_both();
  client.enable();
  bench.virtual_io.transport_event(kClient, client.adapter.unit, GetParam());
  EXPECT_EQ(client.header(0), kCrqTransportEvent);
  EXPECT_EQ(client.format(0), static_cast<std::uint8_t>(GetParam()));
  EXPECT_EQ(bench.take_interrupts(kClient).size(), 1U);
  EXPECT_EQ(server.send(kCrqCommand), HcallStatus::closed);
  EXPECT_EQ(client.send(kCrqCommand), HcallStatus::closed);
  bench.virtual_io.set_pages_present(kClient, client.adapter.unit, false);
  EXPECT_EQ(client.calls.enable_crq(client.adapter.unit), HcallStatus::long_busy_10_ms);
  EXPECT_EQ(server.send(kCrqCommand), HcallStatus::closed);
  bench.virtual_io.set_pages_present(kClient, client.adapter.unit, true);
  EXPECT_EQ(client.calls.enable_crq(client.adapter.unit), HcallStatus::success);
  EXPECT_EQ(server.send(kCrqCommand), HcallStatus::success);
  EXPECT_EQ(client.send(kCrqCommand), HcallStatus::success);
}
INSTANTIATE_TEST_SUITE_P(All, DisablingEvent, ::testing::Values(TransportEvent::partner_suspended, TransportEvent::device_failover));

TEST_F(Crq, AQueueThatIsRegisteredAnewIsEnabled) {
  register_both();
  bench.virtual_io.transport_event(kClient, client.adapter.unit, TransportEvent::partner_suspended);
  client.calls.free_crq(client.adapter.unit);
  client.free_element(0);
  client.reg();
  EXPECT_EQ(server.send(kCrqCommand), HcallStatus::success);
}

TEST_F(Crq, APartitionThatStartsAgainMapsItsQueueAgain) {
  bench.virtual_io.partition_stopped(kClient, false);
  EXPECT_EQ(client.reg(), HcallStatus::parameter);
  client.area.map();
  EXPECT_EQ(client.reg(), HcallStatus::closed);
}

TEST_F(Crq, APartitionThatStartsAgainHasAllItsPages) {
  bench.virtual_io.set_pages_present(kClient, client.adapter.unit, false);
  bench.virtual_io.partition_stopped(kClient, false);
  EXPECT_EQ(client.calls.enable_crq(client.adapter.unit), HcallStatus::success);
}

TEST_F(Crq, EnablingAnAdapterThatIsNotTheCallersIsRefused) {
  EXPECT_EQ(client.calls.enable_crq(UnitAddress{0x3000'0009}), HcallStatus::parameter);
}

}  // namespace
}  // namespace lparsim::hypervisor
