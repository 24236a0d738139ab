#pragma once
#include <cstdint>

#include "sim/base/time.hpp"

namespace lparsim::kernel {

/// Is called when its time has come.
class Alarm {
 public:
  virtual ~Alarm() = default;
  virtual void rings(std::uint64_t argument, SimTime now) = 0;
};

/// When things are due. Devices, links and other logic that knows no simulation kernel ask it to be called; a test drives one by hand
/// (sim/kernel/testing/manual_calendar.hpp). What is due at the same instant comes in the order in which it was asked for.
class Calendar {
 public:
  virtual ~Calendar() = default;
  /// `alarm`, which lives until then, is given `argument` at `when`, not before the present. There is no way to cancel: who loses
  /// interest says so in the argument.
  virtual void call(Alarm& alarm, std::uint64_t argument, SimTime when) = 0;
};

}  // namespace lparsim::kernel
