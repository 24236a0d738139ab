#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "models/hypervisor/lan_adapter.hpp"
#include "models/io/frame.hpp"

namespace lparsim::sea {

/// A virtual Ethernet adapter of the VIOS: a trunk adapter, or that of the control channel. Its buffers are those of AIX's driver (tiny,
/// small, medium, large, huge: 512 bytes to 64 KiB; their numbers are from memory, assumed).
class TrunkAdapter {
 public:
  /// With `large_receive` large sends go and come whole.
  TrunkAdapter(hypervisor::VioCalls& calls, const hypervisor::VirtualAdapter& adapter, io::MacAddress mac, bool large_receive);

  /// The VIOS has started. `only_active`: nothing arrives while another trunk adapter is the active one.
  void open(bool only_active);
  /// The next frame that has arrived; its buffer is the driver's until it gives it back, in the order in which frames came.
  std::optional<io::Frame> take() { return lan_.take(); }
  void give_back(std::size_t buffers) { lan_.replenish(buffers); }
  hypervisor::HcallStatus send(const io::Frame& frame) { return lan_.send(frame); }
  /// H_EOI; what came meanwhile raises the interrupt again.
  void end_of_interrupt() { lan_.end_of_interrupt(); }

  bool is_active() const;
  /// Bridges its VLANs from now on; the trunk adapter that did does not any more.
  void become_active() { lan_.activate_trunk(); }
  std::uint32_t interrupt() const { return lan_.config().adapter.interrupt; }

 private:
  hypervisor::VioCalls& calls_;
  hypervisor::LanAdapter lan_;
};

}  // namespace lparsim::sea
