#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "models/vsp/config.hpp"
#include "models/vsp/port.hpp"
#include "models/vsp/records.hpp"
#include "models/vsp/wire.hpp"

namespace lparsim::vsp {

/// What the platform supports of lparsim_vsp_feature.
inline constexpr std::uint64_t kFeatures = LPARSIM_VSP_F_DEFER | LPARSIM_VSP_F_OUTCOME | LPARSIM_VSP_F_ISSUE | LPARSIM_VSP_F_REISSUE |
                                           LPARSIM_VSP_F_CALLERS_TIME | LPARSIM_VSP_F_NOTICE;

/// The platform's end of one partition's channel: which messages it takes in which state, and what both have agreed on. Who owns it sends
/// what it answers and deals with calls and registrations.
class Channel {
 public:
  Channel(std::uint32_t most_credits, std::uint32_t most_message) : most_credits_{most_credits}, most_message_{most_message} {}

  ChannelState state() const { return state_; }
  bool ready() const { return state_ == ChannelState::ready; }
  /// Replies are taken: ready, or about to be suspended.
  bool answers() const { return state_ == ChannelState::ready || state_ == ChannelState::quiescing; }
  std::uint32_t epoch() const { return epoch_; }  ///< the last one that a WELCOME said; 0: none ever
  /// What headers carry: 0 before WELCOME.
  std::uint32_t header_epoch() const { return agreed() ? epoch_ : 0; }
  std::uint64_t features() const { return active_; }
  bool has(std::uint64_t feature) const { return (active_ & feature) != 0; }
  std::uint32_t credits() const { return credits_; }
  std::uint32_t message_max() const { return agreed() ? message_max_ : LPARSIM_VSP_MESSAGE_MAX; }

  /// Whether the state has a place for a message of the type and epoch.
  std::optional<Refusal> admit(const lparsim_vsp_header& header) const;

  struct Step {
    std::optional<Message> answer;
    std::optional<Refusal> refusal;
    bool changed = false;  ///< the state
  };
  /// An admitted INIT, INIT_COMPLETE, HELLO, FEATURES, READY or RESET.
  Step take(std::span<const std::uint8_t> message);

  /// The partition runs, or may come back: it is to say INIT, or to answer the platform's.
  void open(bool says_init);
  /// Replies to what it has are taken, but nothing new.
  void quiesce() { state_ = ChannelState::quiescing; }
  /// To a state without a partition that answers: off, closed, suspended, backing_off. The epoch is over.
  void leave(ChannelState state) {
    state_ = state;
    init_sent_ = false;
  }
  /// Another program may come up in the partition: it need not offer what the last one used.
  void forget() { must_offer_ = 0; }

 private:
  bool agreed() const { return state_ >= ChannelState::welcomed && state_ <= ChannelState::quiescing; }
  Step hello(const lparsim_vsp_hello& message);
  Step features(const lparsim_vsp_features& message);

  std::uint32_t most_credits_;
  std::uint32_t most_message_;
  ChannelState state_ = ChannelState::off;
  bool init_sent_ = false;  ///< and not answered
  std::uint32_t epoch_ = 0;
  std::uint32_t message_max_ = LPARSIM_VSP_MESSAGE_MAX;
  std::uint32_t credits_ = 0;
  std::uint64_t offered_ = 0;  ///< in WELCOME
  std::uint64_t active_ = 0;
  std::uint64_t must_offer_ = 0;  ///< what was active in the last epoch, unless that ended in good order
};

}  // namespace lparsim::vsp
