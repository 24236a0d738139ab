#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/base/time.hpp"

namespace lparsim::vsp {

/// A message between a Virtual Service Partition and the platform: the bytes of one of the structures of <lparsim/vsp.h>.
struct Message {
  static constexpr std::size_t kMost = 512;
  std::array<std::uint8_t, kMost> bytes{};
  std::uint32_t length = 0;
  std::span<const std::uint8_t> view() const { return std::span{bytes}.first(length); }
};

/// The partition's end of its channel to the platform, as its operating system has it: three hypervisor calls and an interrupt.
class Port {
 public:
  virtual ~Port() = default;
  /// H_VSP_SEND. What is wrong with a message comes back as a message; the call itself succeeds unless the length is impossible.
  virtual std::int32_t send(std::span<const std::uint8_t> message, SimTime now) = 0;
  /// H_VSP_RECEIVE: the next message, if there is one.
  virtual std::optional<Message> receive(SimTime now) = 0;
  /// H_VSP_COPY: `bytes` from or to granted memory. A status of <lparsim/vsp.h>.
  virtual std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> bytes, SimTime now) = 0;
  virtual std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> bytes, SimTime now) = 0;
  /// Processor time of the calls since it was asked last.
  virtual SimTime take_cost() = 0;
  /// The interrupt of the channel: raised when a message comes and there was none.
  virtual std::uint32_t interrupt_source() const = 0;
};

/// Where a service runs on its caller's time: the platform hands it a call and has its answers before it returns.
class OnCallersTime {
 public:
  virtual ~OnCallersTime() = default;
  /// Takes the message at once; what it sends meanwhile goes through its Port. Returns the processor time that it computed for.
  virtual SimTime serve(std::span<const std::uint8_t> message, SimTime now) = 0;
};

}  // namespace lparsim::vsp
