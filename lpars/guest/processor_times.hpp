#pragma once
#include "sim/base/time.hpp"

namespace lparsim::guest {

/// What a partition's virtual processors did, summed over them: user + system + idle = dispatched, exactly.
struct ProcessorTimes {
  SimTime user;        ///< a thread's instructions
  SimTime system;      ///< on a core, before the processor's own instructions start: the cost of the dispatch
  SimTime idle;        ///< on a core with nothing to do
  SimTime dispatched;  ///< on a core
  SimTime online;      ///< existing, on a core or not

  /// lparstat's lbusy, as a share of 1: how much of the logical processors' time went into user and system (man/lparstat.8 of
  /// powerpc-utils). One hardware thread is a logical processor here.
  double logical_busy() const { return online > SimTime{} ? (user + system).seconds() / online.seconds() : 0; }

  ProcessorTimes operator-(const ProcessorTimes& o) const {
    return {user - o.user, system - o.system, idle - o.idle, dispatched - o.dispatched, online - o.online};
  }
};

}  // namespace lparsim::guest
