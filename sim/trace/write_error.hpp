#pragma once
#include <stdexcept>

namespace lparsim::trace {

/// The run file could not be written: path and reason. Thrown on the simulation thread; what had been committed stays readable.
class WriteError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace lparsim::trace
