#include "gui/data/flow_words.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace lparsim::gui {

namespace {

/// Less than that nobody means: a hundredth of a processor, as entitlements have them.
constexpr double kNothing = 0.005;

}  // namespace

std::string physcSentence(const trace::PartitionFacts& partition, double used, double entitled, double waiting) {
  std::string text = fmt::format("physc: processors' worth of time really used; {:.2f} of {:.2f} {}", used, entitled,
                                 partition.mode == "dedicated" ? "dedicated" : "entitled");
  if (partition.mode == "dedicated") return text + (used < kNothing ? ", so it is idle" : "");
  if (used < kNothing) return text + (waiting > kNothing ? ", so it only waits" : ", so it is idle");
  if (used > entitled + kNothing) return text + ", so it runs on excess";
  if (waiting > kNothing) return text + (partition.capped ? ", and it wants more than its cap lets it have" : ", and it waits for more");
  return text + ", which is enough for it";
}

std::string entcSentence(double used, double entitled) {
  if (entitled <= 0) return "entc: it has no entitlement, so all that it uses is excess";
  const double percent = used / entitled * 100;
  return fmt::format("entc: processor time used as a share of the entitlement; {:.1f} %{}", percent,
                     percent > 100.5 ? ", the part above 100 % is what others left over" : "");
}

std::string excessSentence(double excess, double used) {
  if (excess < kNothing) return "excess: processor time that others left over; it uses none now";
  return fmt::format("excess: processor time that others left over; {:.2f} of the {:.2f} it uses, which can be taken away at any moment",
                     excess, used);
}

std::string waitingSentence(double capacity, double processor) {
  if (capacity + processor < kNothing) return "waiting: none of its virtual processors has to wait";
  return fmt::format(
      "waiting: {:.2f} of its virtual processors were ready but on no core, on average: {:.2f} for want of entitlement, {:.2f} for want of "
      "a "
      "free core",
      capacity + processor, capacity, processor);
}

std::string serverSentence(double used, double cores) {
  return fmt::format("used: {:.2f} of the server's {:.0f} cores, by all its partitions", used, cores);
}

std::string poolSentence(const trace::PoolFacts& pool, double used) {
  return fmt::format("used: {:.2f} of the {:.2f} processing units that the partitions of pool {} may use together", used,
                     pool.maximum.value(), pool.name);
}

Figure shareFigure(double used, double of) {
  const double percent = of > 0 ? used / of * 100 : 0;
  return {percent, "%", fmt::format("load: {:.1f} % of what there is", percent)};
}

std::string rateText(double rate) {
  if (rate < 1000) return fmt::format("{:.3g}", rate);
  std::string digits = fmt::format("{:.0f}", rate);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string byteRateText(double bytes) {
  static constexpr std::array kUnits{"B/s", "kB/s", "MB/s", "GB/s", "TB/s"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.3g} {}", bytes, kUnits[unit]);
}

}  // namespace lparsim::gui
