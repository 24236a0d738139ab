#include "sim/app/console.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lparsim::app {
namespace {

void write(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

}  // namespace

void Console::print(std::string_view text) {
  write(out_, text);
}

void Console::complain(std::string_view message) {
  status("");
  write(err_, fmt::format("lparsim: {}\n", message));
}

void Console::show(const config::Diagnostics& diagnostics) {
  if (diagnostics.error_count() + diagnostics.warning_count() == 0) return;
  write(err_, diagnostics.text());
  write(err_, fmt::format("{}, {}\n", counted(diagnostics.error_count(), "error"), counted(diagnostics.warning_count(), "warning")));
}

void Console::status(std::string_view line) {
  if (isatty(fileno(err_)) == 0 || (line.empty() && !status_shown_)) return;
  write(err_, fmt::format("\r\x1b[K{}", line));
  std::fflush(err_);
  status_shown_ = !line.empty();
}

ExitCode Console::finish(ExitCode code) {
  errno = 0;
  const bool written = std::fflush(out_) == 0 && std::ferror(out_) == 0;
  if (!written) {
    const std::string reason = errno != 0 ? std::strerror(errno) : "it could not be written";
    complain(fmt::format("standard output: {}", reason));
    code = ExitCode::simulator_failed;
  }
  std::fflush(err_);
  return code;
}

}  // namespace lparsim::app
