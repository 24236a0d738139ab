#include "sim/explain/thread_book.hpp"

namespace lparsim::explain {

VpState ThreadBook::state(std::int64_t vp) const {
  // Where the holder is not known it is not blamed for being away.
  return vp < 0                                          ? VpState::running
         : static_cast<std::size_t>(vp) < states_.size() ? states_[static_cast<std::size_t>(vp)]
                                                         : VpState::asleep;
}

void ThreadBook::settle(SimTime now) {
  const SimTime length = now - settled_;
  settled_ = now;
  if (length == SimTime{}) return;
  for (const auto& [vp, threads] : waiting_)
    waits_[static_cast<std::size_t>(of_wait(state(vp), folded_.contains(vp), !folded_.empty()))] += length * threads;
  for (const auto& [spin, threads] : spinning_)
    spun_[spin.lock][static_cast<std::size_t>(of_spin(state(spin.vp), state(spin.holder)))] += length * threads;
}

void ThreadBook::set_state(std::uint32_t vp, VpState state, SimTime now) {
  if (!waiting_.empty() || !spinning_.empty()) settle(now);
  if (states_.size() <= vp) states_.resize(vp + 1, VpState::asleep);
  states_[vp] = state;
}

void ThreadBook::fold(std::uint32_t vp, bool folded, SimTime now) {
  settle(now);
  if (folded)
    folded_.insert(vp);
  else
    folded_.erase(vp);
}

void ThreadBook::thread_waits(std::uint32_t vp, std::int64_t more, SimTime now) {
  any_ = true;
  settle(now);
  if ((waiting_[vp] += more) == 0) waiting_.erase(vp);
}

void ThreadBook::spins(const Spin& spin, std::int64_t more, SimTime now) {
  any_ = true;
  settle(now);
  if ((spinning_[spin] += more) == 0) spinning_.erase(spin);
}

}  // namespace lparsim::explain
