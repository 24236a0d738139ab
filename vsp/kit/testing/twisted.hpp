#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "models/vsp/wire.hpp"
#include "vsp/behaviour/behaviour.hpp"

namespace lparsim::vsp::kit {

/// What is wrong with a twisted behaviour. Each function gets the platform itself, to say or copy something more.
struct Twist {
  /// A message on its way out; false: it is not sent.
  std::function<bool(Platform&, std::span<const std::uint8_t>)> sends;
  /// A message before the behaviour sees it; false: it does not.
  std::function<bool(Platform&, std::span<const std::uint8_t>)> receives;
  /// When it begins; false: it does nothing ever.
  std::function<bool(Platform&)> starts;
  std::function<void(Platform&, std::uint64_t)> timer;  ///< its own, with tags from kOwnTimer on
  static constexpr std::uint64_t kOwnTimer = std::uint64_t{1} << 60;
};

/// A good behaviour that one twist makes a bad citizen.
class Twisted final : public Behaviour, Platform {
 public:
  Twisted(Twist twist, const BehaviourFactory& good, Platform& platform)
      : twist_{std::move(twist)}, platform_{platform}, good_{good(*this)} {}

  void started() override {
    dead_ = twist_.starts && !twist_.starts(platform_);
    if (!dead_) good_->started();
  }
  void message(std::span<const std::uint8_t> message) override {
    if (!dead_ && (!twist_.receives || twist_.receives(platform_, message))) good_->message(message);
  }
  void timer(std::uint64_t tag) override {
    if (tag < Twist::kOwnTimer)
      good_->timer(tag);
    else if (twist_.timer)
      twist_.timer(platform_, tag);
  }

 private:
  std::int32_t send(std::span<const std::uint8_t> message) override {
    return !twist_.sends || twist_.sends(platform_, message) ? platform_.send(message) : 0;
  }
  void compute(SimTime time) override { platform_.compute(time); }
  std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) override {
    return platform_.read(grant, offset, to);
  }
  std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) override {
    return platform_.write(grant, offset, from);
  }
  SimTime now() override { return platform_.now(); }
  void set_timer(std::uint64_t tag, SimTime after) override { platform_.set_timer(tag, after); }
  std::uint64_t random() override { return platform_.random(); }
  void log(std::string_view text) override { platform_.log(text); }

  Twist twist_;
  Platform& platform_;
  bool dead_ = false;
  std::unique_ptr<Behaviour> good_;
};

/// `twist` is made anew for each activation.
inline BehaviourFactory twisted(std::function<Twist()> twist, BehaviourFactory good) {
  return [twist = std::move(twist), good = std::move(good)](Platform& platform) -> std::unique_ptr<Behaviour> {
    return std::make_unique<Twisted>(twist(), good, platform);
  };
}

}  // namespace lparsim::vsp::kit
