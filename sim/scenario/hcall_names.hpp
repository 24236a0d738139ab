#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lparsim::scenario {

/// The token of a hypervisor call, by its name in LoPAR: `H_SEND_CRQ`.
std::optional<std::uint32_t> hcall_token(std::string_view name);
/// Its name, or its token in hexadecimal.
std::string hcall_name(std::uint32_t token);
/// All that the hypervisor answers, in the order of their tokens.
std::vector<std::string> hcall_names();

}  // namespace lparsim::scenario
