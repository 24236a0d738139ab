#include "vsp/behaviour/declared.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "models/vsp/wire.hpp"

namespace lparsim::vsp {

std::uint64_t bytes_of_call(const lparsim_vsp_call& call) {
  switch (static_cast<Hook>(call.hook)) {
    case Hook::switch_frame:
    case Hook::sea_forward:
      return call.arguments[0];
    case Hook::os_service:
      return call.arguments[2];
    case Hook::vscsi_command:
      return call.arguments[6];
    default:
      return std::uint64_t{call.grants[0].length} + call.grants[1].length;
  }
}

DeclaredBehaviour::DeclaredBehaviour(const DeclaredConfig& config, std::shared_ptr<DeclaredCounts> counts, Platform& platform)
    : config_{config}, counts_{std::move(counts)}, platform_{platform}, retry_{config.first_retry} {}

void DeclaredBehaviour::say(lparsim_vsp_type type) {
  const bool first = type == LPARSIM_VSP_INIT || type == LPARSIM_VSP_INIT_COMPLETE;
  platform_.send(bytes_of(blank<lparsim_vsp_init>(type, first ? 0 : epoch_)));
}

void DeclaredBehaviour::started() {
  initialize();
}

void DeclaredBehaviour::initialize() {
  phase_ = Phase::initializing;
  open_ = false;
  say(LPARSIM_VSP_INIT);
}

void DeclaredBehaviour::hello() {
  phase_ = Phase::greeting;
  open_ = true;
  epoch_ = 0;
  deferred_.clear();
  auto hello = blank<lparsim_vsp_hello>(LPARSIM_VSP_HELLO, 0);
  hello.major = LPARSIM_VSP_MAJOR;
  hello.minor = LPARSIM_VSP_MINOR;
  hello.message_max = LPARSIM_VSP_MESSAGE_MAX;
  hello.features = config_.features;
  hello.credits = std::max(config_.credits, 1U);
  std::strncpy(hello.name, config_.name.c_str(), sizeof hello.name - 1);
  platform_.send(bytes_of(hello));
}

void DeclaredBehaviour::message(std::span<const std::uint8_t> message) {
  const auto with = [&]<class Structure>(void (DeclaredBehaviour::*handler)(const Structure&)) {
    if (const auto structure = read_as<Structure>(message)) (this->*handler)(*structure);
  };
  switch (type_of(message)) {
    case LPARSIM_VSP_INIT:
      // Theirs may have crossed ours, or be the first of a channel that comes up again; a HELLO that was said before, while the partition
      // was suspended perhaps, is lost then.
      say(LPARSIM_VSP_INIT_COMPLETE);
      hello();
      break;
    case LPARSIM_VSP_INIT_COMPLETE:
      if (phase_ == Phase::initializing) hello();
      break;
    case LPARSIM_VSP_WELCOME:
      with(&DeclaredBehaviour::welcomed);
      break;
    case LPARSIM_VSP_FEATURES_OK:
      with(&DeclaredBehaviour::features_agreed);
      break;
    case LPARSIM_VSP_REGISTERED:
      with(&DeclaredBehaviour::registered);
      break;
    case LPARSIM_VSP_CALL:
      with(&DeclaredBehaviour::called);
      break;
    case LPARSIM_VSP_CANCEL:
      ++counts_->cancelled;
      if (const auto cancel = read_as<lparsim_vsp_outcome>(message)) {
        std::erase_if(deferred_, [&](const auto& entry) { return entry.second.call == cancel->call; });
      }
      break;
    case LPARSIM_VSP_OUTCOME:
    case LPARSIM_VSP_ISSUED:
      ++counts_->outcomes;
      break;
    case LPARSIM_VSP_NOTICE:
      with(&DeclaredBehaviour::noticed);
      break;
    case LPARSIM_VSP_ERROR:
      with(&DeclaredBehaviour::refused);
      break;
    default:
      break;  // of a later version
  }
}

void DeclaredBehaviour::welcomed(const lparsim_vsp_welcome& welcome) {
  // Also of one that comes when it has given up for now: what it says next, RESET, has this epoch.
  if (welcome.status == 0) epoch_ = welcome.header.epoch;
  if (phase_ != Phase::greeting) return;
  if (welcome.status != 0) return closed({});
  phase_ = Phase::negotiating;
  auto features = blank<lparsim_vsp_features>(LPARSIM_VSP_FEATURES, epoch_);
  features.features = welcome.features & config_.features;
  platform_.send(bytes_of(features));
}

void DeclaredBehaviour::features_agreed(const lparsim_vsp_features& features) {
  if (phase_ != Phase::negotiating) return;
  if (features.status != LPARSIM_VSP_OK) {
    // Those that are left may be used.
    auto use = blank<lparsim_vsp_features>(LPARSIM_VSP_FEATURES, epoch_);
    use.features = features.features;
    platform_.send(bytes_of(use));
    return;
  }
  features_ = features.features;
  phase_ = Phase::registering;
  answered_ = accepted_ = 0;
  for (std::size_t i = 0; i < config_.registrations.size(); ++i) {
    const DeclaredRegistration& wanted = config_.registrations[i];
    auto registration = blank<lparsim_vsp_register>(LPARSIM_VSP_REGISTER, epoch_);
    registration.registration = static_cast<std::uint32_t>(i);
    registration.hook = static_cast<std::uint16_t>(wanted.hook);
    registration.role = static_cast<std::uint16_t>(wanted.role);
    registration.function_first = wanted.function_first;
    registration.function_last = wanted.function_last;
    platform_.send(bytes_of(registration));
  }
}

void DeclaredBehaviour::registered(const lparsim_vsp_registered& answer) {
  if (phase_ != Phase::registering) return;
  ++answered_;
  if (answer.status == LPARSIM_VSP_OK) {
    ++accepted_;
  } else {
    ++counts_->refused_registrations;
    platform_.log("registration " + std::to_string(answer.registration) + " was refused: " + std::to_string(answer.status));
  }
  if (answered_ < config_.registrations.size()) return;
  if (accepted_ == 0) return again_later({});
  phase_ = Phase::ready;
  retry_ = config_.first_retry;
  ++counts_->handshakes;
  say(LPARSIM_VSP_READY);
}

void DeclaredBehaviour::noticed(const lparsim_vsp_notice& notice) {
  ++counts_->notices;
  const SimTime in = SimTime::from_ns(static_cast<std::int64_t>(std::min(notice.time, std::uint64_t{1} << 50)));
  switch (notice.reason) {
    case LPARSIM_VSP_SUSPEND:
    case LPARSIM_VSP_SHUTDOWN:
      while (!deferred_.empty()) answer_deferred(deferred_.begin()->first);
      phase_ = Phase::quiesced;
      say(LPARSIM_VSP_QUIESCED);
      break;
    case LPARSIM_VSP_RESUME:
      if (phase_ == Phase::quiesced || phase_ == Phase::ready) initialize();
      break;
    case LPARSIM_VSP_EJECTED:
      closed(in);
      break;
    default:
      break;
  }
}

void DeclaredBehaviour::refused(const lparsim_vsp_error& error) {
  ++counts_->errors;
  if (error.closed != 0) ++counts_->closed;
  if (error.closed != 0) {
    closed({});
  } else if (phase_ < Phase::ready && phase_ != Phase::closed) {
    // A refusal ends the handshake as well.
    again_later({});
  }
}

void DeclaredBehaviour::closed(SimTime at_least) {
  again_later(at_least);
  open_ = false;
}

void DeclaredBehaviour::again_later(SimTime at_least) {
  phase_ = Phase::closed;
  deferred_.clear();
  if (!config_.reconnects) return;
  retry_tag_ = next_tag_++;
  platform_.set_timer(retry_tag_, std::max(retry_, at_least));
  retry_ = std::min(retry_ * 2, config_.longest_retry);
}

void DeclaredBehaviour::timer(std::uint64_t tag) {
  if (deferred_.contains(tag)) return answer_deferred(tag);
  if (tag != retry_tag_ || phase_ != Phase::closed) return;
  if (!open_) return initialize();
  // INIT on an open channel would be a violation.
  say(LPARSIM_VSP_RESET);
  hello();
}

BehaviourFactory declared(DeclaredConfig config, std::shared_ptr<DeclaredCounts> counts) {
  return [config = std::move(config), counts = std::move(counts)](Platform& platform) {
    return std::make_unique<DeclaredBehaviour>(config, counts, platform);
  };
}

}  // namespace lparsim::vsp
