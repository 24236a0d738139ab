#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lparsim::control {

/// Takes bytes as they come and gives lines. A line that is too long is told once, and the rest of it is skipped: no client makes it keep
/// more than that many bytes and what was added last.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t most) : most_{most} {}

  struct Line {
    std::string text;  ///< without the newline (and without a carriage return before it)
    bool too_long = false;
  };

  void add(std::string_view bytes) { bytes_.append(bytes); }
  /// The next line, or nothing until more bytes have come.
  std::optional<Line> next();

 private:
  std::size_t most_;
  std::string bytes_;
  bool skipping_ = false;
};

}  // namespace lparsim::control
