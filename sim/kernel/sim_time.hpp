#pragma once
#include <algorithm>
#include <systemc>

#include "sim/base/time.hpp"

namespace lparsim::kernel {

/// SystemC runs at its default resolution of 1 ps, so the two clocks are the same number.
inline sc_core::sc_time to_sc_time(SimTime t) {
  return sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(t.ps()));
}
inline SimTime from_sc_time(const sc_core::sc_time& t) {
  return SimTime::from_ps(static_cast<std::int64_t>(t.value()));
}
namespace detail {
inline SimTime ahead;  ///< of the kernel's clock, when it is: see Agenda
}  // namespace detail
inline SimTime now() {
  return std::max(detail::ahead, from_sc_time(sc_core::sc_time_stamp()));
}

}  // namespace lparsim::kernel
