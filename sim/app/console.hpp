#pragma once
#include <cstdio>
#include <string>
#include <string_view>

#include "sim/app/exit_code.hpp"
#include "sim/config/diagnostics.hpp"

namespace lparsim::app {

/// Where the command writes: results to one stream, everything else to the other.
class Console {
 public:
  Console(std::FILE* out, std::FILE* err) : out_{out}, err_{err} {}

  void print(std::string_view text);
  /// `lparsim: MESSAGE`.
  void complain(std::string_view message);
  /// All of them, a line each, and how many there were; nothing when there were none.
  void show(const config::Diagnostics& diagnostics);

  /// A line that is drawn anew at every call, if the other stream is a terminal; empty: takes it away.
  void status(std::string_view line);

  /// Writes out what is left; when results did not get through (a full disk, a closed pipe) that is the failure.
  ExitCode finish(ExitCode code);

 private:
  std::FILE* out_;
  std::FILE* err_;
  bool status_shown_ = false;
};

/// Complains, and the input is wrong.
inline ExitCode wrong_input(std::string_view message, Console& console) {
  console.complain(message);
  return ExitCode::wrong_input;
}

}  // namespace lparsim::app
