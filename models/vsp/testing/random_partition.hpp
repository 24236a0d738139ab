#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "models/vsp/testing/exchange_bench.hpp"
#include "sim/base/random.hpp"

namespace lparsim::vsp::testing {

/// A partition that serves, and misbehaves in any way that comes up: as it is drawn.
class RandomPartition {
 public:
  static constexpr std::uint64_t kPage = 64;  ///< bytes of each call's memory: its address says whose it is

  /// All outlive it.
  RandomPartition(PartitionId id, KeyedStream& random, Exchange& exchange, const kernel::testing::ManualCalendar& calendar)
      : id_{id}, random_{random}, exchange_{exchange}, calendar_{calendar} {}

  PartitionId id() const { return id_; }
  SimTime unstarved(SimTime now) const { return used_ + (on_core_ ? now - since_ : SimTime{}); }
  /// It gets a processor, or loses it.
  void toggle() { set_on_core(!on_core_); }
  void set_on_core(bool on_core) {
    used_ = unstarved(now());
    since_ = now();
    on_core_ = on_core;
  }

  /// What it may hook, and what holds then.
  VspConfig configure(std::span<const Hook> hooks) {
    VspConfig config = vsp(id_, {});
    for (const Hook hook : hooks)
      for (const Role role : {Role::observer, Role::filter, Role::provider}) {
        if (chance(3)) continue;
        HookPermit p = permit(hook, role);
        if (chance(3)) p.clients = {id_of<PartitionId>(5), id_of<PartitionId>(1)};
        p.order = static_cast<std::uint32_t>(bits() % 3);
        p.deadline = SimTime::from_us(static_cast<std::int64_t>(500 + bits() % 5000));
        p.wall_limit = 20_ms;
        p.when_absent = static_cast<FaultPolicy>(bits() % 3);
        p.when_slow = static_cast<FaultPolicy>(bits() % 3);
        p.freeze_limit = 50_ms;
        p.after_freeze = static_cast<FaultPolicy>(bits() % 2);
        p.in_flight = static_cast<InFlightPolicy>(bits() % 3);
        p.payer = static_cast<Payer>(bits() % 2);
        config.permits.push_back(p);
      }
    config.observer_queue = 4;
    config.grant_cap = Bytes{kPage * 3};
    config.backoff = 2_ms;
    config.quarantine = 20_ms;
    config.notice = 3_ms;
    config.ejection_window = 100_ms;
    permits_ = config.permits;
    return config;
  }

  void copy() {
    SimTime cost;
    std::array<std::uint8_t, kPage> bytes{};
    for (const lparsim_vsp_call& c : had_)
      for (const lparsim_vsp_grant& grant : c.grants) {
        if (grant.id == 0) continue;
        const auto offset = static_cast<std::uint32_t>(bits() % 4);
        const auto part = std::span{bytes}.first(bits() % (kPage - 4));
        chance(2) ? exchange_.read(id_, grant.id, offset, part, cost, now()) : exchange_.write(id_, grant.id, offset, part, cost, now());
      }
    exchange_.read(id_, bits() >> bits() % 60, 0, bytes, cost, now());
  }

  template <class T>
  void say(T message) {
    SimTime cost;
    exchange_.send(id_, bytes_of(message), cost, now());
  }
  template <class T>
  T made(std::uint16_t type) {
    auto message = blank<T>(type);
    const VspStatus here = status();
    if (here.state >= ChannelState::welcomed && here.state <= ChannelState::quiescing) message.header.epoch = here.epoch;
    return message;
  }
  /// What a partition that means well does next.
  void serve_one() {
    SimTime cost;
    const ChannelState state = status().state;
    const auto message = exchange_.receive(id_, cost, now());
    if (message) {
      const auto type = parse<lparsim_vsp_header>(message->view()).type;
      if (type == LPARSIM_VSP_CALL) {
        const auto c = parse<lparsim_vsp_call>(message->view());
        if (c.role == LPARSIM_VSP_OBSERVER) return;
        had_.push_back(c);
        if (had_.size() > 16) had_.erase(had_.begin());
        if (!chance(3)) answer(c);
        return;
      }
      if (type == LPARSIM_VSP_INIT) return say(made<lparsim_vsp_init>(LPARSIM_VSP_INIT_COMPLETE));
    }
    if (state == ChannelState::closed && !message) say(made<lparsim_vsp_init>(LPARSIM_VSP_INIT));
    if (state == ChannelState::initialized) {
      auto hello = made<lparsim_vsp_hello>(LPARSIM_VSP_HELLO);
      hello.major = LPARSIM_VSP_MAJOR;
      hello.message_max = 512;
      hello.features = 63;
      hello.credits = 3;
      say(hello);
    }
    if (state == ChannelState::welcomed) {
      auto use = made<lparsim_vsp_features>(LPARSIM_VSP_FEATURES);
      use.features = 63;
      say(use);
    }
    if (state == ChannelState::negotiated) {
      for (std::uint32_t i = 0; i < permits_.size(); ++i) enter(LPARSIM_VSP_REGISTER, i);
      say(made<lparsim_vsp_init>(LPARSIM_VSP_READY));
    }
    if (state == ChannelState::ready && chance(4) && !permits_.empty())
      enter(chance(2) ? LPARSIM_VSP_REGISTER : LPARSIM_VSP_UNREGISTER, static_cast<std::uint32_t>(bits() % permits_.size()));
    if (state == ChannelState::quiescing && chance(2)) say(made<lparsim_vsp_init>(LPARSIM_VSP_QUIESCED));
    if (!had_.empty() && chance(2)) answer(had_[bits() % had_.size()]);
  }
  void enter(std::uint16_t type, std::uint32_t permit) {
    auto request = made<lparsim_vsp_register>(type);
    request.registration = permit + 1;
    request.hook = static_cast<std::uint16_t>(permits_[permit].hook);
    request.role = static_cast<std::uint16_t>(permits_[permit].role);
    request.function_last = chance(3) ? 2 : ~0U;
    say(request);
  }
  void answer(const lparsim_vsp_call& c) {
    auto reply = made<lparsim_vsp_reply>(LPARSIM_VSP_REPLY);
    reply.call = c.call;
    reply.verdict =
        static_cast<std::uint32_t>(c.role == LPARSIM_VSP_FILTER ? (chance(2) ? 1 + bits() % 2 : 3 + bits() % 2) : 3 + bits() % 3);
    if (chance(5)) reply.verdict = LPARSIM_VSP_DEFER;
    if (reply.verdict == LPARSIM_VSP_NATIVE && chance(2)) reply.flags = 1;
    reply.status = chance(2) ? 0 : -7;
    if (chance(8)) reply.header.epoch ^= 1;
    say(reply);
    if (chance(8)) say(reply);
  }
  /// Bytes without a meaning, or with nearly one.
  void garbage() {
    std::array<std::uint8_t, 600> bytes;
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(this->bits());
    std::size_t length = this->bits() % bytes.size();
    if (!chance(4) && length >= 8) {
      constexpr std::uint16_t kTypes[] = {1, 2, 16, 17, 18, 19, 20, 21, 22, 23, 24, 48, 51, 56, 77};
      constexpr std::size_t kSizes[] = {8, 24, 64, 96, 120};
      if (!chance(4)) length = kSizes[this->bits() % std::size(kSizes)];
      auto header = made<lparsim_vsp_init>(kTypes[this->bits() % std::size(kTypes)]).header;
      header.length = static_cast<std::uint16_t>(length);
      if (chance(2)) std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
      for (int i = 0; i < 4; ++i) bytes[8 + this->bits() % 60] = static_cast<std::uint8_t>(this->bits() % 4);
      std::memcpy(bytes.data(), &header, sizeof header);
    }
    SimTime cost;
    exchange_.send(id_, std::span{bytes}.first(length), cost, now());
  }

 private:
  std::uint64_t bits() { return random_.bits(); }
  bool chance(std::uint64_t one_in) { return bits() % one_in == 0; }
  SimTime now() const { return calendar_.now(); }
  VspStatus status() const { return exchange_.status(id_, now()); }

  PartitionId id_;
  KeyedStream& random_;
  Exchange& exchange_;
  const kernel::testing::ManualCalendar& calendar_;
  bool on_core_ = true;
  SimTime used_, since_;
  std::vector<lparsim_vsp_call> had_;  ///< calls that it took, and may answer again and again
  std::vector<HookPermit> permits_;
};

}  // namespace lparsim::vsp::testing
