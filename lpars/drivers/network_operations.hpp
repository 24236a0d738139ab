#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "lpars/workload/io_operations.hpp"

namespace lparsim::drivers {

/// The part of workload::IoOperations that goes over the network, with the same contracts: steps of kind `send` and `call`, and serving.
/// Handles are its own, below 2^31.
class NetworkOperations {
 public:
  virtual ~NetworkOperations() = default;

  virtual std::uint32_t peer(std::string_view name) = 0;
  virtual std::uint32_t begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) = 0;
  virtual std::optional<system::Activity> next(std::uint32_t handle, SimTime now) = 0;
  virtual bool failed(std::uint32_t handle) const = 0;
  virtual void serve(std::string_view name, workload::IoOperations::Acceptor& acceptor) = 0;
  virtual std::uint32_t answer(std::uint64_t request, system::ThreadId thread, SimTime now) = 0;
};

}  // namespace lparsim::drivers
