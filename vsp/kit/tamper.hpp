#pragma once
#include <cstdint>
#include <vector>

#include "models/vsp/dependencies.hpp"
#include "models/vsp/hooks.hpp"
#include "models/vsp/port.hpp"
#include "models/vsp/records.hpp"
#include "sim/base/ids.hpp"

namespace lparsim::vsp::kit {

/// Makes the platform lie, to prove that a check of the platform can fail: each function may change what it is given.
class Tamper {
 public:
  virtual ~Tamper() = default;
  /// On its way to a partition. False: it never comes.
  virtual bool message(PartitionId vsp, Message& message) {
    (void)vsp, (void)message;
    return true;
  }
  /// What a client is told.
  virtual void outcome(Outcome& outcome) { (void)outcome; }
  /// How often a client is told.
  virtual unsigned answers() { return 1; }
  /// Of a copy from or to granted memory.
  virtual std::int32_t copied(std::int32_t status) { return status; }
  /// How often the interrupt comes.
  virtual unsigned rings() { return 1; }
  /// What the platform reports.
  virtual void event(VspEvent& event) { (void)event; }
  virtual void status(VspStatus& status) { (void)status; }
  /// What is known when dependencies are looked at.
  virtual void dependencies(std::vector<Dependency>& all) { (void)all; }
};

}  // namespace lparsim::vsp::kit
