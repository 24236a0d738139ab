#pragma once
// Virtual Service Partitions that do what a test says.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <tuple>
#include <vector>

#include "models/vsp/hooks.hpp"
#include "sim/base/check.hpp"

namespace lparsim::vsp::testing {

inline Outcome passed(const Call& call, SimTime cost = {}) {
  return {Decision::native, 0, call.arguments, cost};
}
inline Outcome denied(std::int64_t status = 0) {
  return {Decision::denied, status, {}, {}};
}
inline Outcome completed(std::int64_t status = 0, std::array<std::uint64_t, 8> values = {}) {
  return {Decision::completed, status, values, {}};
}
inline Outcome failed() {
  return {Decision::failed, -5, {}, {}};
}

/// Nobody is registered at first. Of calls that on_call does not answer at once, decide() says what becomes of them; an exchange's promises
/// to the places of hooks are kept, and theirs are checked: no ticket twice, nothing said of calls that are over.
class ScriptedHooks final : public Hooks {
 public:
  struct Asked {
    Call call;
    Caller* caller = nullptr;
    std::uint64_t ticket = 0;
    bool open = true;  ///< neither decided nor withdrawn
  };
  struct Ended {
    std::uint64_t ticket = 0;
    std::int64_t status = 0;
  };

  void arm(Hook hook, bool on = true) { armed_[static_cast<std::size_t>(hook)] = on ? ~0ULL : 0; }
  void arm_for(Hook hook, PartitionId client) { armed_[static_cast<std::size_t>(hook)] = 1ULL << index(client) % 64; }

  /// Nothing: decide() follows. At first all calls wait.
  std::function<std::optional<Outcome>(const Call&)> on_call = [](const Call&) {
    return std::nullopt;
  };

  std::optional<Outcome> call(const Call& call, Caller& caller, std::uint64_t ticket, SimTime) override {
    LPARSIM_CHECK(std::ranges::none_of(asked, [&](const Asked& a) { return a.caller == &caller && a.ticket == ticket; }),
                  "ticket {} comes twice", ticket);
    const auto outcome = on_call(call);
    asked.push_back({call, &caller, ticket, !outcome});
    if (outcome && outcome->decision == Decision::native) native_.push_back({&caller, ticket});
    return outcome;
  }
  void ended(const Caller& caller, std::uint64_t ticket, std::int64_t status, SimTime) override {
    const auto found = std::ranges::find(native_, std::pair{&caller, ticket});
    LPARSIM_CHECK(found != native_.end(), "call {} ends and was not to be done natively, or has ended", ticket);
    native_.erase(found);
    ends.push_back({ticket, status});
  }
  void withdraw(const Caller& caller, std::uint64_t ticket, SimTime) override {
    Asked& it = find(caller, ticket);
    LPARSIM_CHECK(it.open, "call {} is withdrawn and over", ticket);
    it.open = false;
    ++withdrawn;
  }
  void tell(const Call& event, SimTime now) override {
    told.push_back(event);
    if (on_tell) on_tell(event, now);
  }
  void add_native(Hook, NativeFunction& function) override { natives.push_back(&function); }

  /// The verdict on asked[i].
  void decide(std::size_t i, const Outcome& outcome, SimTime now = {}) {
    LPARSIM_CHECK(asked[i].open, "call {} is decided and over", i);
    asked[i].open = false;
    if (outcome.decision == Decision::native) native_.push_back({asked[i].caller, asked[i].ticket});
    asked[i].caller->decided(asked[i].ticket, outcome, now);
  }
  void pass(std::size_t i, SimTime now = {}) { decide(i, passed(asked[i].call), now); }
  std::size_t open() const {
    return static_cast<std::size_t>(std::ranges::count_if(asked, [](const Asked& a) { return a.open; }));
  }
  /// Calls that are to be done natively and of whose end nothing was said.
  std::size_t unended() const { return native_.size(); }

  std::vector<Asked> asked;
  std::vector<Ended> ends;
  std::vector<Call> told;
  std::function<void(const Call&, SimTime)> on_tell;
  std::vector<NativeFunction*> natives;
  std::size_t withdrawn = 0;

 private:
  Asked& find(const Caller& caller, std::uint64_t ticket) {
    const auto found = std::ranges::find_if(asked, [&](const Asked& a) { return a.caller == &caller && a.ticket == ticket; });
    LPARSIM_CHECK(found != asked.end(), "nobody has asked with ticket {}", ticket);
    return *found;
  }
  std::vector<std::pair<const Caller*, std::uint64_t>> native_;
};

}  // namespace lparsim::vsp::testing
