#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/hypervisor/dma_area.hpp"
#include "models/hypervisor/logical_lan_protocol.hpp"
#include "models/hypervisor/vio_calls.hpp"
#include "models/io/frame.hpp"

namespace lparsim::hypervisor {

/// Receive buffers of one size.
struct LanPool {
  std::uint32_t size;
  std::uint32_t count;
  bool active;
};

struct LanAdapterConfig {
  VirtualAdapter adapter{};
  io::MacAddress mac{};
  /// Large sends out, and in as they were sent ("large send, large receive"): of no use against the other's will.
  bool large = false;
  /// Those of Linux (drivers/net/ethernet/ibm/ibmveth.h: pool_size, pool_count, pool_active).
  std::array<LanPool, 5> pools{{{512, 256, true}, {2048, 512, true}, {16'384, 256, false}, {32'768, 256, false}, {65'536, 256, true}}};
};

/// The driver's side of a virtual Ethernet adapter, of clients and of a VIOS: registration, receive buffers, the receive queue, sending.
/// Every call costs processor time, which its owner asks VioCalls::take_cost() for.
class LanAdapter {
 public:
  /// Reserves its memory; `calls` outlives it.
  LanAdapter(VioCalls& calls, const LanAdapterConfig& config);

  /// The partition has started: maps its memory, registers the adapter, gives all buffers to the hypervisor and enables the interrupt.
  void open();
  /// H_FREE_LOGICAL_LAN; open() is possible again.
  void close();

  bool has_frame() const;
  /// The next frame that has arrived. Its buffer waits for replenish().
  std::optional<io::Frame> take();
  /// Gives empty buffers back to the hypervisor: all, or as many, those first that were emptied first.
  void replenish() { replenish(empty_.size()); }
  void replenish(std::size_t most);
  std::size_t empty_buffers() const { return empty_.size(); }

  /// H_SEND_LOGICAL_LAN, again as long as it answers H_Busy. H_Dropped: a receiver had no buffer, or there is none.
  HcallStatus send(const io::Frame& frame);

  /// H_VIO_SIGNAL and H_EOI.
  void enable_interrupt(bool enabled) { calls_.vio_signal(config_.adapter.unit, enabled ? 1 : 0); }
  void end_of_interrupt() { calls_.eoi(config_.adapter.interrupt); }
  /// H_ILLAN_ATTRIBUTES: this trunk adapter becomes the active one of its VLANs.
  HcallStatus activate_trunk();

  const LanAdapterConfig& config() const { return config_; }

 private:
  /// Where a receive buffer is.
  std::uint64_t buffer(std::uint64_t correlator) const;
  void give(std::uint64_t correlator);

  VioCalls& calls_;
  LanAdapterConfig config_;
  DmaArea area_;
  std::uint64_t buffer_list_;
  std::uint64_t filter_list_;
  std::uint64_t queue_;
  std::uint64_t transmit_;
  std::uint32_t entries_ = 0;
  std::uint32_t next_ = 0;
  std::uint8_t valid_ = lan::kEntryValid;
  std::array<std::uint64_t, 5> first_{};  ///< buffer of each pool, by bus address
  std::vector<std::uint64_t> empty_;      ///< correlators: pool, and number within it
};

}  // namespace lparsim::hypervisor
