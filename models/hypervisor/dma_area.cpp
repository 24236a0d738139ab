#include "models/hypervisor/dma_area.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

std::uint64_t DmaArea::reserve(std::uint64_t length, std::uint64_t alignment) {
  const std::uint64_t ioba = (used_ + alignment - 1) & ~(alignment - 1);
  LPARSIM_CHECK(alignment <= kPage && ioba + length <= adapter_.window.count, "{} bytes do not fit into the window of adapter {:#x}",
                length, static_cast<std::uint64_t>(adapter_.unit));
  used_ = ioba + length;
  const auto missing = static_cast<std::uint32_t>((used_ + kPage - 1) / kPage - pages_.size());
  if (missing > 0) {
    const std::uint64_t first = calls_.allocate(missing);
    for (std::uint32_t i = 0; i < missing; ++i) pages_.push_back(first + i * kPage);
  }
  return ioba;
}

void DmaArea::map() {
  for (std::size_t page = 0; page < pages_.size(); ++page) {
    const HcallStatus status = calls_.put_tce(adapter_.liobn, page * kPage, pages_[page] | kTceRead | kTceWrite);
    LPARSIM_CHECK(status == HcallStatus::success, "H_PUT_TCE of page {} answers {}", page, static_cast<std::int64_t>(status));
  }
}

void DmaArea::read(std::uint64_t ioba, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), kPage - ioba % kPage));
    calls_.memory().read(address(ioba), part);
    bytes = bytes.subspan(part.size());
    ioba += part.size();
  }
}

void DmaArea::write(std::uint64_t ioba, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), kPage - ioba % kPage));
    calls_.memory().write(address(ioba), part);
    bytes = bytes.subspan(part.size());
    ioba += part.size();
  }
}

}  // namespace lparsim::hypervisor
