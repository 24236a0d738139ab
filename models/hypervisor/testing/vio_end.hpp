#pragma once
// One end of a pair of virtual adapters, for tests of the calls themselves.
#include <array>
#include <initializer_list>
#include <utility>

#include "models/hypervisor/dma_area.hpp"
#include "models/hypervisor/tce_tables.hpp"
#include "models/hypervisor/testing/vio_bench.hpp"

namespace lparsim::hypervisor::testing {

/// An adapter with two pages for a queue at bus address `queue` and some for data behind them, all mapped.
struct VioEnd {
  static constexpr std::uint64_t kPage = TceTables::kPage;

  VioEnd(VioBench& bench, PartitionId partition, const VirtualAdapter& as_configured, std::uint32_t data_pages = 40)
      : calls{bench.calls(partition)},
        adapter{as_configured},
        area{calls, adapter},
        queue{area.reserve_pages(2)},
        data{area.reserve_pages(data_pages)} {
    area.map();
  }
  HcallStatus reg(std::uint64_t pages = 1) { return calls.reg_crq(adapter.unit, queue, pages * kPage); }
  HcallStatus send(std::uint8_t header, std::uint8_t second = 0) { return calls.send_crq(adapter.unit, {header, second}); }
  HcallStatus enable() { return calls.vio_signal(adapter.unit, 1); }
  /// The call with R4 onwards.
  const HcallExtension& make(Hcall call, std::initializer_list<std::uint64_t> arguments) {
    return calls.make(call, {arguments.begin(), arguments.size()});
  }
  std::uint8_t header(std::uint64_t element) { return calls.memory().byte(area.address(queue + element * 16)); }
  std::uint8_t format(std::uint64_t element) { return calls.memory().byte(area.address(queue + element * 16) + 1); }
  void free_element(std::uint64_t element) { calls.memory().write(area.address(queue + element * 16), 1, 0); }
  std::uint64_t word(std::uint64_t ioba) { return calls.memory().read(area.address(ioba), 8); }
  void set_word(std::uint64_t ioba, std::uint64_t value) { calls.memory().write(area.address(ioba), 8, value); }

  DirectVioCalls& calls;
  VirtualAdapter adapter;
  DmaArea area;
  std::uint64_t queue;
  std::uint64_t data;
};

/// A client, its server and a third partition.
struct VioPair {
  static constexpr PartitionId kClient{0};
  static constexpr PartitionId kServer{1};
  static constexpr PartitionId kOther{2};

  void register_both(std::uint64_t pages = 1) {
    server.reg(pages);
    client.reg(pages);
  }

  VioBench bench{3};
  std::pair<VirtualAdapter, VirtualAdapter> adapters = bench.virtual_io.connect(kClient, kServer);
  VioEnd client{bench, kClient, adapters.first};
  VioEnd server{bench, kServer, adapters.second};
};

}  // namespace lparsim::hypervisor::testing
