#pragma once
#include <algorithm>
#include <cstdint>

#include "models/hypervisor/io_page.hpp"
#include "sim/base/units.hpp"

namespace lparsim::vscsi {

/// Processor cycles of the server for one request, the hypervisor calls that it makes contained. `receive`, `complete` and what a page
/// costs on the path make its answer later; the rest is done when the answer is under way (unmapping, freeing).
struct RequestCosts {
  Cycles receive;   ///< from the element on the queue to the command for the disk
  Cycles complete;  ///< from the disk's interrupt to the answer
  Cycles after;
  struct Page {
    Cycles path;
    Cycles after;
  };
  Page inline_page;    ///< 4 KiB of data whose descriptor travels inside the request: the first kInlinePages
  Page external_page;  ///< those beyond; their descriptors are fetched before the disk can start
};

/// Linux: MAX_INDIRECT_BUFS of drivers/scsi/ibmvscsi/ibmvscsi.h.
inline constexpr std::uint32_t kInlinePages = 10;
using hypervisor::kIoPage;

/// All pages of a request.
constexpr RequestCosts::Page cost_of_pages(const RequestCosts& costs, std::uint32_t pages) {
  const double inside = std::min(pages, kInlinePages);
  const double outside = pages - inside;
  return {Cycles{inside * costs.inline_page.path.count + outside * costs.external_page.path.count},
          Cycles{inside * costs.inline_page.after.count + outside * costs.external_page.after.count}};
}

/// What a server costs, by how its disk is backed; derived in docs/models/virtual-scsi.md.
struct ServerCosts {
  RequestCosts mapped_read;  ///< the adapter reaches the client's memory itself
  RequestCosts mapped_write;
  RequestCosts copied_read;  ///< the server copies
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
