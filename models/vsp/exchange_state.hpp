#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/vsp/calls.hpp"
#include "models/vsp/channel.hpp"
#include "models/vsp/exchange.hpp"
#include "models/vsp/failures.hpp"
#include "models/vsp/grants.hpp"
#include "models/vsp/ledger.hpp"
#include "models/vsp/outbox.hpp"
#include "models/vsp/registrations.hpp"
#include "models/vsp/slot_table.hpp"
#include "models/vsp/wire.hpp"

namespace lparsim::vsp {

/// Answers to what it sent that a partition leaves unread before it is ejected: it sends, and does not receive.
inline constexpr std::size_t kMostAnswers = 256;

/// One Virtual Service Partition as the exchange sees it.
struct Member {
  explicit Member(const VspConfig& c) : config{c}, channel{c.most_credits, c.most_message}, failures{config} {}
  Member(const Member&) = delete;

  /// A native function that it has asked for.
  struct Issue {
    std::uint64_t ticket = 0;  ///< the platform's number for it
    std::uint64_t issue = 0;
  };

  const VspConfig config;
  Channel channel;
  Outbox outbox;
  Grants grants;
  Failures failures;
  OnCallersTime* on_callers = nullptr;
  /// What NOTICE has announced.
  enum class Ahead : std::uint8_t { nothing, suspension, stop };
  Ahead ahead = Ahead::nothing;
  std::optional<SimTime> returns_after;  ///< once it is suspended
  SimTime quiet_by;                      ///< the end of its time for QUIESCED
  SimTime stands_since;                  ///< suspended
  bool running = false;
  bool suspended = false;  ///< or being stopped: it neither sends nor receives
  bool overrun = false;    ///< its unread answers are too many
  std::uint32_t serving = kNone;
  std::vector<std::uint32_t> under_way, waiting, frozen;  ///< legs, in the order in which they got there
  std::vector<Issue> issues;
  std::array<std::uint64_t, 128> over{};  ///< the last calls that ended before they were answered: their replies are merely late
  std::size_t next_over = 0;
  std::uint64_t lost_copies = 0;  ///< since the last one that found room
  SimTime next_look = SimTime::never();
  std::uint32_t look_generation = 0;
  std::uint32_t away_generation = 0;  ///< of the alarms that end a quiescing, a suspension or a back-off
  std::uint32_t timeouts_in_a_row = 0;
  std::uint64_t calls = 0, dropped = 0, violations = 0, timeouts = 0, ejections = 0, late = 0;
};

/// What Exchange is made of. Files: exchange.cpp (public functions, delivery), call_chain.cpp (a call from one partition to the next),
/// legs.cpp (a call at one partition), incoming.cpp (messages), issues.cpp, failure.cpp, suspension.cpp, watchdog.cpp,
/// deadlock.cpp.
struct Exchange::State final : kernel::Alarm, NativeListener {
  State(const VspCosts& c, ExchangeHost& h, kernel::Calendar& k, ExchangeObserver* o) : costs{c}, host{h}, calendar{k}, observer{o} {}

  /// What follows a leg.
  enum class Next : std::uint8_t {
    wait,  ///< it has not ended
    on,    ///< to the next partition, or natively
    over,  ///< the chain is decided
  };
  /// Legs at a moment: slots are used again, numbers are not.
  struct Named {
    std::uint64_t number = 0;
    std::uint32_t leg = 0;
    auto operator<=>(const Named&) const = default;
  };
  using Legs = std::vector<Named>;
  Named named(std::uint32_t leg) const { return {legs[leg].number, leg}; }
  bool holds(const Named& n, Leg::State state) const { return legs[n.leg].number == n.number && legs[n.leg].state == state; }

  // exchange.cpp
  Member& member(PartitionId vsp);
  Member* find(PartitionId partition);
  std::uint32_t index_of(PartitionId partition) const;
  /// Runs a public function; what it wants to tell others comes when all of it is done.
  template <class F>
  auto turn(SimTime now, F function) {
    ++depth;
    auto result = function();
    if (--depth == 0) deliver(now);
    return result;
  }
  void deliver(SimTime now);
  void rings(std::uint64_t argument, SimTime now) override;
  // Alarms: to look() at the partition's calls, at the end of a quiescing, of a suspension, of a back-off.
  void watch(std::uint32_t vsp, SimTime when);
  void call_when_quiet(std::uint32_t vsp, SimTime when);
  void call_when_resumed(std::uint32_t vsp, SimTime when);
  void call_when_back(std::uint32_t vsp, SimTime when);
  void event(const Member& m, VspEventKind kind, std::string text, SimTime now, const Leg* leg = nullptr);
  template <class T>
  bool post(std::uint32_t vsp, T structure, SimTime now, Outbox::Kind kind = Outbox::Kind::answer, std::uint32_t leg = kNone);
  bool post_bytes(std::uint32_t vsp, std::span<std::uint8_t> bytes, Outbox::Kind kind, std::uint32_t leg, SimTime now);
  void rearm();

  // call_chain.cpp
  std::optional<Outcome> call(const Call& call, Caller& caller, std::uint64_t ticket, SimTime now);
  /// What it costs the caller, if there is one that can be charged.
  SimTime observe(const Call& call, bool charged, SimTime now);
  void advance(std::uint32_t chain, SimTime now);
  void resume_chain(std::uint32_t chain, Next next, SimTime now);
  void decide(std::uint32_t chain, const Outcome& outcome, SimTime now);
  void tell_how_it_went(const Chain& chain, std::int64_t status, bool failed, SimTime now);
  void ended(const Caller& caller, std::uint64_t ticket, std::int64_t status, SimTime now);
  void withdraw(const Caller& caller, std::uint64_t ticket, SimTime now);
  void release_chain(std::uint32_t chain);

  // legs.cpp
  Next begin_leg(std::uint32_t chain, const Claim& claim, SimTime now);
  Next place(std::uint32_t leg, SimTime now);
  Next serve_at_once(std::uint32_t leg, SimTime now);
  lparsim_vsp_call make_call(std::uint32_t leg, SimTime now);  ///< and its grants
  void send_call(std::uint32_t leg, SimTime now);
  bool has_room(const Member& m, const Leg& leg) const;
  void pump(std::uint32_t vsp, SimTime now);
  void freeze(std::uint32_t leg, SimTime now);
  Next absent(std::uint32_t leg, SimTime now);
  Next skip_or_fail(std::uint32_t leg, FaultPolicy policy, std::int32_t status, SimTime now, std::int32_t cancel = 0);
  Next apply(std::uint32_t leg, const lparsim_vsp_reply& reply, SimTime now);
  /// `cancel`: the status with which the partition is told if it had taken it; 0: it need not know.
  void finish(std::uint32_t leg, CallEnd end, std::int64_t status, SimTime now, std::int32_t cancel = 0);
  /// Off its lists and out of the outbox, its grants revoked, what it wrote undone.
  void detach(std::uint32_t leg, std::int32_t cancel, SimTime now);
  /// The buffers of its call are again as they were before it wrote into them.
  void undo_writes(Leg& leg);
  void record_copy(const Member& m, const Outbox::Entry& entry, CallEnd end, SimTime vsp_cost, SimTime now);
  void record_drop(const Member& m, const Call& call, SimTime now);

  // incoming.cpp
  std::int32_t send(std::uint32_t vsp, std::span<const std::uint8_t> message, SimTime now);
  std::optional<Message> receive(std::uint32_t vsp, SimTime& cost, SimTime now);
  /// What holds for both directions; where the bytes are.
  Grants::Reach reach(std::uint32_t vsp, std::uint64_t grant, std::uint32_t offset, std::size_t length, bool write, SimTime& cost);
  void refuse(std::uint32_t vsp, const Refusal& refusal, std::span<const std::uint8_t> message, SimTime now);
  void violation(std::uint32_t vsp, std::string text, SimTime now);
  void step(std::uint32_t vsp, std::span<const std::uint8_t> message, SimTime now);
  void enter(std::uint32_t vsp, std::span<const std::uint8_t> message, SimTime now);
  void replied(std::uint32_t vsp, std::span<const std::uint8_t> message, SimTime now);
  void became_ready(std::uint32_t vsp, SimTime now);
  void thaw(std::uint32_t vsp, SimTime now);
  void state_event(const Member& m, SimTime now, std::string_view why = {});

  // issues.cpp
  void issue(std::uint32_t vsp, const lparsim_vsp_issue& request, SimTime now);
  void native_ended(std::uint64_t ticket, std::int64_t status, const std::array<std::uint64_t, 8>& results, SimTime now) override;
  void post_issued(std::uint32_t vsp, std::uint64_t id, std::int32_t status, const std::array<std::uint64_t, 8>& results, Outbox::Kind kind,
                   SimTime now);

  // failure.cpp
  void started(std::uint32_t vsp, SimTime now);
  void stopped(std::uint32_t vsp, bool failed, SimTime now);
  /// Closed, with the platform's INIT under way.
  void open(std::uint32_t vsp, SimTime now);
  /// The partition answers no more; what it had is dealt with by policy.
  /// `expired`: the number of a call that is past its limits, and goes by `when_slow`.
  void lost(std::uint32_t vsp, ChannelState state, std::string_view why, SimTime now, std::uint64_t expired = 0);
  Next after_loss(std::uint32_t leg, bool taken, SimTime now);
  void eject(std::uint32_t vsp, const std::string& why, const Leg* culprit, SimTime now);
  std::string dump(const Member& m, const std::string& why, const Leg* culprit, SimTime now) const;
  void back_off_ends(std::uint32_t vsp, SimTime now);

  // suspension.cpp
  void suspend(std::uint32_t vsp, std::optional<SimTime> returns_after, SimTime now);
  void shut_down(std::uint32_t vsp, SimTime now);
  /// Notice, or at once.
  void begin_leaving(std::uint32_t vsp, Member::Ahead ahead, SimTime now);
  void tell_ahead(std::uint32_t vsp, SimTime now);
  /// What was announced happens. `expired`: see lost().
  void leave(std::uint32_t vsp, std::string_view why, SimTime now, std::uint64_t expired = 0);
  void resume(std::uint32_t vsp, SimTime now);

  // watchdog.cpp
  SimTime expiry(const Member& m, const Leg& leg, SimTime now) const;
  void look(std::uint32_t vsp, SimTime now);
  void expire(std::uint32_t leg, SimTime now);
  bool has_used_deadline(const Member& m, const Leg& leg, SimTime now) const;

  // deadlock.cpp
  void break_deadlock(std::uint32_t leg, SimTime now);
  bool reaches(std::uint32_t from, std::uint32_t to, std::vector<bool>& seen, Legs& path, SimTime now) const;
  bool stuck(const Leg& leg, SimTime now) const;

  VspCosts costs;
  ExchangeHost& host;
  kernel::Calendar& calendar;
  ExchangeObserver* observer;
  std::array<std::uint64_t, kHooks>* armed = nullptr;

  std::vector<std::unique_ptr<Member>> members;
  std::vector<std::uint32_t> by_partition;
  Registrations registrations;
  Ledger ledger;
  std::array<std::vector<NativeFunction*>, kHooks> natives;
  Slots<Chain> chains;
  Slots<Leg> legs;
  SlotTable tickets;       ///< chains by caller and ticket
  SlotTable legs_by_call;  ///< by number
  std::uint64_t numbers = 0;
  std::uint64_t issue_tickets = 0;
  SlotTable issuers;                  ///< partitions by issue ticket
  std::uint32_t issuing_for = kNone;  ///< the partition whose ISSUE is being started

  struct Pending {
    Caller* caller = nullptr;  ///< null: a doorbell of `vsp`
    std::uint64_t ticket = 0;
    std::uint32_t vsp = kNone;
    Outcome outcome;
  };
  std::vector<Pending> pending;
  int depth = 0;
  bool delivering = false;
};

template <class T>
bool Exchange::State::post(std::uint32_t vsp, T structure, SimTime now, Outbox::Kind kind, std::uint32_t leg) {
  return post_bytes(vsp, {reinterpret_cast<std::uint8_t*>(&structure), sizeof structure}, kind, leg, now);
}

}  // namespace lparsim::vsp
