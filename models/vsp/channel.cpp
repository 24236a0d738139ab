#include "models/vsp/channel.hpp"

#include <algorithm>

#include "models/vsp/layout.hpp"

namespace lparsim::vsp {
namespace {

/// By the description of the interface.
bool has_place(std::uint16_t type, ChannelState state) {
  const Layout* layout = layout_of(type);
  return layout != nullptr && (layout->legal_from >> static_cast<unsigned>(state) & 1) != 0;
}

constexpr Refusal kStale{LPARSIM_VSP_STALE, offsetof(lparsim_vsp_header, epoch)};

}  // namespace

std::optional<Refusal> Channel::admit(const lparsim_vsp_header& header) const {
  const bool up = state_ >= ChannelState::initialized && state_ <= ChannelState::quiescing;
  // As with a command/response queue: who says INIT on an open channel has lost track of it, and it begins anew.
  if (header.type == LPARSIM_VSP_INIT && up) return Refusal{LPARSIM_VSP_PROTOCOL, 0, true};
  const bool begins = header.type == LPARSIM_VSP_INIT || header.type == LPARSIM_VSP_INIT_COMPLETE || header.type == LPARSIM_VSP_HELLO;
  const bool answers_nothing = header.type == LPARSIM_VSP_INIT_COMPLETE && state_ == ChannelState::closed && !init_sent_;
  const bool placed = has_place(header.type, state_) && !answers_nothing;
  if (header.epoch != header_epoch() && (placed || !begins)) return kStale;
  if (!placed) return Refusal{LPARSIM_VSP_PROTOCOL, 0};
  return std::nullopt;
}

Channel::Step Channel::take(std::span<const std::uint8_t> message) {
  switch (parse<lparsim_vsp_header>(message).type) {
    case LPARSIM_VSP_INIT:
      // Where the platform's own INIT is still on its way, the partition will answer it too: both orders end here.
      state_ = ChannelState::initialized;
      return {to_message(bytes_of(blank<lparsim_vsp_init>(LPARSIM_VSP_INIT_COMPLETE))), {}, true};
    case LPARSIM_VSP_INIT_COMPLETE: {
      init_sent_ = false;
      const bool first = state_ == ChannelState::closed;
      if (first) state_ = ChannelState::initialized;
      return {{}, {}, first};
    }
    case LPARSIM_VSP_HELLO:
      return hello(parse<lparsim_vsp_hello>(message));
    case LPARSIM_VSP_FEATURES:
      return features(parse<lparsim_vsp_features>(message));
    case LPARSIM_VSP_READY:
      state_ = ChannelState::ready;
      return {{}, {}, true};
    case LPARSIM_VSP_RESET:
      state_ = ChannelState::initialized;
      must_offer_ = 0;
      return {{}, {}, true};
    default:
      return {};
  }
}

void Channel::open(bool says_init) {
  state_ = ChannelState::closed;
  init_sent_ = says_init;
}

Channel::Step Channel::hello(const lparsim_vsp_hello& message) {
  auto welcome = blank<lparsim_vsp_welcome>(LPARSIM_VSP_WELCOME);
  welcome.major = LPARSIM_VSP_MAJOR;
  welcome.minor = std::min<std::uint16_t>(message.minor, LPARSIM_VSP_MINOR);
  if (message.major != LPARSIM_VSP_MAJOR) welcome.status = -LPARSIM_VSP_UNSUPPORTED;
  // What was in use when the partition was lost may still be in what it is given again.
  if (welcome.status == 0 && (message.features & must_offer_) != must_offer_) welcome.status = -LPARSIM_VSP_INVALID;
  if (welcome.status != 0) {
    leave(ChannelState::closed);
    return {to_message(bytes_of(welcome)), {}, true};
  }
  state_ = ChannelState::welcomed;
  ++epoch_;
  active_ = 0;
  offered_ = message.features & kFeatures;
  credits_ = std::min(message.credits, most_credits_);
  message_max_ = std::min({message.message_max, most_message_, std::uint32_t{LPARSIM_VSP_MESSAGE_MAX}});
  welcome.header.epoch = epoch_;
  welcome.message_max = message_max_;
  welcome.features = offered_;
  welcome.credits = credits_;
  return {to_message(bytes_of(welcome)), {}, true};
}

Channel::Step Channel::features(const lparsim_vsp_features& message) {
  auto answer = blank<lparsim_vsp_features>(LPARSIM_VSP_FEATURES_OK);
  if ((message.features & ~offered_) != 0 || (message.features & must_offer_) != must_offer_) {
    answer.status = LPARSIM_VSP_INVALID;
    answer.features = message.features & offered_;
    // The state stays: it may ask for less.
    return {to_message(bytes_of(answer)), Refusal{LPARSIM_VSP_INVALID, offsetof(lparsim_vsp_features, features)}, false};
  }
  answer.features = message.features;
  active_ = message.features;
  must_offer_ = message.features;
  state_ = ChannelState::negotiated;
  return {to_message(bytes_of(answer)), {}, true};
}

}  // namespace lparsim::vsp
