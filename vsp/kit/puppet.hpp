#pragma once
#include <lparsim/vsp.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "models/vsp/wire.hpp"
#include "vsp/kit/bench.hpp"

namespace lparsim::vsp::kit {

/// A Virtual Service Partition that does what a check says, step by step: to stand beside the one that is checked, or to try the platform.
class Puppet {
 public:
  Puppet(Bench& bench, PartitionId partition) : bench_{bench}, partition_{partition} {}

  /// Adds it to the server and starts its partition, whose processor is on a core from then on.
  void start(const VspConfig& config);
  /// INIT to FEATURES_OK. False: the platform did not answer as it should.
  bool connect(std::uint64_t features = ~std::uint64_t{0}, std::uint32_t credits = 16);
  /// REGISTER; the status of REGISTERED, or of ERROR.
  std::int32_t enter(std::uint32_t registration, std::uint16_t hook, std::uint16_t role, std::uint32_t first, std::uint32_t last);
  std::int32_t enter(std::uint32_t registration, Hook hook, Role role, std::uint32_t first = 0, std::uint32_t last = ~0U) {
    return enter(registration, static_cast<std::uint16_t>(hook), static_cast<std::uint16_t>(role), first, last);
  }
  void ready() { say(LPARSIM_VSP_READY); }
  /// All of it: connected, registered once, ready.
  bool serve(const VspConfig& config, Hook hook, Role role, std::uint64_t features = ~std::uint64_t{0}, std::uint32_t credits = 16);

  /// A message without fields of its own.
  std::int32_t say(lparsim_vsp_type type);
  template <class T>
  std::int32_t send(const T& message) {
    return bench_.send_as(partition_, bytes_of(message));
  }
  template <class T>
  T blank(lparsim_vsp_type type) const {
    return vsp::blank<T>(type, epoch_);
  }
  /// The next message of the type; those before it are kept for later, in their order.
  std::optional<Message> next(std::uint16_t type);
  template <class T>
  std::optional<T> next_as(std::uint16_t type) {
    const auto message = next(type);
    return message ? read_as<T>(message->view()) : std::nullopt;
  }
  std::optional<lparsim_vsp_call> next_call() { return next_as<lparsim_vsp_call>(LPARSIM_VSP_CALL); }
  /// Status of the next ERROR; 0 where there is none.
  std::int32_t error();
  void reply(std::uint64_t call, lparsim_vsp_verdict verdict, std::int32_t status = 0, std::uint32_t flags = 0);
  /// Forgets what has come.
  void drop();
  std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) {
    return bench_.copy_as(partition_, grant, offset, to, {});
  }
  std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) {
    return bench_.copy_as(partition_, grant, offset, {}, from);
  }
  /// Its partition runs again, from nothing.
  void restart(bool failed);

  ChannelState state() { return bench_.status(partition_).state; }
  VspStatus status() { return bench_.status(partition_); }
  PartitionId partition() const { return partition_; }
  std::uint32_t epoch() const { return epoch_; }
  std::uint32_t credits() const { return credits_; }
  std::uint64_t features() const { return features_; }

 private:
  void take();

  Bench& bench_;
  PartitionId partition_;
  std::uint32_t epoch_ = 0, credits_ = 0;
  std::uint64_t features_ = 0;
  std::vector<Message> kept_;
};

}  // namespace lparsim::vsp::kit
