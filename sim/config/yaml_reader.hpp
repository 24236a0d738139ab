#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/node.hpp"

namespace lparsim::config {

/// Bounds on what is read: far beyond any real scenario, small enough that a hostile file costs seconds and megabytes, not the machine.
inline constexpr std::size_t kMostBytes = std::size_t{16} << 20;
inline constexpr int kMostDepth = 64;
inline constexpr std::size_t kMostNodes = 500'000;  ///< with aliases expanded
inline constexpr std::size_t kMostExpandedBytes = kMostBytes * 4;

struct YamlProblem {
  Mark mark;
  std::string message;
};

struct YamlText {
  std::optional<Node> root;  ///< nothing when the text could not be read to its end; a null when it is empty
  std::vector<YamlProblem> problems;
};

/// One YAML document, without tags, with string keys, each only once. Every problem is reported, none throws.
YamlText read_yaml(const std::string& text);

/// What makes a text unfit before any parser sees it: size, control characters, broken UTF-8, absurd amounts of punctuation.
std::optional<YamlProblem> unfit_text(std::string_view text);

}  // namespace lparsim::config
