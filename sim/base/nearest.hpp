#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lparsim {

/// The candidate that `word` was probably meant to be: the one with the fewest edits (insert, delete, replace, swap of neighbours; a
/// change of case is free), if these are few for a word of that length. The first of equals. O(candidates x length^2), and words of
/// more than 64 bytes have none.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// `did you mean `x`?` when something is near, else `allowed: a, b, c`, at most 20 of them.
std::string hint(std::string_view word, std::span<const std::string> candidates);

}  // namespace lparsim
