#include "sim/scenario/run_control.hpp"

#include <algorithm>
#include <variant>

namespace lparsim::scenario {
namespace {

/// While the run waits, a viewer sees it grow this often, and a signal is noticed as soon.
constexpr std::chrono::milliseconds kRound{100};

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

RunControl::RunControl(const LiveControl& live, Controlled& run, const std::atomic<bool>* stop)
    : live_{live}, run_{run}, stop_{stop}, paused_{live.paused} {
  pacer_.start(live.pace, SimTime{}, began_);
}

void RunControl::begin(const control::Hello& hello) {
  run_.show(SimTime{});
  live_.server.begin(hello, state(SimTime{}, hello.duration));
}

void RunControl::after_piece(SimTime now, SimTime end) {
  publish(now, end, false);
  wait_for_pace(now);
}

void RunControl::wait_for_pace(SimTime now) {
  const Clock::time_point due = pacer_.due(now, Clock::now());
  while (!asked() && !stop_wanted()) {
    const Clock::time_point wall = Clock::now();
    if (due <= wall) return;
    if (wall - shown_ >= kRound) {
      run_.show(now);
      shown_ = wall;
    }
    live_.server.mailbox().wait_until(std::min(due, wall + kRound));
  }
}

bool RunControl::serve(SimTime now, SimTime end) {
  if (now >= step_until_) {
    pause(now);
    publish(now, end, true);
  }
  while (true) {
    take_letters(now, end);
    if (stop_wanted()) return false;
    if (paused_) {
      live_.server.mailbox().wait_until(Clock::now() + kRound);
      continue;
    }
    // Who asks often does not make it run ahead of its pace.
    wait_for_pace(now);
    if (!asked() && !stop_wanted()) return true;
  }
}

void RunControl::take_letters(SimTime now, SimTime end) {
  if (!asked()) return;
  const bool was_paused = paused_;
  for (const control::Letter& letter : live_.server.mailbox().take()) {
    if (const auto* refused = std::get_if<control::Refused>(&letter.content))
      live_.server.answer(letter.from, control::refusal(refused->id, refused->error));
    else
      live_.server.answer(letter.from, answer(std::get<control::Request>(letter.content), now, end));
  }
  if (was_paused && !paused_) pacer_.start(pacer_.pace(), now, Clock::now());
  publish(now, end, true);
}

std::string RunControl::answer(const control::Request& request, SimTime now, SimTime end) {
  const auto go_on = [&](SimTime until) {
    paused_ = false;
    step_until_ = until;
  };
  return std::visit(Overloaded{[&](const control::AskState&) { return control::answer(request.id, state(now, end)); },
                               [&](const control::AskPartitions&) { return control::answer(request.id, live_.rules.partitions(now)); },
                               [&](const control::Pause&) {
                                 pause(now);
                                 return control::answer_at(request.id, now);
                               },
                               [&](const control::Resume&) {
                                 go_on(SimTime::never());
                                 return control::answer_at(request.id, now);
                               },
                               [&](const control::Stop&) {
                                 stopped_ = true;
                                 return control::answer_at(request.id, now);
                               },
                               [&](const control::SetPace& set) {
                                 pacer_.start(set.pace, now, Clock::now());
                                 return control::answer_at(request.id, now);
                               },
                               [&](const control::Step& step) {
                                 go_on(step.by > SimTime::never() - now ? SimTime::never() : now + step.by);
                                 return control::answer_at(request.id, now, step_until_);
                               },
                               [&](const control::SetPartition& wish) {
                                 return change(request.id, wish, now);
                               }},
                    request.verb);
}

std::string RunControl::change(const std::string& id, const control::SetPartition& wish, SimTime now) {
  const Result<ControlledChange> change = live_.rules.ask(wish, now);
  if (!change) return control::refusal(id, change.error());
  run_.make(*change);
  if (paused_) run_.show(now);
  const control::Change told{change->logged.number, change->logged.at, change->logged.text};
  live_.server.tell_all(control::event(told));
  return control::answer(id, told);
}

void RunControl::pause(SimTime now) {
  paused_ = true;
  step_until_ = SimTime::never();
  run_.show(now);
}

control::State RunControl::state(SimTime now, SimTime end) const {
  const auto step = step_until_ == SimTime::never() ? std::nullopt : std::optional{step_until_};
  return {now, end, pacer_.pace(), paused_, step, std::chrono::duration<double>(Clock::now() - began_).count()};
}

void RunControl::publish(SimTime now, SimTime end, bool soon) {
  live_.server.publish(state(now, end), soon);
}

}  // namespace lparsim::scenario
