// One LUN through two VIOSes, two ports and two switches, below the client's multipath disk.
#include <gtest/gtest.h>

#include <array>

#include "lpars/drivers/disk.hpp"
#include "models/io/disk_array.hpp"
#include "sim/base/random.hpp"
#include "validation/npiv/npiv_bench.hpp"

namespace lparsim::validation {
namespace {

using namespace literals;

constexpr Bytes k4K{4096};
constexpr PartitionId kClient{2};

/// One way to the LUN: a VIOS with a port on a switch of its own, and the client's adapter.
struct Side {
  Side(kernel::testing::ManualCalendar& calendar, io::RequestLedger& ledger, hypervisor::testing::VioBench& hypervisor,
       hypervisor::WwpnPool& names, io::BlockDevice& lun, PartitionId id)
      : vios_id{id}, port{"fcs0", {}, fabric, calendar, ledger}, vios{2, calendar} {
    const auto [clients, servers] = hypervisor.virtual_io.connect(kClient, id);
    server.emplace(npiv::VfcServerConfig{}, hypervisor.calls(id), ledger);
    const std::uint32_t number = server->add_port(port, hypervisor.virtual_io.add_physical_window(id, Bytes{std::uint64_t{1} << 32}));
    const std::uint32_t adapter = server->add_adapter(servers, number, *names.take());
    const std::uint64_t wwpn = kTarget + index(id);
    server->add_lun(adapter, server->add_target(adapter, wwpn), port.path_to(lun));
    drivers::VfcClientConfig config;
    config.adapter = clients;
    client.emplace(config, hypervisor.calls(kClient), ledger);
    path = &client->path(wwpn, 0);
    vios.add_program(*server);
    hypervisor.on_interrupt(id) = [this](std::uint32_t source) {
      vios.interrupt(source);
    };
  }
  PartitionId vios_id;
  io::SanSwitch fabric{"san"};
  io::FibreChannelAdapter port;
  system::testing::Processors vios;
  std::optional<npiv::VfcServer> server;
  std::optional<drivers::VfcClient> client;
  drivers::DiskPath* path = nullptr;
  bool runs = false;
};

struct DualBench final : drivers::DiskClient {
  explicit DualBench(std::uint64_t seed)
      : array{"ds8k", {.hit = Distribution::exponential(200_us), .member = kFlash}, seed, calendar, ledger} {
    io::BlockDevice& lun = array.add_lun({});
    for (std::uint32_t i = 0; i < 2; ++i) sides[i].emplace(calendar, ledger, hypervisor, names, lun, PartitionId{i});
    disk.emplace(
        drivers::DiskConfig{
            .name = "hdisk0", .queue_depth = 20, .capacity = {}, .multipath = {.health_check = 60_s, .no_path_wait = SimTime::never()}},
        ledger);
    for (auto& side : sides) disk->add_path(*side->path);
    for (auto& side : sides) lpar.add_program(*side->client);
    lpar.add_program(*disk);
    hypervisor.on_interrupt(kClient) = [this](std::uint32_t source) {
      lpar.interrupt(source);
    };
    for (auto& side : sides) start(*side);
    lpar.activate();
    run_for(100_ms);
  }
  static void start(Side& side) {
    side.runs = true;
    side.vios.activate();
  }
  void stop(Side& side, bool crashed) {
    side.runs = false;
    side.vios.deactivate();
    hypervisor.virtual_io.partition_stopped(side.vios_id, crashed);
  }
  void submit(bool write, Bytes size) {
    under_way.insert(next);
    const auto kind = write ? io::RequestKind::write : io::RequestKind::read;
    tags.push_back(ledger.begin(0, kind, size.count, io::Stage::client_processing, calendar.now()));
    disk->submit({tags.back(), next++, write, next * 8, size}, *this, calendar.now());
  }
  void transfer_ended(std::uint32_t number, bool good, SimTime now) override {
    LPARSIM_CHECK(under_way.erase(number) == 1, "transfer {} ended twice", number);
    ledger.end(tags[number], good ? io::Outcome::done : io::Outcome::failed, now);
    failed += good ? 0 : 1;
    ++ended;
  }
  void run_for(SimTime time) { calendar.run_until(calendar.now() + time); }

  static inline const io::DiskConfig kFlash{.service = io::FlashService::sata()};
  kernel::testing::ManualCalendar calendar;
  io::RequestLedger ledger{nullptr};
  hypervisor::testing::VioBench hypervisor{3};
  hypervisor::WwpnPool names{0};
  io::DiskArray array;
  system::testing::Processors lpar{1, calendar};
  std::array<std::optional<Side>, 2> sides;
  std::optional<drivers::Disk> disk;
  std::set<std::uint32_t> under_way;
  std::vector<io::RequestTag> tags;
  std::uint32_t next = 0;
  std::uint64_t ended = 0;
  std::uint64_t failed = 0;
};

TEST(NpivDual, GoesOnThroughTheOtherVios) {
  DualBench bench{1};
  for (int i = 0; i < 20; ++i) bench.submit(false, k4K);
  bench.run_for(100_us);
  bench.stop(*bench.sides[0], true);
  bench.run_for(100_ms);
  EXPECT_EQ(bench.ended, 20U);
  EXPECT_EQ(bench.failed, 0U);
  EXPECT_EQ(bench.disk->multipath().active(), 1U);
}

// Whatever fails of the two ways, and also of both at once: no transfer is lost, none ends twice, and all succeed once a way is back.
TEST(NpivDual, LosesNoTransferWhateverFailsWhenever) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    DualBench bench{seed};
    KeyedStream draw{seed};
    const int failures = 1 + static_cast<int>(draw.bits() % 4);
    for (int i = 0; i < failures; ++i) {
      const SimTime until = bench.calendar.now() + SimTime::from_us(static_cast<std::int64_t>(draw.bits() % 1500));
      while (bench.calendar.now() < until) {
        bench.submit(draw.bits() % 3 == 0, Bytes{std::uint64_t{4096} << draw.bits() % 7});
        bench.run_for(SimTime::from_us(static_cast<std::int64_t>(1 + draw.bits() % 60)));
      }
      Side& side = *bench.sides[draw.bits() % 2];
      const SimTime now = bench.calendar.now();
      switch (draw.bits() % 3) {
        case 0:
          side.port.set_link(!side.port.online(), now);
          break;
        case 1:
          side.fabric.set_state(!side.fabric.up(), now);
          break;
        default:
          side.runs ? bench.stop(side, draw.bits() % 2 == 0) : DualBench::start(side);
      }
    }
    bench.run_for(SimTime::from_us(static_cast<std::int64_t>(draw.bits() % 3000)));
    for (auto& side : bench.sides) {
      side->fabric.set_state(true, bench.calendar.now());
      side->port.set_link(true, bench.calendar.now());
      if (!side->runs) DualBench::start(*side);
    }
    bench.run_for(200_s);
    ASSERT_TRUE(bench.under_way.empty()) << seed;
    ASSERT_EQ(bench.failed, 0U) << seed;
    ASSERT_EQ(bench.ledger.under_way(), 0U) << seed;
    for (auto& side : bench.sides) {
      ASSERT_TRUE(side->path->up()) << seed;
      ASSERT_EQ(side->server->under_way(0), 0U) << seed;
    }
  }
}

}  // namespace
}  // namespace lparsim::validation
