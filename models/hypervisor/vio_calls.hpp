#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "models/hypervisor/hcall.hpp"
#include "models/hypervisor/partition_memory.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::hypervisor {

/// A virtual adapter within its partition, as in the device tree's `reg`: 0x30000000 + slot.
enum class UnitAddress : std::uint64_t {};
/// A table of translations from I/O bus addresses to a partition's memory ("logical I/O bus number").
enum class Liobn : std::uint32_t {};

/// What a partition's device tree says of one of its virtual adapters with a command/response queue (vSCSI, virtual Fibre Channel, vNIC)
/// or of a virtual Ethernet adapter.
struct VirtualAdapter {
  UnitAddress unit{};
  /// Of `ibm,my-dma-window`: what this side makes accessible. Bus addresses run from 0 to window - 1, in pages of 4 KiB.
  Liobn liobn{};
  Bytes window;
  /// A server's second pane: the client's window, as the server addresses it. 0: none.
  Liobn remote_liobn{};
  /// `interrupts`: the source that this adapter raises; system::Host::connect_interrupt.
  std::uint32_t interrupt = 0;
};

/// What the hypervisor knows of a server adapter that may be one of several for its client (vNIC).
struct VnicServerStatus {
  bool registered = false;
  std::uint64_t heartbeats = 0;  ///< since the beginning
};

/// 16 bytes on a command/response queue; 32 on a sub-CRQ.
using CrqElement = std::array<std::uint8_t, 16>;
using SubCrqElement = std::array<std::uint8_t, 32>;

/// The header byte of a CRQ element (LoPAR, "CRQ Entry Header Byte Values") and the second byte where the header decides on it.
inline constexpr std::uint8_t kCrqFree = 0x00;
inline constexpr std::uint8_t kCrqCommand = 0x80;
inline constexpr std::uint8_t kCrqInit = 0xC0;
inline constexpr std::uint8_t kCrqTransportEvent = 0xFF;
enum class CrqInit : std::uint8_t { initialize = 1, initialize_complete = 2 };
enum class TransportEvent : std::uint8_t {
  partner_failed = 0x01,
  partner_deregistered = 0x02,
  terminated = 0x04,
  partner_suspended = 0x06,
  device_failover = 0x08,
  prepare_for_suspend = 0x09,
  resume = 0x0A,
};

/// Subfunctions of H_VIOCTL that drivers use (LoPAR, "Semantics for H_VIOCTL subfunction parameter values").
inline constexpr std::uint64_t kEnableVioInterrupt = 0xC;
inline constexpr std::uint64_t kVnicServerStatus = 0x18;

/// A translation control entry: the page's logical address and two bits of access (LoPAR, "TCE").
inline constexpr std::uint64_t kTceRead = 1;
inline constexpr std::uint64_t kTceWrite = 2;

/// The hypervisor calls for virtual I/O as a driver makes them, and the memory in which queues and buffers lie. Implemented over TLM-2.0
/// by VioPort; a test implements it directly over VirtualIo. Every call returns LoPAR's return code; results beside it are out-parameters.
///
/// Calls take processor time from whoever makes them (what they copy most of all): a driver asks take_cost() after its calls and computes
/// for so long.
class VioCalls {
 public:
  virtual ~VioCalls() = default;

  /// H_REG_CRQ: the queue is `length` bytes (n x 4 KiB) at bus address `ioba` of the adapter's own window.
  virtual HcallStatus reg_crq(UnitAddress unit, std::uint64_t ioba, std::uint64_t length) = 0;
  virtual HcallStatus free_crq(UnitAddress unit) = 0;
  virtual HcallStatus send_crq(UnitAddress unit, const CrqElement& element) = 0;
  virtual HcallStatus enable_crq(UnitAddress unit) = 0;
  /// H_VIO_SIGNAL: bit 0 (value 1) enables the queue's interrupt.
  virtual HcallStatus vio_signal(UnitAddress unit, std::uint64_t mode) = 0;
  /// H_EOI of the source: the next element raises it again, and what came since the last one at once.
  virtual HcallStatus eoi(std::uint32_t source) = 0;

  virtual HcallStatus reg_sub_crq(UnitAddress unit, std::uint64_t ioba, std::uint64_t length, std::uint64_t& number,
                                  std::uint32_t& interrupt) = 0;
  virtual HcallStatus free_sub_crq(UnitAddress unit, std::uint64_t number) = 0;
  virtual HcallStatus send_sub_crq(UnitAddress unit, std::uint64_t number, const SubCrqElement& element) = 0;

  virtual HcallStatus put_tce(Liobn liobn, std::uint64_t ioba, std::uint64_t tce) = 0;
  /// H_PUT_RTCE: `count` pages of the client's window from `remote_ioba` on appear in the server's table `liobn` at `ioba`: a physical
  /// adapter of the server then reaches the client's memory itself. H_REMOVE_RTCE takes them out.
  virtual HcallStatus put_rtce(Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba, std::uint64_t count) = 0;
  virtual HcallStatus remove_rtce(Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba, std::uint64_t count) = 0;
  virtual HcallStatus copy_rdma(std::uint64_t length, Liobn source, std::uint64_t source_ioba, Liobn destination,
                                std::uint64_t destination_ioba) = 0;

  /// H_REGISTER_LOGICAL_LAN: buffer list and filter list are bus addresses of pages, `receive_queue` a buffer descriptor.
  virtual HcallStatus register_logical_lan(UnitAddress unit, std::uint64_t buffer_list, std::uint64_t receive_queue,
                                           std::uint64_t filter_list, std::uint64_t mac) = 0;
  virtual HcallStatus free_logical_lan(UnitAddress unit) = 0;
  virtual HcallStatus add_logical_lan_buffer(UnitAddress unit, std::uint64_t descriptor) = 0;
  virtual HcallStatus free_logical_lan_buffer(UnitAddress unit, std::uint64_t size, std::uint64_t& correlator) = 0;
  /// `token` is 0 at first and what it was set to after H_BUSY.
  virtual HcallStatus send_logical_lan(UnitAddress unit, std::span<const std::uint64_t> descriptors, std::uint64_t& token,
                                       std::uint32_t mss) = 0;
  virtual HcallStatus illan_attributes(UnitAddress unit, std::uint64_t reset, std::uint64_t set, std::uint64_t& attributes) = 0;
  virtual HcallStatus multicast_ctrl(UnitAddress unit, std::uint64_t flags, std::uint64_t mac) = 0;
  virtual HcallStatus change_logical_lan_mac(UnitAddress unit, std::uint64_t mac) = 0;

  virtual HcallStatus vioctl(UnitAddress unit, std::uint64_t function, std::span<const std::uint64_t> arguments,
                             std::span<std::uint64_t> results) = 0;

  /// The partition's own memory.
  virtual PartitionMemory& memory() = 0;
  /// `pages` x 4 KiB of its memory that nobody else uses, for ever; returns the logical address.
  virtual std::uint64_t allocate(std::uint32_t pages) = 0;
  /// Processor time (one thread alone at nominal frequency) of the calls since the last time it was asked.
  virtual SimTime take_cost() = 0;
};

}  // namespace lparsim::hypervisor
