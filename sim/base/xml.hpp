#pragma once
#include <string>
#include <string_view>

namespace lparsim {

/// Text inside XML; characters that XML 1.0 forbids even when escaped become '?'.
std::string xml_escaped(std::string_view text);

}  // namespace lparsim
