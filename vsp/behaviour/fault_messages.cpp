// What faulty behaviours send.
#include <cstring>

#include "models/vsp/hooks.hpp"
#include "models/vsp/wire.hpp"
#include "vsp/behaviour/faults.hpp"

namespace lparsim::vsp {

namespace {

// Of the verdicts that whoever gave this one may give, the one that changes most.
std::uint32_t other_verdict(std::uint32_t verdict) {
  return verdict == LPARSIM_VSP_DENY ? LPARSIM_VSP_COMPLETE : LPARSIM_VSP_DENY;
}

constexpr std::uint64_t kNoSuchCall = 1ULL << 63;
constexpr std::uint64_t kNoSuchFeature = 1ULL << 63;

}  // namespace

void FaultyBehaviour::make_wrong(Message& message) {
  auto reply = read_as<lparsim_vsp_reply>(message.view());
  if (!reply) return;
  const bool has_values = reply->verdict == LPARSIM_VSP_COMPLETE || reply->verdict == LPARSIM_VSP_MODIFY;
  const std::uint64_t lot = plan_.bits();
  if (has_values && (lot & 1) != 0) {
    reply->values[(lot >> 1) % 8] ^= plan_.bits();
  } else if (reply->verdict == LPARSIM_VSP_COMPLETE && (lot & 2) != 0) {
    reply->status = reply->status == LPARSIM_VSP_OK ? LPARSIM_VSP_IO_ERROR : LPARSIM_VSP_OK;
  } else {
    reply->verdict = other_verdict(reply->verdict);
    reply->status = reply->verdict == LPARSIM_VSP_DENY ? LPARSIM_VSP_IO_ERROR : LPARSIM_VSP_OK;
  }
  std::memcpy(message.bytes.data(), &*reply, sizeof *reply);
}

void FaultyBehaviour::violate(const Fault& fault, std::span<const std::uint8_t> bytes) {
  const auto call = read_as<lparsim_vsp_call>(bytes);
  if (!call) return;
  Violation violation = fault.violation;
  if (violation == Violation::any) violation = static_cast<Violation>(1 + plan_.bits() % (kViolations - 1));
  auto reply = blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY, epoch_);
  reply.call = call->call;
  reply.verdict = LPARSIM_VSP_DENY;
  reply.status = LPARSIM_VSP_IO_ERROR;
  switch (violation) {
    case Violation::unknown_call:
      reply.call ^= kNoSuchCall;
      break;
    case Violation::stale_epoch:
      reply.header.epoch = epoch_ - 1;
      break;
    case Violation::bad_length:
      reply.header.length = static_cast<std::uint16_t>(sizeof reply - 8);
      break;
    case Violation::non_zero_reserved:
      reply.reserved = 1;
      break;
    case Violation::init_when_established: {
      const auto init = blank<lparsim_vsp_init>(LPARSIM_VSP_INIT, 0);
      platform_.send(bytes_of(init));
      return;
    }
    case Violation::foreign_hook: {
      auto registration = blank<lparsim_vsp_register>(LPARSIM_VSP_REGISTER, epoch_);
      registration.registration = ~0U;
      registration.role = LPARSIM_VSP_PROVIDER;
      registration.hook = 1;
      while ((hooks_ >> registration.hook & 1) != 0 && registration.hook < kHooks - 1) ++registration.hook;
      registration.function_last = LPARSIM_VSP_ANY_FUNCTION_LAST;
      platform_.send(bytes_of(registration));
      return;
    }
    case Violation::any:
    case Violation::message_before_ready:
    case Violation::unoffered_feature:
      return;  // in the handshake only
  }
  platform_.send(bytes_of(reply));
}

std::int32_t FaultyBehaviour::violate_in_handshake(std::span<const std::uint8_t> message) {
  const Fault* fault = plan_.strikes(FaultKind::violation, platform_.now());
  if (fault == nullptr) return platform_.send(message);
  const auto wants = [&](Violation violation) {
    return fault->violation == violation || fault->violation == Violation::any;
  };
  if (type_of(message) == LPARSIM_VSP_HELLO) {
    const auto ready = blank<lparsim_vsp_init>(LPARSIM_VSP_READY, 0);
    if (wants(Violation::message_before_ready)) platform_.send(bytes_of(ready));
    return platform_.send(message);
  }
  Message copy = to_message(message);
  auto features = read_as<lparsim_vsp_features>(message);
  if (features && wants(Violation::unoffered_feature)) {
    features->features |= kNoSuchFeature;
    std::memcpy(copy.bytes.data(), &*features, sizeof *features);
  }
  return platform_.send(copy.view());
}

}  // namespace lparsim::vsp
