// lparsim_bare_kernel PROCESSES SECONDS: the event rate of SystemC alone, as JSON on standard output.
#include <cstdio>
#include <cstdlib>
#include <systemc>

#include "bench/bare_kernel.hpp"

int sc_main(int argc, char** argv) {
  const int processes = argc == 3 ? std::atoi(argv[1]) : 0;
  const double seconds = argc == 3 ? std::atof(argv[2]) : 0;
  if (processes < 1 || seconds <= 0) {
    std::fputs("usage: lparsim_bare_kernel PROCESSES SECONDS\n", stderr);
    return 2;
  }
  const auto rate = lparsim::bench::bare_kernel_rate(processes, seconds);
  std::printf("{\"processes\": %d, \"events\": %llu, \"wall_s\": %.6f}\n", processes, static_cast<unsigned long long>(rate.events),
              rate.wall_s);
  return 0;
}
