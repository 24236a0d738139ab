#pragma once
#include <cstdint>
#include <optional>

#include "models/hypervisor/dma_area.hpp"
#include "models/hypervisor/logical_lan_protocol.hpp"
#include "models/hypervisor/vio_calls.hpp"
#include "models/io/frame.hpp"

namespace lparsim::sea {

/// The VIOS driver of a virtual Ethernet adapter: a trunk adapter, or that of the control channel. Buffers are those of AIX's virtual
/// Ethernet driver (tiny, small, medium, large, huge: 512 bytes to 64 KiB; their numbers are from memory, assumed).
class TrunkAdapter {
 public:
  TrunkAdapter(hypervisor::VioCalls& calls, const hypervisor::VirtualAdapter& adapter, io::MacAddress mac);

  /// Registers with the virtual switch and gives it all buffers. With `large_receive` large sends arrive whole; `trunk`: nothing arrives
  /// while another trunk adapter is the active one.
  void open(bool large_receive, bool trunk);
  /// The next frame that has arrived; its buffer is the driver's until it gives it back.
  struct Received {
    io::Frame frame;
    std::uint64_t buffer = 0;
  };
  std::optional<Received> take();
  void give_back(std::uint64_t buffer) { calls_.add_logical_lan_buffer(adapter_.unit, buffer); }
  hypervisor::HcallStatus send(const io::Frame& frame);
  /// H_EOI; what came meanwhile raises the interrupt again.
  void end_of_interrupt() { calls_.eoi(adapter_.interrupt); }

  bool is_active() const;
  /// Bridges its VLANs from now on; the trunk adapter that did does not any more.
  void become_active();
  const hypervisor::VirtualAdapter& adapter() const { return adapter_; }

 private:
  struct Pool {
    std::uint32_t size;
    std::uint32_t count;
  };
  static constexpr Pool kPools[] = {{512, 512}, {2048, 512}, {16'384, 128}, {32'768, 24}, {65'536, 24}};
  static constexpr std::uint32_t kEntries = 1201;  // one more than there are buffers

  hypervisor::VioCalls& calls_;
  hypervisor::VirtualAdapter adapter_;
  io::MacAddress mac_;
  hypervisor::DmaArea area_;
  std::uint64_t buffer_list_;
  std::uint64_t filter_list_;
  std::uint64_t queue_;
  std::uint64_t send_buffer_;
  std::uint64_t buffers_;
  std::uint32_t next_ = 0;
  std::uint8_t valid_ = hypervisor::lan::kEntryValid;
};

}  // namespace lparsim::sea
