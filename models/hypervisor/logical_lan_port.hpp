#pragma once
#include <bitset>
#include <cstdint>
#include <vector>

#include "models/hypervisor/logical_lan_protocol.hpp"
#include "models/hypervisor/tce_tables.hpp"
#include "models/hypervisor/virtual_io.hpp"
#include "models/io/frame.hpp"
#include "sim/base/ids.hpp"

namespace lparsim::hypervisor {

/// A virtual Ethernet adapter and the port of the virtual switch that it is plugged into: its registration, its pools of receive buffers
/// and its receive queue (LoPAR, "Logical LAN IOA Data Structures"). Within the buffer list's page the descriptors of pools are opaque: the
/// hypervisor keeps the buffers itself, and the page shows the pools' sizes.
class LogicalLanPort {
 public:
  LogicalLanPort(PartitionId partition, UnitAddress unit, Liobn liobn, std::uint32_t interrupt, const EthernetAdapterSpec& spec);

  PartitionId partition() const { return partition_; }
  UnitAddress unit() const { return unit_; }
  Liobn liobn() const { return liobn_; }
  std::uint32_t interrupt() const { return interrupt_; }
  const EthernetAdapterSpec& spec() const { return spec_; }
  bool member_of(std::uint16_t vlan) const { return vlans_[vlan]; }
  bool trunk() const { return spec_.trunk_priority != 0; }

  // Registration.
  HcallStatus register_adapter(TceTables& memory, std::uint64_t buffer_list, std::uint64_t queue, std::uint64_t filter_list,
                               std::uint64_t mac);
  void free_adapter();
  bool registered() const { return registered_; }
  io::MacAddress mac() const { return mac_; }
  void set_mac(std::uint64_t mac) { mac_ = {mac & 0xFFFF'FFFF'FFFF}; }

  // Buffers.
  HcallStatus add_buffer(TceTables& memory, std::uint64_t descriptor);
  /// A buffer of this size goes back through the receive queue; `correlator` is its first 8 bytes.
  HcallStatus give_back(TceTables& memory, std::uint32_t size, std::uint64_t& correlator);
  /// Puts the frame, tagged as this port wants it, into the smallest buffer that fits; `control` are kEntryLargeSend and the like, `mss`
  /// the segment size that a large receiver is told. False, and counted, where there is no buffer.
  bool receive(TceTables& memory, const io::Frame& frame, std::uint8_t control, std::uint32_t mss);
  void count_dropped() { ++dropped_; }

  // Multicast.
  bool wants_multicast(io::MacAddress group) const;
  bool reception = false;
  bool filtering = false;
  std::vector<std::uint64_t> filters;

  /// All but kActiveTrunk.
  std::uint64_t attributes = 0;
  bool active_trunk() const { return active_trunk_; }
  void set_active_trunk(bool active) { active_trunk_ = active; }
  /// H_VIOCTL DISABLE_INACTIVE_TRUNK_RECEPTION.
  bool receives_inactive = true;
  bool receiving() const { return registered_ && (!trunk() || active_trunk_ || receives_inactive); }
  bool large_receive() const { return (attributes & lan::kLargeReceive) != 0; }
  bool offloads_checksum(bool ipv6) const { return (attributes & (ipv6 ? lan::kChecksumIpv6 : lan::kChecksumIpv4)) != 0; }

  /// A send that was answered with H_Busy and goes on with this token; 0: none.
  struct Suspended {
    std::uint64_t token = 0;
    std::size_t next = 0;
    bool dropped = false;
  };
  Suspended suspended;

  std::uint64_t dropped() const { return dropped_; }
  std::uint64_t delivered() const { return delivered_; }

 private:
  struct Pool {
    std::uint32_t size;
    std::vector<std::uint32_t> buffers{};  // bus addresses; the last is taken first
  };
  Pool* pool_for(std::uint32_t length);
  void drop(TceTables& memory);
  void enqueue(TceTables& memory, std::uint8_t control, std::uint32_t offset, std::uint32_t length, std::uint64_t correlator);

  PartitionId partition_;
  UnitAddress unit_;
  Liobn liobn_;
  std::uint32_t interrupt_;
  EthernetAdapterSpec spec_;
  std::bitset<4096> vlans_;
  bool active_trunk_ = false;

  bool registered_ = false;
  io::MacAddress mac_;
  std::uint64_t buffer_list_ = 0;
  std::uint32_t queue_ = 0;
  std::uint32_t queue_length_ = 0;
  std::uint32_t queue_next_ = 0;
  bool toggle_ = false;
  std::vector<Pool> pools_;  // by size
  std::uint64_t dropped_since_registration_ = 0;

  std::uint64_t dropped_ = 0;
  std::uint64_t delivered_ = 0;
};

}  // namespace lparsim::hypervisor
