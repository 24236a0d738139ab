#pragma once
#include <cstdint>
#include <string>

#include "models/vsp/hooks.hpp"
#include "sim/base/time.hpp"

namespace lparsim::vsp {

// What events say to people.

/// `10.6565 ms`: six digits, which is what somebody reads.
std::string brief(SimTime time);
/// A function of a hook by its name where it has one: `READ(10)`, `H_CEDE`, `VLAN 20`, `file_system write`; else its number.
std::string function_text(Hook hook, std::uint32_t function);
/// A range: `all functions`, `file_system`, `READ(10)`, `READ(10) to 0x35`.
std::string functions_text(Hook hook, std::uint32_t first, std::uint32_t last);
/// `filter of sea.forward, all functions`, of what a partition asks for, whatever its numbers are.
std::string registration_text(std::uint16_t hook, std::uint16_t role, std::uint32_t first, std::uint32_t last);
/// A field of a message by its offset: ``, field `verdict` ``; nothing of offset 0 and where there is none.
std::string field_text(std::uint16_t type, std::uint16_t offset);

}  // namespace lparsim::vsp
