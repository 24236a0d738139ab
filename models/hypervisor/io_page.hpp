#pragma once
#include <cstdint>

namespace lparsim::hypervisor {

/// Bytes of a page of I/O bus addresses: what one translation control entry maps (LoPAR, "TCE").
inline constexpr std::uint64_t kIoPage = 4096;

}  // namespace lparsim::hypervisor
