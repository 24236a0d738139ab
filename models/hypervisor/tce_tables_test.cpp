#include "models/hypervisor/tce_tables.hpp"

#include <gtest/gtest.h>

#include "models/hypervisor/testing/vio_end.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::VioPair;

constexpr std::uint64_t kPage = TceTables::kPage;
constexpr std::uint64_t kBoth = kTceRead | kTceWrite;

class Tables : public ::testing::Test {
 protected:
  static constexpr PartitionId kClient{0};
  static constexpr PartitionId kServer{1};

  Tables() {
    tables.add_partition(client);
    tables.add_partition(server);
  }
  std::uint64_t window_end() const { return 16 * kPage; }

  PartitionMemory client{Bytes{0x10'0000}};
  PartitionMemory server{Bytes{0x10'0000}};
  TceTables tables;
  Liobn clients{}, remote{}, servers{};

  void SetUp() override {
    clients = tables.add_window(kClient, Bytes{window_end()});
    remote = tables.add_remote_window(kServer, clients);
    servers = tables.add_window(kServer, Bytes{window_end()});
    tables.join(remote);
  }
  HcallStatus put(std::uint64_t ioba, std::uint64_t tce) { return tables.put(kClient, clients, ioba, tce); }
  HcallStatus redirect(std::uint64_t from, std::uint64_t to, std::uint64_t count) {
    return tables.put_redirected(kServer, remote, from, servers, to, count, done);
  }
  bool server_reaches(std::uint64_t ioba) const { return tables.accessible(servers, ioba, kPage, kTceRead); }

  std::uint64_t done = 0;
};

TEST_F(Tables, TranslatePageByPage) {
  put(0, 0x5000 | kBoth);
  put(kPage, 0x3000 | kBoth);
  tables.write(clients, kPage - 1, 2, 0xABCD);
  EXPECT_EQ(client.byte(0x5FFF), 0xAB);
  EXPECT_EQ(client.byte(0x3000), 0xCD);
  EXPECT_EQ(tables.read(clients, kPage - 1, 2), 0xABCDU);
}

TEST_F(Tables, NothingIsAccessibleThatIsNotMappedForIt) {
  EXPECT_FALSE(tables.accessible(clients, 0, 1, kTceRead));
  put(0, 0x5000 | kTceRead);
  EXPECT_TRUE(tables.accessible(clients, 0, kPage, kTceRead));
  EXPECT_FALSE(tables.accessible(clients, 0, 1, kTceWrite));
  EXPECT_FALSE(tables.accessible(clients, 0, 1, kBoth));
  EXPECT_FALSE(tables.accessible(clients, 1, kPage, kTceRead)) << "reaches into the next page";
  EXPECT_TRUE(tables.accessible(clients, 7 * kPage, 0, kBoth)) << "no byte needs a mapping";
}

TEST_F(Tables, NothingBeyondTheWindowIsAccessible) {
  put(window_end() - kPage, 0x5000 | kBoth);
  EXPECT_TRUE(tables.accessible(clients, window_end() - 1, 1, kTceRead));
  EXPECT_FALSE(tables.accessible(clients, window_end() - 1, 2, kTceRead));
  EXPECT_FALSE(tables.accessible(clients, ~std::uint64_t{0}, 2, kTceRead));
}

TEST_F(Tables, CopySplitsAtThePagesOfBothSides) {
  for (std::uint64_t i = 0; i < 4; ++i) {
    put(i * kPage, (8 - i) * kPage | kBoth);
    tables.put(kServer, servers, i * kPage, (i + 2) * kPage | kBoth);
  }
  for (std::uint64_t i = 0; i < 2 * kPage; ++i) tables.write(clients, 100 + i, 1, i % 251);
  tables.copy(clients, 100, servers, 3000, 2 * kPage);
  for (std::uint64_t i = 0; i < 2 * kPage; ++i) ASSERT_EQ(tables.read(servers, 3000 + i, 1), i % 251) << i;
}

// H_PUT_TCE, H_STUFF_TCE, H_PUT_TCE_INDIRECT.

TEST_F(Tables, OnlyTheOwnerMakesEntriesWithinItsWindowAndMemory) {
  EXPECT_EQ(tables.put(kServer, clients, 0, 0x5000 | kBoth), HcallStatus::parameter);
  EXPECT_EQ(tables.put(kServer, remote, 0, 0x5000 | kBoth), HcallStatus::parameter) << "the second pane is for other calls";
  EXPECT_EQ(tables.put(kClient, Liobn{1}, 0, 0x5000 | kBoth), HcallStatus::parameter);
  EXPECT_EQ(put(window_end(), 0x5000 | kBoth), HcallStatus::parameter);
  EXPECT_EQ(put(0, 0x10'0000 | kBoth), HcallStatus::parameter);
  EXPECT_EQ(put(0, 0x10'0000), HcallStatus::success) << "no access: the address does not matter";
  EXPECT_EQ(put(0, 0xF'F000 | kBoth), HcallStatus::success);
}

TEST_F(Tables, StuffRepeatsAnEntry) {
  EXPECT_EQ(tables.stuff(kClient, clients, 2 * kPage, 0x7000 | kTceRead, 3), HcallStatus::success);
  EXPECT_FALSE(tables.accessible(clients, kPage, 1, kTceRead));
  EXPECT_TRUE(tables.accessible(clients, 2 * kPage, 3 * kPage, kTceRead));
  EXPECT_FALSE(tables.accessible(clients, 5 * kPage, 1, kTceRead));
  EXPECT_EQ(tables.stuff(kClient, clients, 2 * kPage, 0, 3), HcallStatus::success);
  EXPECT_FALSE(tables.accessible(clients, 2 * kPage, 1, kTceRead));
}

TEST_F(Tables, StuffChecksWindowThenCountThenRange) {
  EXPECT_EQ(tables.stuff(kServer, clients, 0, 0, 513), HcallStatus::parameter);
  EXPECT_EQ(tables.stuff(kClient, clients, 0, 0, 513), HcallStatus::p4);
  EXPECT_EQ(tables.stuff(kClient, clients, 0, 0, 17), HcallStatus::parameter);
  EXPECT_EQ(tables.stuff(kClient, clients, 0, 0x10'0000 | kBoth, 1), HcallStatus::parameter);
  EXPECT_EQ(tables.stuff(kClient, clients, 0, 0, 16), HcallStatus::success);
}

TEST_F(Tables, IndirectTakesEntriesFromAPageAndChecksAllOfThemFirst) {
  client.write(0x8000, 8, 0x5000 | kTceRead);
  client.write(0x8008, 8, 0x6000 | kTceWrite);
  EXPECT_EQ(tables.put_indirect(kClient, clients, kPage, 0x8000, 2), HcallStatus::success);
  EXPECT_TRUE(tables.accessible(clients, kPage, kPage, kTceRead));
  EXPECT_TRUE(tables.accessible(clients, 2 * kPage, kPage, kTceWrite));
  client.write(0x8000, 8, 0);
  client.write(0x8008, 8, 0x10'0000 | kTceWrite);
  EXPECT_EQ(tables.put_indirect(kClient, clients, kPage, 0x8000, 2), HcallStatus::parameter);
  EXPECT_TRUE(tables.accessible(clients, kPage, kPage, kTceRead)) << "nothing was changed";
}

TEST_F(Tables, IndirectChecksWindowCountRangeAndList) {
  EXPECT_EQ(tables.put_indirect(kClient, clients, 0, 0x8000, 513), HcallStatus::parameter);
  EXPECT_EQ(tables.put_indirect(kClient, clients, 0, 0x8000, 17), HcallStatus::parameter);
  EXPECT_EQ(tables.put_indirect(kServer, clients, 0, 0x8000, 1), HcallStatus::parameter);
  EXPECT_EQ(tables.put_indirect(kClient, clients, 0, 0x8008, 1), HcallStatus::parameter);
  EXPECT_EQ(tables.put_indirect(kClient, clients, 0, 0x10'0000, 1), HcallStatus::parameter);
  EXPECT_EQ(tables.put_indirect(kClient, clients, 0, 0x8000, 16), HcallStatus::success);
}

// H_PUT_RTCE, H_REMOVE_RTCE.

TEST_F(Tables, ARedirectedEntryReachesTheClientsMemory) {
  put(3 * kPage, 0x5000 | kBoth);
  ASSERT_EQ(redirect(3 * kPage, kPage, 1), HcallStatus::success);
  tables.write(servers, kPage + 8, 8, 42);
  EXPECT_EQ(client.read(0x5008, 8), 42U);
  EXPECT_EQ(server.read(0x5008, 8), 0U);
}

TEST_F(Tables, RedirectionChecksBothWindows) {
  put(0, 0x5000 | kBoth);
  const auto call = [&](PartitionId caller, Liobn from, std::uint64_t from_ioba, Liobn to, std::uint64_t to_ioba, std::uint64_t count) {
    return tables.put_redirected(caller, from, from_ioba, to, to_ioba, count, done);
  };
  EXPECT_EQ(call(kServer, clients, 0, servers, 0, 1), HcallStatus::parameter) << "not by the client's own name for it";
  EXPECT_EQ(call(kServer, servers, 0, servers, 0, 1), HcallStatus::parameter);
  EXPECT_EQ(call(kClient, remote, 0, clients, 0, 1), HcallStatus::parameter);
  EXPECT_EQ(call(kServer, remote, 15 * kPage, servers, 0, 2), HcallStatus::parameter);
  EXPECT_EQ(call(kServer, remote, 0, servers, 15 * kPage, 2), HcallStatus::parameter);
  EXPECT_EQ(call(kServer, remote, 0, servers, 0, ~std::uint64_t{0} / kPage), HcallStatus::parameter);
  EXPECT_EQ(call(kServer, remote, 0, clients, 0, 1), HcallStatus::parameter);
  EXPECT_EQ(call(kServer, remote, 0, remote, 0, 1), HcallStatus::parameter);
}

TEST_F(Tables, RedirectionStopsAtTheFirstEntryThatIsNotMapped) {
  put(0, 0x5000 | kBoth);
  put(kPage, 0x6000 | kBoth);
  EXPECT_EQ(redirect(0, 0, 4), HcallStatus::remote_parameter);
  EXPECT_EQ(done, 2U);
  EXPECT_TRUE(server_reaches(kPage));
  tables.cut(remote);
  EXPECT_EQ(redirect(0, 0, 1), HcallStatus::remote_parameter) << "the connection has to be complete";
  EXPECT_EQ(done, 0U);
}

TEST_F(Tables, AnEntryIsRedirectedOnceAtATime) {
  put(0, 0x5000 | kBoth);
  EXPECT_EQ(redirect(0, 0, 1), HcallStatus::success);
  EXPECT_EQ(redirect(0, kPage, 1), HcallStatus::resource);
  EXPECT_EQ(redirect(0, 0, 1), HcallStatus::resource);
  EXPECT_EQ(tables.remove_redirected(kServer, remote, 0, servers, 0, 1, 0), HcallStatus::success);
  EXPECT_FALSE(server_reaches(0));
  EXPECT_EQ(redirect(0, kPage, 1), HcallStatus::success);
}

// Who met H_Resource part-way takes all of its range back: the page that belongs to somebody else keeps its copy and its link.
TEST_F(Tables, RemovalOfWhatWasNotMappedThereLeavesTheCopyElsewhereAlone) {
  put(0, 0x5000 | kBoth);
  redirect(0, 0, 1);
  EXPECT_EQ(redirect(0, kPage, 1), HcallStatus::resource);
  EXPECT_EQ(tables.remove_redirected(kServer, remote, 0, servers, kPage, 1, 0), HcallStatus::success);
  EXPECT_TRUE(server_reaches(0));
  EXPECT_EQ(redirect(0, kPage, 1), HcallStatus::resource);
  tables.cut(remote);
  EXPECT_FALSE(server_reaches(0)) << "the client is gone, and its page with it";
}

TEST_F(Tables, WhatTheServerOverwroteIsNoCopyAnyMore) {
  put(0, 0x5000 | kBoth);
  redirect(0, 0, 1);
  tables.put(kServer, servers, 0, 0x7000 | kBoth);
  EXPECT_EQ(redirect(0, kPage, 1), HcallStatus::success);
  EXPECT_EQ(put(0, 0x9000 | kBoth), HcallStatus::success);
  EXPECT_TRUE(server_reaches(0)) << "the server's own entry stays";
  EXPECT_FALSE(server_reaches(kPage));
}

TEST_F(Tables, ACopyCannotBeRedirectedOnwards) {
  const Liobn back = tables.add_remote_window(kClient, servers);
  tables.join(back);
  put(0, 0x5000 | kBoth);
  redirect(0, 0, 1);
  EXPECT_EQ(tables.put_redirected(kClient, back, 0, clients, kPage, 1, done), HcallStatus::remote_parameter);
}

TEST_F(Tables, ACopyStaysWhateverBecomesOfOtherWaysToItsTable) {
  const Liobn back = tables.add_remote_window(kClient, servers);
  tables.join(back);
  put(0, 0x5000 | kBoth);
  redirect(0, 0, 1);
  client.write(0x5000, 8, 42);
  tables.remove_redirected(kClient, back, 0, clients, kPage, 1, 0);
  EXPECT_EQ(tables.read(servers, 0, 8), 42U);
  tables.cut(back);
  EXPECT_EQ(tables.read(servers, 0, 8), 42U);
}

TEST_F(Tables, RemovalPutsInAnEntryWithoutAccessAndChecksBothWindows) {
  put(0, 0x5000 | kBoth);
  redirect(0, 0, 1);
  EXPECT_EQ(tables.remove_redirected(kServer, remote, 0, servers, 0, 17, 0), HcallStatus::parameter);
  EXPECT_EQ(tables.remove_redirected(kServer, remote, kPage, servers, 0, 16, 0), HcallStatus::parameter);
  EXPECT_EQ(tables.remove_redirected(kServer, remote, 0, servers, kPage, 16, 0), HcallStatus::parameter);
  EXPECT_EQ(tables.remove_redirected(kServer, clients, 0, servers, 0, 1, 0), HcallStatus::parameter);
  EXPECT_EQ(tables.remove_redirected(kServer, remote, 0, clients, 0, 1, 0), HcallStatus::parameter);
  EXPECT_TRUE(server_reaches(0));
  EXPECT_EQ(tables.remove_redirected(kServer, remote, 0, servers, 0, 1, 0x7000 | kBoth), HcallStatus::success);
  EXPECT_FALSE(server_reaches(0));
}

TEST_F(Tables, AClientsNewEntryInvalidatesTheCopyIfTheBitBucketIsAllowed) {
  put(0, 0x5000 | kBoth);
  redirect(0, 0, 1);
  EXPECT_EQ(put(0, 0x6000 | kBoth), HcallStatus::success);
  EXPECT_FALSE(server_reaches(0));
}

TEST_F(Tables, AClientsNewEntryIsPutOffIfTheBitBucketIsNotAllowed) {
  std::uint64_t value = 0;
  EXPECT_EQ(tables.attributes(kClient, clients, 0, 0, value), HcallStatus::success);
  EXPECT_EQ(value, 1U);
  EXPECT_EQ(tables.attributes(kClient, clients, 1, 0, value), HcallStatus::success);
  EXPECT_EQ(value, 0U);
  put(0, 0x5000 | kBoth);
  redirect(0, 0, 1);
  client.write(0x8000, 8, 0);
  EXPECT_EQ(put(0, 0x6000 | kBoth), HcallStatus::resource);
  EXPECT_EQ(tables.stuff(kClient, clients, 0, 0, 2), HcallStatus::resource);
  EXPECT_EQ(tables.put_indirect(kClient, clients, 0, 0x8000, 1), HcallStatus::resource);
  EXPECT_TRUE(server_reaches(0));
  tables.remove_redirected(kServer, remote, 0, servers, 0, 1, 0);
  EXPECT_EQ(put(0, 0x6000 | kBoth), HcallStatus::success);
}

TEST_F(Tables, AttributesAreTheOwnersAndKnowOneBit) {
  std::uint64_t value = 7;
  EXPECT_EQ(tables.attributes(kServer, clients, 0, 0, value), HcallStatus::parameter);
  EXPECT_EQ(tables.attributes(kClient, clients, ~std::uint64_t{0}, ~std::uint64_t{0}, value), HcallStatus::success);
  EXPECT_EQ(value, 1U);
}

TEST_F(Tables, NothingIsLeftOfAPartitionThatStopped) {
  put(0, 0x5000 | kBoth);
  redirect(0, 0, 1);
  tables.put(kServer, servers, kPage, 0x5000 | kBoth);
  tables.partition_stopped(kClient);
  EXPECT_FALSE(tables.accessible(clients, 0, 1, kTceRead));
  EXPECT_FALSE(server_reaches(0));
  EXPECT_TRUE(server_reaches(kPage)) << "the partner's tables persist";
}

TEST_F(Tables, UseOfWhatIsNotMappedIsAFaultOfTheSimulator) {
  EXPECT_THROW((void)tables.read(clients, 0, 1), CheckFailure);
}

// H_FREE_CRQ and redirected entries.

class Freeing : public ::testing::Test, protected VioPair {
 protected:
  void SetUp() override {
    register_both();
    ASSERT_EQ(server.calls.put_rtce(server.adapter.remote_liobn, client.data, server.adapter.liobn, server.data, 1), HcallStatus::success);
  }
  void forbid_bit_bucket(testing::VioEnd& end) {
    ASSERT_EQ(end.make(Hcall::liobn_attributes, {static_cast<std::uint64_t>(end.adapter.liobn), 1, 0}).registers[0], 0U);
  }
  HcallStatus remove() { return server.calls.remove_rtce(server.adapter.remote_liobn, client.data, server.adapter.liobn, server.data, 1); }
  HcallStatus use() { return server.calls.copy_rdma(8, server.adapter.liobn, server.data, server.adapter.liobn, server.data + kPage); }
};

TEST_F(Freeing, InvalidatesRedirectedEntries) {
  EXPECT_EQ(use(), HcallStatus::success);
  EXPECT_EQ(client.calls.free_crq(client.adapter.unit), HcallStatus::success);
  EXPECT_EQ(use(), HcallStatus::permission);
}

TEST_F(Freeing, IsPutOffWhileTheClientForbidsIt) {
  forbid_bit_bucket(client);
  EXPECT_EQ(client.calls.free_crq(client.adapter.unit), HcallStatus::resource);
  EXPECT_EQ(server.header(0), kCrqFree) << "the partner is told when it is done";
  EXPECT_EQ(server.send(kCrqCommand), HcallStatus::closed) << "but nothing new surfaces";
  EXPECT_EQ(client.reg(), HcallStatus::resource);
  EXPECT_EQ(use(), HcallStatus::success);
  ASSERT_EQ(remove(), HcallStatus::success);
  EXPECT_EQ(client.calls.free_crq(client.adapter.unit), HcallStatus::success);
  EXPECT_EQ(server.format(0), static_cast<std::uint8_t>(TransportEvent::partner_deregistered));
  EXPECT_EQ(client.reg(), HcallStatus::success);
}

TEST_F(Freeing, IsPutOffWhileTheServersTableForbidsIt) {
  forbid_bit_bucket(server);
  EXPECT_EQ(server.calls.free_crq(server.adapter.unit), HcallStatus::resource);
  remove();
  EXPECT_EQ(server.calls.free_crq(server.adapter.unit), HcallStatus::success);
}

}  // namespace
}  // namespace lparsim::hypervisor
