#include "sim/base/check.hpp"

namespace lparsim {

void fail_check(const char* file, int line, const char* condition, const std::string& detail) {
  throw CheckFailure(fmt::format("{} (broken: {} at {}:{})", detail, condition, file, line));
}

}  // namespace lparsim
