#include "vsp/kit/monitor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/layouts.hpp"
#include "models/vsp/wire.hpp"

namespace lparsim::vsp::kit {

namespace {

bool verdict_fits(std::uint16_t role, std::uint32_t verdict) {
  switch (verdict) {
    case LPARSIM_VSP_PASS:
    case LPARSIM_VSP_MODIFY:
      return role == LPARSIM_VSP_FILTER;
    case LPARSIM_VSP_NATIVE:
      return role == LPARSIM_VSP_PROVIDER;
    case LPARSIM_VSP_DENY:
    case LPARSIM_VSP_COMPLETE:
    case LPARSIM_VSP_DEFER:
      return role == LPARSIM_VSP_FILTER || role == LPARSIM_VSP_PROVIDER;
    default:
      return false;
  }
}

}  // namespace

void Monitor::breach(int check, SimTime now, std::string text) {
  breaches_.push_back({check, now, std::move(text)});
}

void Monitor::close() {
  phase_ = Phase::closed;
  init_sent_ = init_received_ = false;
  epoch_ = 0;
  features_ = 0;
  issues_.clear();
  calls_.clear();
  grants_.clear();
}

void Monitor::started(SimTime now) {
  (void)now;
  close();
  shut_until_ = SimTime{};
}

void Monitor::begin_epoch(std::uint32_t epoch) {
  calls_.clear();
  grants_.clear();
  issues_.clear();
  epoch_ = epoch;
}

bool Monitor::well_formed(std::span<const std::uint8_t> message, SimTime now) {
  const auto header = read_as<lparsim_vsp_header>(message);
  if (!header) {
    breach(6, now, fmt::format("It sent {} bytes, less than a header", message.size()));
    return false;
  }
  const Layout* layout = layout_of(header->type);
  if (layout == nullptr || layout->legal_from == 0) {
    breach(6, now, fmt::format("It sent {}, which is no message of a partition", message_name(header->type)));
    return false;
  }
  if (header->length != message.size() || message.size() != layout->length) {
    breach(6, now,
           fmt::format("It sent {} of {} bytes that says {}; version {}.{} has {}", layout->name, message.size(), header->length,
                       LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, layout->length));
    return false;
  }
  for (const Field& field : layout->fields)
    if (field.reserved() && number_in(message, field) != 0)
      breach(6, now,
             fmt::format("It sent {} with {:#x} in the reserved field at {}", layout->name, number_in(message, field), field.offset));
  const std::uint64_t role = number_in(message, "role"), verdict = number_in(message, "verdict");
  if (header->type == LPARSIM_VSP_REGISTER && (role < LPARSIM_VSP_OBSERVER || role > LPARSIM_VSP_PROVIDER)) {
    breach(6, now, fmt::format("It sent REGISTER with the role {}, which does not exist", role));
    return false;
  }
  if (header->type == LPARSIM_VSP_REPLY && (verdict < LPARSIM_VSP_PASS || verdict > LPARSIM_VSP_DEFER)) {
    breach(6, now, fmt::format("It sent REPLY with the verdict {}, which does not exist", verdict));
    return false;
  }
  return true;
}

bool Monitor::in_place(std::uint16_t type, SimTime now) {
  const auto one_of = [&](std::initializer_list<Phase> phases) {
    return std::find(phases.begin(), phases.end(), phase_) != phases.end();
  };
  bool fits = false;
  switch (type) {
    case LPARSIM_VSP_INIT:
      if (phase_ == Phase::closed || phase_ == Phase::refused) return true;
      breach(1, now, "It sent INIT although the channel was up");
      return false;
    case LPARSIM_VSP_INIT_COMPLETE:
      if (init_received_) return true;
      breach(1, now, "It sent INIT_COMPLETE although there was no INIT to be answered");
      return false;
    case LPARSIM_VSP_HELLO:
      fits = one_of({Phase::initialized});
      break;
    case LPARSIM_VSP_FEATURES:
      if (one_of({Phase::negotiated, Phase::ready})) {
        breach(5, now, "It sent FEATURES again without RESET");
        return false;
      }
      fits = one_of({Phase::welcomed});
      break;
    case LPARSIM_VSP_UNREGISTER:
      fits = one_of({Phase::negotiated, Phase::ready, Phase::quiescing});
      break;
    case LPARSIM_VSP_REGISTER:
      fits = one_of({Phase::negotiated, Phase::ready});
      break;
    case LPARSIM_VSP_READY:
      fits = one_of({Phase::negotiated});
      break;
    case LPARSIM_VSP_REPLY:
      fits = one_of({Phase::ready, Phase::quiescing});
      break;
    case LPARSIM_VSP_ISSUE:
      fits = one_of({Phase::ready, Phase::quiescing});
      break;
    case LPARSIM_VSP_QUIESCED:
      fits = one_of({Phase::quiescing});
      break;
    default:  // RESET
      fits = !one_of({Phase::closed, Phase::refused, Phase::quiesced});
  }
  if (phase_ == Phase::refused && !fits)
    breach(7, now, fmt::format("It sent {} although WELCOME had refused its version", message_name(type)));
  else if (phase_ == Phase::quiesced && !fits)
    breach(24, now, fmt::format("It sent {} after QUIESCED", message_name(type)));
  else if (!fits)
    breach(2, now, fmt::format("It sent {} at a time when it had no place", message_name(type)));
  return fits;
}

void Monitor::sent(std::span<const std::uint8_t> message, SimTime now) {
  ++sent_;
  if (!well_formed(message, now)) return;
  const auto header = *read_as<lparsim_vsp_header>(message);
  if (now < shut_until_) {
    breach(19, now, fmt::format("It sent {} during its back-off", message_name(header.type)));
    return;
  }
  const bool before_welcome =
      header.type == LPARSIM_VSP_INIT || header.type == LPARSIM_VSP_INIT_COMPLETE || header.type == LPARSIM_VSP_HELLO;
  const bool in_epoch = before_welcome ? header.epoch == 0 : header.epoch == epoch_;
  if (!in_epoch)
    breach(9, now,
           fmt::format("It sent {} with epoch {} in epoch {}", message_name(header.type), header.epoch, before_welcome ? 0 : epoch_));
  if (!in_place(header.type, now) || !in_epoch) return;
  switch (header.type) {
    case LPARSIM_VSP_INIT:
      phase_ = Phase::closed;
      init_sent_ = true;
      break;
    case LPARSIM_VSP_INIT_COMPLETE:
      init_received_ = false;
      if (phase_ == Phase::closed || phase_ == Phase::refused) phase_ = Phase::initialized;
      break;
    case LPARSIM_VSP_HELLO: {
      const auto hello = *read_as<lparsim_vsp_hello>(message);
      if (hello.major != LPARSIM_VSP_MAJOR)
        breach(7, now, fmt::format("HELLO says version {}, the header's is {}", hello.major, LPARSIM_VSP_MAJOR));
      if (hello.credits == 0) breach(8, now, "HELLO offers no credit: it could never be called");
      if (hello.name[sizeof hello.name - 1] != 0) breach(6, now, "The name in HELLO has no zero byte at its end");
      phase_ = Phase::greeted;
      break;
    }
    case LPARSIM_VSP_FEATURES:
      if (const std::uint64_t more = number_in(message, "features") & ~welcome_; more != 0)
        breach(5, now, fmt::format("FEATURES has {}, which WELCOME did not have", feature_names(more)));
      phase_ = Phase::asked;
      break;
    case LPARSIM_VSP_READY:
      phase_ = Phase::ready;
      break;
    case LPARSIM_VSP_REPLY:
      replied(message, now);
      break;
    case LPARSIM_VSP_ISSUE:
      if ((features_ & LPARSIM_VSP_F_ISSUE) == 0) breach(5, now, "It sent ISSUE without the feature F_ISSUE");
      issues_.insert(number_in(message, "issue"));
      if (issues_.size() > credits_) breach(8, now, fmt::format("It has {} issues under way and {} credits", issues_.size(), credits_));
      break;
    case LPARSIM_VSP_QUIESCED:
      if (const auto open = std::count_if(calls_.begin(), calls_.end(), [](const auto& c) { return !c.second.over; }); open > 0)
        breach(24, now, fmt::format("It sent QUIESCED with {} calls unanswered", open));
      phase_ = Phase::quiesced;
      break;
    case LPARSIM_VSP_RESET:
      begin_epoch(0);
      features_ = 0;
      phase_ = Phase::initialized;
      break;
    default:
      break;
  }
}

void Monitor::replied(std::span<const std::uint8_t> message, SimTime now) {
  const auto reply = *read_as<lparsim_vsp_reply>(message);
  const auto found = calls_.find(reply.call);
  if (found == calls_.end()) return breach(9, now, fmt::format("It answered call {}, which it was never given", reply.call));
  Taken& call = found->second;
  if (call.role == LPARSIM_VSP_OBSERVER) return breach(9, now, fmt::format("It answered call {}, a copy for an observer", reply.call));
  if (call.over) return breach(9, now, fmt::format("It answered call {}, which was over", reply.call));
  if (!verdict_fits(call.role, reply.verdict))
    return breach(
        23, now,
        fmt::format("It answered call {} with {} as a {}", reply.call, verdict_name(reply.verdict), name_in(kRoleNames, call.role)));
  if (reply.verdict == LPARSIM_VSP_DEFER) {
    if ((features_ & LPARSIM_VSP_F_DEFER) == 0) breach(5, now, "It sent DEFER without the feature F_DEFER");
    if (call.deferred) breach(23, now, fmt::format("It deferred call {} twice", reply.call));
    call.deferred = true;
    return;
  }
  call.over = true;
}

void Monitor::called(std::span<const std::uint8_t> message) {
  const auto call = read_as<lparsim_vsp_call>(message);
  if (!call) return;
  Taken& taken = calls_[call->call];
  taken = {call->role, false, call->role == LPARSIM_VSP_OBSERVER, {call->grants[0].id, call->grants[1].id}};
  for (const auto& grant : call->grants)
    if (grant.id != 0) grants_[grant.id] = {call->call, std::vector<bool>(grant.length)};
}

void Monitor::received(std::span<const std::uint8_t> message, SimTime now) {
  switch (type_of(message)) {
    case LPARSIM_VSP_INIT:
      // On a channel that was up: the platform has closed it, and begins again.
      if (phase_ != Phase::closed) close();
      shut_until_ = SimTime{};
      init_received_ = true;
      break;
    case LPARSIM_VSP_INIT_COMPLETE:
      if (phase_ == Phase::closed && init_sent_) phase_ = Phase::initialized;
      init_sent_ = false;
      break;
    case LPARSIM_VSP_WELCOME:
      if (number_in(message, "status") != 0) {
        close();
        phase_ = Phase::refused;
        break;
      }
      begin_epoch(static_cast<std::uint32_t>(number_in(message, "epoch")));
      welcome_ = number_in(message, "features");
      credits_ = static_cast<std::uint32_t>(number_in(message, "credits"));
      phase_ = Phase::welcomed;
      break;
    case LPARSIM_VSP_FEATURES_OK:
      features_ = number_in(message, "features");
      phase_ = number_in(message, "status") == 0 ? Phase::negotiated : Phase::welcomed;
      break;
    case LPARSIM_VSP_CALL:
      called(message);
      break;
    case LPARSIM_VSP_CANCEL:
      if (const auto found = calls_.find(number_in(message, "call")); found != calls_.end()) found->second.over = true;
      break;
    case LPARSIM_VSP_ISSUED:
      issues_.erase(number_in(message, "call"));
      break;
    case LPARSIM_VSP_NOTICE: {
      const std::uint64_t reason = number_in(message, "reason");
      if (reason == LPARSIM_VSP_SUSPEND || reason == LPARSIM_VSP_SHUTDOWN) phase_ = Phase::quiescing;
      if (reason == LPARSIM_VSP_RESUME) close();
      if (reason == LPARSIM_VSP_EJECTED) {
        close();
        shut_until_ = now + SimTime::from_ns(static_cast<std::int64_t>(number_in(message, "time")));
      }
      break;
    }
    case LPARSIM_VSP_ERROR:
      if (number_in(message, "closed") != 0) close();
      break;
    default:
      break;
  }
}

void Monitor::copied(std::uint64_t grant, std::uint32_t offset, std::uint32_t length, bool write, std::int32_t status, SimTime now) {
  const auto found = grants_.find(grant);
  if (found == grants_.end()) return breach(12, now, fmt::format("It copied with grant {}, which it was not given in this epoch", grant));
  const auto call = calls_.find(found->second.call);
  if (call != calls_.end() && call->second.over)
    return breach(12, now, fmt::format("It copied with grant {} after call {} was over", grant, found->second.call));
  std::vector<bool>& read = found->second.read;
  if (std::uint64_t{offset} + length > read.size())
    return breach(12, now, fmt::format("It copied {} bytes at {} of a grant of {}", length, offset, read.size()));
  if (status == LPARSIM_VSP_FAULT) breach(12, now, fmt::format("It copied with grant {} in a direction that it does not have", grant));
  if (write || status != LPARSIM_VSP_OK) return;
  const auto begin = read.begin() + offset, end = begin + length;
  if (std::find(begin, end, true) != end) breach(11, now, fmt::format("It read bytes of grant {} twice: they may differ", grant));
  std::fill(begin, end, true);
}

}  // namespace lparsim::vsp::kit
