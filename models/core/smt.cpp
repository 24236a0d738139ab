#include "models/core/smt.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace lparsim::core {
namespace {

constexpr std::string_view kOneThread = "by definition";
constexpr std::string_view kPower7 = "zoltannyiri.wordpress.com, 2017-02-28, after IBM's claims of 40 and 60 % for POWER7";
constexpr std::string_view kPower8 = "zoltannyiri.wordpress.com, 2017-03-26";
constexpr std::string_view kAsPower7 = "no figure is published; as POWER7";
constexpr std::string_view kAsPower8 = "no figure is published; as POWER8";

constexpr SmtFigure kPower5Figures[]{{1, 1.0, kOneThread, false}, {2, 1.3, "no figure is published", true}};
constexpr SmtFigure kPower6Figures[]{{1, 1.0, kOneThread, false}, {2, 1.4, kAsPower7, true}};
constexpr SmtFigure kPower7Figures[]{{1, 1.0, kOneThread, false}, {2, 1.4, kPower7, false}, {4, 1.6, kPower7, false}};
constexpr SmtFigure kPower7PlusFigures[]{{1, 1.0, kOneThread, false}, {2, 1.4, kAsPower7, true}, {4, 1.6, kAsPower7, true}};
constexpr SmtFigure kPower8Figures[]{
    {1, 1.0, kOneThread, false}, {2, 1.45, kPower8, false}, {4, 1.89, kPower8, false}, {8, 2.0, kPower8, false}};
constexpr SmtFigure kPower9Figures[]{
    {1, 1.0, kOneThread, false},
    {2, 1.45, kAsPower8, true},
    {4, 1.89, kAsPower8, true},
    {8, 2.15, "14 % above 4 threads: IBM Developer, 2018-04-19, \"IBM POWER9 SMT performance, Db2\", measured 10 to 18 %", true}};
constexpr SmtFigure kPower10Figures[]{{1, 1.0, kOneThread, false},
                                      {2, 1.45, kAsPower8, true},
                                      {4, 1.89, kAsPower8, true},
                                      {8, 2.15, "no figure is published; as assumed for POWER9", true}};

}  // namespace

Result<SmtThroughput> SmtThroughput::from_table(std::span<const double> by_busy_threads) {
  const auto figures = by_busy_threads.size();
  if (figures == 0 || figures > kTableThreads.size())
    return unexpected(fmt::format("{} figures; allowed: one each for 1, 2, 4 and 8 busy threads, as many as the core has", figures));
  if (by_busy_threads[0] != 1.0)
    return unexpected(fmt::format("{} for one busy thread; allowed: 1, to which the others refer", by_busy_threads[0]));
  SmtThroughput made;
  made.ppm_[0] = 0;
  for (std::size_t i = 1; i < figures; ++i) {
    const double less = by_busy_threads[i - 1], more = by_busy_threads[i];
    const std::uint32_t from = kTableThreads[i - 1], to = kTableThreads[i];
    if (!(more >= less))
      return unexpected(fmt::format("{} for {} busy threads is less than for {}; allowed: at least {}", more, to, from, less));
    if (more > less * 2)  // kTableThreads doubles at each step
      return unexpected(fmt::format("{} for {} busy threads would make each of them faster than {}; allowed: at most {}", more, to,
                                    from == 1 ? "one alone" : fmt::format("each of {}", from), less * 2));
    const std::int64_t low = made.ppm_[from];
    const auto high = static_cast<std::int64_t>(std::floor(more * static_cast<double>(kOneThread) + 0.5));
    for (std::uint32_t busy = from + 1; busy <= kMostThreads; ++busy)
      made.ppm_[busy] = busy >= to ? high : low + (high - low) * (busy - from) / (to - from);
  }
  made.set_quotients();
  return made;
}

std::span<const SmtFigure> smt_figures(Generation generation) {
  switch (generation) {
    case Generation::power5:
    case Generation::power5_plus:
      return kPower5Figures;
    case Generation::power6:
      return kPower6Figures;
    case Generation::power7:
      return kPower7Figures;
    case Generation::power7_plus:
      return kPower7PlusFigures;
    case Generation::power8:
      return kPower8Figures;
    case Generation::power9:
      return kPower9Figures;
    case Generation::power10:
      return kPower10Figures;
  }
  return {};
}

SmtThroughput smt_throughput(Generation generation) {
  std::vector<double> table;
  for (const SmtFigure& figure : smt_figures(generation)) table.push_back(figure.throughput);
  const auto made = SmtThroughput::from_table(table);
  LPARSIM_CHECK(made.has_value(), "figures of {}: {}", generation_facts(generation).name, made.error());
  return *made;
}

}  // namespace lparsim::core
