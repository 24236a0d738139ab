#pragma once
#include <cstdint>

#include "sim/base/units.hpp"

namespace lparsim::vscsi {

/// Processor cycles of a VIOS for one request. Everything but the last line lies on the request's path; calls of the hypervisor are
/// contained. `page` is 4 KiB of data: up to kInlinePages descriptors travel inside the request, a longer list is fetched before the disk
/// can start, and then all its pages cost `external`.
struct RequestCosts {
  Cycles receive;   ///< from the element on the queue to the command for the disk
  Cycles complete;  ///< from the disk's interrupt to the answer
  struct Page {
    Cycles before;  ///< on the path
    Cycles after;   ///< when the answer is under way: unmapping, cleaning
  };
  Page inline_page;
  Page external_page;
};

/// Linux: MAX_INDIRECT_BUFS of drivers/scsi/ibmvscsi/ibmvscsi.h.
inline constexpr std::uint32_t kInlinePages = 10;
inline constexpr std::uint64_t kDataPage = 4096;

/// What a server costs, by how its disk is backed; derived in docs/models/virtual-scsi.md.
struct ServerCosts {
  RequestCosts mapped_read;
  RequestCosts mapped_write;
  RequestCosts copied_read;
  RequestCosts copied_write;
  Cycles management;  ///< a request without a disk: login, inquiry, task management

  const RequestCosts& of(bool copied, bool write) const {
    return copied ? (write ? copied_write : copied_read) : (write ? mapped_write : mapped_read);
  }
};

/// A VIOS, from figures published for a POWER5 of 1.65 GHz.
ServerCosts vios_costs();
/// IBM i as the server, from figures published for a POWER5 of 2.2 GHz.
ServerCosts ibmi_costs();

}  // namespace lparsim::vscsi
