#pragma once
#include "vsp/kit/trial.hpp"

// What each check does; what they are for is in descriptions.cpp.
namespace lparsim::vsp::kit {

// checks_handshake.cpp
void init_race(Trial& t);
void before_ready(Trial& t);
void features(Trial& t);
void structures(Trial& t);
void version_skew(Trial& t);
// checks_registration.cpp
void second_provider(Trial& t);
void own_calls(Trial& t);
void filter_order(Trial& t);
void dependency_circle(Trial& t);
void rescind(Trial& t);
void permissions(Trial& t);
// checks_flow.cpp
void credits(Trial& t);
void completions(Trial& t);
void doorbell(Trial& t);
void observer_overflow(Trial& t);
void deadlock(Trial& t);
// checks_memory.cpp
void double_fetch(Trial& t);
void revoked_memory(Trial& t);
void touched_buffer(Trial& t);
void grant_cap(Trial& t);
// checks_crash.cpp
void crash_everywhere(Trial& t);
void replay(Trial& t);
void long_outage(Trial& t);
void crash_noticed(Trial& t);
void suspension(Trial& t);
// checks_timing.cpp
void hang_or_starvation(Trial& t);
void ejection_damped(Trial& t);
void absent_or_slow(Trial& t);
void late_provider(Trial& t);
void ejection_dump(Trial& t);

}  // namespace lparsim::vsp::kit
