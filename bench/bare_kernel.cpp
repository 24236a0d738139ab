#include "bench/bare_kernel.hpp"

#include <chrono>
#include <memory>
#include <systemc>
#include <vector>

namespace lparsim::bench {
namespace {

class Ticker final : public sc_core::sc_module {
 public:
  Ticker(const sc_core::sc_module_name& name, const sc_core::sc_time& period, std::uint64_t& events)
      : sc_core::sc_module{name}, period_{period}, events_{events} {
    SC_HAS_PROCESS(Ticker);
    SC_METHOD(tick);
    sensitive << due_;
  }

 private:
  void tick() {
    ++events_;
    due_.notify(period_);
  }

  sc_core::sc_time period_;
  std::uint64_t& events_;
  sc_core::sc_event due_;
};

}  // namespace

BareKernelRate bare_kernel_rate(int processes, double seconds) {
  using Clock = std::chrono::steady_clock;
  BareKernelRate rate;
  std::vector<std::unique_ptr<Ticker>> tickers;
  tickers.reserve(static_cast<std::size_t>(processes));
  for (int i = 0; i < processes; ++i)
    tickers.push_back(std::make_unique<Ticker>(sc_core::sc_gen_unique_name("ticker"), sc_core::sc_time{1'000'000.0 + 7 * i, sc_core::SC_PS},
                                               rate.events));
  sc_core::sc_start(sc_core::SC_ZERO_TIME);

  // A slice of simulated time is about 100,000 events, so that looking at the clock costs nothing.
  const sc_core::sc_time slice{100'000.0 / processes, sc_core::SC_US};
  const std::uint64_t elaborated = rate.events;
  const auto begin = Clock::now();
  do {
    sc_core::sc_start(slice);
    rate.wall_s = std::chrono::duration<double>(Clock::now() - begin).count();
  } while (rate.wall_s < seconds);
  rate.events -= elaborated;
  return rate;
}

}  // namespace lparsim::bench
