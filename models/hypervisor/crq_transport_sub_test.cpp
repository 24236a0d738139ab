#include <gtest/gtest.h>

#include <set>

#include "models/hypervisor/crq_transport.hpp"
#include "models/hypervisor/testing/vio_end.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::VioPair;

constexpr std::uint64_t kPage = TceTables::kPage;
constexpr std::uint64_t kValid = std::uint64_t{kCrqCommand} << 56;

class SubCrq : public ::testing::Test, protected VioPair {
 protected:
  /// A sub-CRQ of the client's, of one page at its data.
  HcallStatus reg(std::uint64_t length = kPage) {
    return client.calls.reg_sub_crq(client.adapter.unit, client.data, length, number, source);
  }
  HcallStatus send(std::uint8_t header = kCrqCommand) { return server.calls.send_sub_crq(server.adapter.unit, number, {header}); }
  HcallStatus send_indirect(std::uint64_t count) {
    return server.make(Hcall::send_sub_crq_indirect, {unit(), number, server.data, count}).status;
  }
  HcallStatus control(std::uint64_t function, std::uint64_t parameter, std::uint64_t second = 0) {
    return client.make(Hcall::vioctl, {static_cast<std::uint64_t>(client.adapter.unit), function, parameter, second}).status;
  }
  std::uint64_t unit() const { return static_cast<std::uint64_t>(server.adapter.unit); }
  std::uint64_t element(std::uint64_t i) { return client.word(client.data + i * 32); }

  std::uint64_t number = 0;
  std::uint32_t source = 0;
};

TEST_F(SubCrq, RegistrationSaysWhetherTheQueuesOfBothAreThere) {
  EXPECT_EQ(reg(), HcallStatus::closed);
  register_both();
  std::uint64_t other = 0;
  EXPECT_EQ(client.calls.reg_sub_crq(client.adapter.unit, client.data + kPage, kPage, other, source), HcallStatus::success);
  EXPECT_NE(other, number);
}

TEST_F(SubCrq, RegistrationChecksUnitAlignmentLengthAndTranslation) {
  register_both();
  EXPECT_EQ(client.calls.reg_sub_crq(UnitAddress{5}, client.data, kPage, number, source), HcallStatus::parameter);
  EXPECT_EQ(client.calls.reg_sub_crq(client.adapter.unit, client.data + 32, kPage, number, source), HcallStatus::parameter);
  EXPECT_EQ(reg(kPage + 32), HcallStatus::parameter);
  EXPECT_EQ(reg(0), HcallStatus::parameter);
  EXPECT_EQ(reg(41 * kPage), HcallStatus::parameter);
}

TEST_F(SubCrq, RegistrationEmptiesTheQueueAndStartsAtItsBeginning) {
  register_both();
  client.set_word(client.data + 32 * 5, ~std::uint64_t{0});
  reg();
  EXPECT_EQ(element(5), 0x00FF'FFFF'FFFF'FFFFU) << "headers only";
  EXPECT_EQ(send(), HcallStatus::success);
  EXPECT_EQ(element(0), kValid);
}

TEST_F(SubCrq, RunsOutOfResourcesAfterSoMany) {
  std::set<std::uint32_t> sources;
  for (std::uint64_t i = 0; i < CrqTransport::kMostSubCrqs; ++i) {
    ASSERT_EQ(reg(), HcallStatus::closed);
    sources.insert(source);
  }
  EXPECT_EQ(sources.size(), CrqTransport::kMostSubCrqs) << "each has an interrupt of its own";
  EXPECT_EQ(reg(), HcallStatus::resource);
  EXPECT_EQ(client.calls.free_sub_crq(client.adapter.unit, 3), HcallStatus::success);
  EXPECT_EQ(reg(), HcallStatus::closed);
  EXPECT_EQ(number, 3U);
}

TEST_F(SubCrq, StoresAll32Bytes) {
  register_both();
  reg();
  SubCrqElement sent{};
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<std::uint8_t>(kCrqCommand + i);
  ASSERT_EQ(server.calls.send_sub_crq(server.adapter.unit, number, sent), HcallStatus::success);
  SubCrqElement arrived{};
  client.area.read(client.data, arrived);
  EXPECT_EQ(arrived, sent);
}

TEST_F(SubCrq, OnlyTheHeaderOfACommandIsValid) {
  register_both();
  reg();
  for (const int header : {0x00, 0x01, 0x7F, 0x81, 0xC0, 0xFF})
    EXPECT_EQ(send(static_cast<std::uint8_t>(header)), HcallStatus::parameter) << header;
  EXPECT_EQ(send(), HcallStatus::success);
}

TEST_F(SubCrq, SendingChecksUnitAndNumber) {
  register_both();
  reg();
  EXPECT_EQ(server.calls.send_sub_crq(UnitAddress{5}, number, {kCrqCommand}), HcallStatus::parameter);
  EXPECT_EQ(server.calls.send_sub_crq(server.adapter.unit, number + 1, {kCrqCommand}), HcallStatus::parameter);
  EXPECT_EQ(server.calls.send_sub_crq(server.adapter.unit, 0, {kCrqCommand}), HcallStatus::parameter);
  EXPECT_EQ(client.calls.send_sub_crq(client.adapter.unit, number, {kCrqCommand}), HcallStatus::parameter)
      << "the number is one of the partner's queues";
}

TEST_F(SubCrq, FollowsTheStateOfItsQueue) {
  reg();
  EXPECT_EQ(send(), HcallStatus::closed);
  EXPECT_EQ(send(0x81), HcallStatus::parameter) << "the header is checked first";
  register_both();
  EXPECT_EQ(send(), HcallStatus::success);
  bench.virtual_io.transport_event(kClient, client.adapter.unit, TransportEvent::partner_suspended);
  EXPECT_EQ(send(), HcallStatus::closed);
  client.calls.enable_crq(client.adapter.unit);
  EXPECT_EQ(send(), HcallStatus::success);
  client.calls.free_crq(client.adapter.unit);
  EXPECT_EQ(send(), HcallStatus::parameter) << "freed with its queue";
}

TEST_F(SubCrq, DropsTheElementAfter128OnAPage) {
  register_both();
  reg();
  for (int i = 0; i < 128; ++i) ASSERT_EQ(send(), HcallStatus::success);
  EXPECT_EQ(send(), HcallStatus::dropped);
  client.set_word(client.data, 0);
  EXPECT_EQ(send(), HcallStatus::success);
}

TEST_F(SubCrq, FreeingClosesIt) {
  register_both();
  reg();
  EXPECT_EQ(client.calls.free_sub_crq(UnitAddress{5}, number), HcallStatus::parameter);
  EXPECT_EQ(client.calls.free_sub_crq(client.adapter.unit, number + 1), HcallStatus::parameter);
  EXPECT_EQ(client.calls.free_sub_crq(client.adapter.unit, 0), HcallStatus::parameter);
  EXPECT_EQ(client.calls.free_sub_crq(client.adapter.unit, number), HcallStatus::success);
  EXPECT_EQ(client.calls.free_sub_crq(client.adapter.unit, number), HcallStatus::parameter);
  EXPECT_EQ(send(), HcallStatus::parameter);
}

// H_SEND_SUB_CRQ_INDIRECT.

TEST_F(SubCrq, SendsUpTo128ElementsInOneCallWithOneInterrupt) {
  register_both();
  reg();
  control(0xC, source);
  for (std::uint64_t i = 0; i < 128; ++i) server.set_word(server.data + i * 32, kValid + i);
  EXPECT_EQ(send_indirect(128), HcallStatus::success);
  EXPECT_EQ(element(0), kValid);
  EXPECT_EQ(element(127), kValid + 127);
  EXPECT_EQ(bench.take_interrupts(kClient), std::vector{source});
}

TEST_F(SubCrq, SendsAllOrNothing) {
  register_both();
  reg();
  for (std::uint64_t i = 0; i < 128; ++i) server.set_word(server.data + i * 32, kValid);
  send();
  EXPECT_EQ(send_indirect(128), HcallStatus::dropped);
  EXPECT_EQ(element(1), 0U);
  EXPECT_EQ(send_indirect(127), HcallStatus::success);
}

TEST_F(SubCrq, RefusesListsThatAreEmptyTooLongUnreadableOrWithAWrongHeader) {
  register_both();
  reg();
  for (std::uint64_t i = 0; i < 129; ++i) server.set_word(server.data + i * 32, kValid);
  EXPECT_EQ(send_indirect(0), HcallStatus::parameter);
  EXPECT_EQ(send_indirect(129), HcallStatus::parameter);
  EXPECT_EQ(server.make(Hcall::send_sub_crq_indirect, {unit(), number, server.data + 40 * kPage, 1}).status, HcallStatus::parameter);
  EXPECT_EQ(server.make(Hcall::send_sub_crq_indirect, {5, number, server.data, 1}).status, HcallStatus::parameter);
  EXPECT_EQ(server.make(Hcall::send_sub_crq_indirect, {unit(), number + 1, server.data, 1}).status, HcallStatus::parameter);
  server.set_word(server.data + 32, 0);
  EXPECT_EQ(send_indirect(2), HcallStatus::parameter);
  EXPECT_EQ(element(0), 0U);
  EXPECT_EQ(send_indirect(1), HcallStatus::success);
  client.calls.free_crq(client.adapter.unit);
  client.reg();
  reg();
  server.calls.free_crq(server.adapter.unit);
  EXPECT_EQ(send_indirect(1), HcallStatus::closed);
}

// Interrupts, by H_VIOCTL.

TEST_F(SubCrq, ItsInterruptIsSwitchedByItsNumber) {
  register_both();
  reg();
  send();
  EXPECT_TRUE(bench.take_interrupts(kClient).empty()) << "disabled at first";
  EXPECT_EQ(control(0xC, source), HcallStatus::success);
  send();
  EXPECT_EQ(bench.take_interrupts(kClient), std::vector{source});
  client.calls.eoi(source);
  EXPECT_EQ(control(0xB, source), HcallStatus::success);
  send();
  EXPECT_TRUE(bench.take_interrupts(kClient).empty());
}

TEST_F(SubCrq, AllInterruptsOfAnAdapterAreDisabledAtOnce) {
  register_both();
  reg();
  control(0xC, source);
  control(0xC, client.adapter.interrupt);
  EXPECT_EQ(control(0xA, 0), HcallStatus::success);
  send();
  server.send(kCrqCommand);
  EXPECT_TRUE(bench.take_interrupts(kClient).empty());
}

TEST_F(SubCrq, SwitchingChecksItsParameters) {
  register_both();
  reg();
  EXPECT_EQ(control(0xC, source + 1), HcallStatus::parameter);
  EXPECT_EQ(control(0xC, server.adapter.interrupt), HcallStatus::parameter);
  EXPECT_EQ(control(0xC, source, 1), HcallStatus::parameter);
  EXPECT_EQ(control(0xA, 1), HcallStatus::parameter);
  client.calls.free_sub_crq(client.adapter.unit, number);
  EXPECT_EQ(control(0xB, source), HcallStatus::parameter);
  EXPECT_EQ(server.make(Hcall::vioctl, {5, 0xA}).status, HcallStatus::parameter);
}

}  // namespace
}  // namespace lparsim::hypervisor
