#pragma once
#include <string>
#include <string_view>

namespace lparsim::vsp::kit {

/// Text inside a JSON string, with its quotes.
std::string json_text(std::string_view text);

}  // namespace lparsim::vsp::kit
