#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace lparsim {

/// A promise of the simulator itself was broken (not the user's input, not the modelled machine). Ends the run with exit code 3.
class CheckFailure : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void fail_check(const char* file, int line, const char* condition, const std::string& detail);

}  // namespace lparsim

/// On in every build. The message names simulated time and component: LPARSIM_CHECK(a <= b, "core {} at {} ps", core, now.ps()).
#define LPARSIM_CHECK(condition, ...)                                                    \
  do {                                                                                   \
    if (!(condition)) [[unlikely]]                                                       \
      ::lparsim::fail_check(__FILE__, __LINE__, #condition, ::fmt::format(__VA_ARGS__)); \
  } while (false)
