#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "sim/base/time.hpp"

namespace lparsim::vsp {

/// What a behaviour may ask of the platform while one of its functions runs; as lparsim_vsp_platform in <lparsim/vsp.h>. Takes place in
/// order, with the computing in between.
class Platform {
 public:
  virtual ~Platform() = default;
  virtual std::int32_t send(std::span<const std::uint8_t> message) = 0;
  virtual void compute(SimTime time) = 0;
  virtual std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) = 0;
  virtual std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) = 0;
  virtual SimTime now() = 0;
  virtual void set_timer(std::uint64_t tag, SimTime after) = 0;
  virtual std::uint64_t random() = 0;
  virtual void log(std::string_view text) = 0;
};

/// What a Virtual Service Partition does: declared in a scenario, or a shared object (lparsim_vsp_behaviour). Its functions are called one
/// at a time and take no time themselves; Platform::compute says what they cost.
class Behaviour {
 public:
  virtual ~Behaviour() = default;
  /// The partition runs (again); the channel is closed. Usually sends INIT.
  virtual void started() = 0;
  virtual void message(std::span<const std::uint8_t> message) = 0;
  virtual void timer(std::uint64_t tag) = 0;
};

/// Makes one, for each activation of its partition anew; `platform` outlives it. Null: it cannot, and has logged why.
using BehaviourFactory = std::function<std::unique_ptr<Behaviour>(Platform& platform)>;

}  // namespace lparsim::vsp
