#pragma once
#include <cstdint>

#include "models/hypervisor/io_page.hpp"

namespace lparsim::hypervisor::lan {

// Layouts of the Interpartition Logical LAN, shared by the hypervisor and the drivers (LoPAR, "Logical LAN IOA Data Structures").

/// A buffer descriptor: control byte, 3 bytes of length, 4 bytes of bus address.
inline constexpr std::uint64_t kValid = 0x80ULL << 56;
inline constexpr std::uint64_t kToggle = 0x40ULL << 56;     ///< receive queue: new entries have a valid bit of 0
inline constexpr std::uint64_t kLargeSend = 0x04ULL << 56;  ///< first descriptor of a frame
inline constexpr std::uint64_t kNoChecksum = 0x02ULL << 56;
inline constexpr std::uint64_t kChecksumGood = 0x01ULL << 56;
constexpr std::uint64_t descriptor(std::uint32_t length, std::uint32_t ioba, std::uint64_t control = kValid) {
  return control | std::uint64_t{length} << 32 | ioba;
}
constexpr std::uint32_t length_of(std::uint64_t descriptor) {
  return static_cast<std::uint32_t>(descriptor >> 32 & 0xFF'FFFF);
}
constexpr std::uint32_t ioba_of(std::uint64_t descriptor) {
  return static_cast<std::uint32_t>(descriptor);
}

/// The buffer list is a page: receive queue, filter list, pools by increasing size, and the counter of dropped frames.
inline constexpr std::uint32_t kPage = kIoPage;
inline constexpr std::uint32_t kFirstPool = 16;
inline constexpr std::uint32_t kPools = 254;
inline constexpr std::uint32_t kDroppedFrames = kPage - 8;
inline constexpr std::uint32_t kLeastBuffer = 16;
/// A receive buffer: 8 bytes of the driver's own (the correlator), the segment size of a large send in the next 8, the frame.
inline constexpr std::uint32_t kMessageOffset = 8;
inline constexpr std::uint32_t kLargeMessageOffset = 16;

/// An entry of the receive queue: control, reserved, 2 bytes of offset, 4 of length, 8 of correlator.
inline constexpr std::uint32_t kEntry = 16;
inline constexpr std::uint8_t kEntryValid = 0x80;    ///< alternates with each turn of the queue: 1 on the first
inline constexpr std::uint8_t kEntryMessage = 0x40;  ///< there is a frame in the buffer; else the driver recycles it
inline constexpr std::uint8_t kEntryLargeSend = 0x04;
inline constexpr std::uint8_t kEntryNoChecksum = 0x02;
inline constexpr std::uint8_t kEntryChecksumGood = 0x01;

/// The longest frame, and the descriptors of one that is sent. 65,408 bytes: Power 595 Technical Overview, "Virtual Ethernet".
inline constexpr std::uint32_t kLargestFrame = 65'408;
inline constexpr std::uint32_t kSendBuffers = 6;
inline constexpr std::uint32_t kLeastSegment = 16;

/// H_ILLAN_ATTRIBUTES; LoPAR counts bits from the left (47, 48, 49, 50, 51, 52-55, 61, 62, 63).
inline constexpr std::uint64_t kLargeReceive = 0x1'0000;
inline constexpr std::uint64_t kLargeSendSupported = 0x8000;
inline constexpr std::uint64_t kPortDisabled = 0x4000;
inline constexpr std::uint64_t kPaddedChecksum = 0x2000;
inline constexpr std::uint64_t kBufferSizeControl = 0x1000;
inline constexpr std::uint64_t kTrunkPriority = 0xF00;
inline constexpr std::uint32_t kTrunkPriorityShift = 8;
inline constexpr std::uint64_t kChecksumIpv6 = 0x4;
inline constexpr std::uint64_t kChecksumIpv4 = 0x2;
inline constexpr std::uint64_t kActiveTrunk = 0x1;

/// H_MULTICAST_CTRL, bits 44 to 47 and 62 to 63 of its flags.
inline constexpr std::uint64_t kModifyReception = 0x8'0000;
inline constexpr std::uint64_t kModifyFiltering = 0x4'0000;
inline constexpr std::uint64_t kReception = 0x2'0000;
inline constexpr std::uint64_t kFiltering = 0x1'0000;
inline constexpr std::uint64_t kFilterAction = 0x3;
inline constexpr std::uint64_t kAddFilter = 0x1;
inline constexpr std::uint64_t kRemoveFilter = 0x2;
inline constexpr std::uint64_t kClearFilters = 0x3;
/// `ibm,mac-address-filters`; depends on the implementation.
inline constexpr std::uint32_t kFilters = 256;

/// Subfunctions of H_VIOCTL.
inline constexpr std::uint64_t kNumberOfVlans = 0x3;
inline constexpr std::uint64_t kSwitchingMode = 0x12;
inline constexpr std::uint64_t kDisableInactiveTrunkReception = 0x13;

}  // namespace lparsim::hypervisor::lan
