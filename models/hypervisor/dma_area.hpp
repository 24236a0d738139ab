#pragma once
#include <cstdint>
#include <vector>

#include "models/hypervisor/io_page.hpp"
#include "models/hypervisor/vio_calls.hpp"

namespace lparsim::hypervisor {

/// Pages of a partition's memory in the window of one of its virtual adapters, readable and writable for the partner and the hypervisor:
/// where a driver keeps queues, request blocks and buffers. Areas are reserved once, when the driver is set up; map() makes them
/// accessible each time the partition starts, since the hypervisor forgets all translations when it stops.
class DmaArea {
 public:
  static constexpr std::uint64_t kPage = kIoPage;

  /// `calls` outlives this.
  DmaArea(VioCalls& calls, const VirtualAdapter& adapter) : calls_{calls}, adapter_{adapter} {}

  /// Bus address of `length` bytes, contiguous on the bus, at a multiple of `alignment` (a power of two, a page at most). What needs a
  /// page of its own asks for whole pages aligned so. For ever; a later map() is needed.
  std::uint64_t reserve(std::uint64_t length, std::uint64_t alignment = 16);
  std::uint64_t reserve_pages(std::uint32_t pages) { return reserve(pages * kPage, kPage); }
  /// H_PUT_TCE for all pages that are reserved.
  void map();

  /// Where the partition itself finds what has this bus address.
  std::uint64_t address(std::uint64_t ioba) const { return pages_[ioba / kPage] + ioba % kPage; }
  /// The partition's own access by bus address; see PartitionMemory.
  void read(std::uint64_t ioba, std::span<std::uint8_t> bytes) const;
  void write(std::uint64_t ioba, std::span<const std::uint8_t> bytes);

 private:
  VioCalls& calls_;
  VirtualAdapter adapter_;
  std::vector<std::uint64_t> pages_;  ///< logical addresses, by bus page
  std::uint64_t used_ = 0;            ///< bus addresses below are given away
};

}  // namespace lparsim::hypervisor
