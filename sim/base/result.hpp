#pragma once
#include <string>
#include <tl/expected.hpp>

namespace lparsim {

/// A value, or one sentence that says what was wrong and what is allowed.
template <class T, class E = std::string>
using Result = tl::expected<T, E>;
using tl::unexpected;

}  // namespace lparsim
