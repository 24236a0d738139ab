#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace lparsim {

/// Control characters and broken UTF-8 as `\xNN`.
std::string escaped(std::string_view text);

/// Somebody else's text made fit for one line of a message: control characters and broken UTF-8 as `\xNN`, at most `at_most` bytes of
/// it with `...` for the rest, between backquotes.
std::string shown(std::string_view text, std::size_t at_most = 40);

/// The place of the first byte that is not well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms), or npos.
std::size_t find_invalid_utf8(std::string_view text);

/// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace lparsim
