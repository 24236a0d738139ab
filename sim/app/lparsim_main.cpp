#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "sim/app/command.hpp"

int main(int count, char** arguments) {
  // A file that grows beyond its limit and a reader that is gone are errors of a write, which are reported, not sudden death.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  lparsim::app::Console console(stdout, stderr);
  const std::vector<std::string> words(arguments + (count > 0 ? 1 : 0), arguments + count);
  return static_cast<int>(lparsim::app::command(words, console));
}
