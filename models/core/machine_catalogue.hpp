#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/core/generation.hpp"
#include "sim/base/units.hpp"

namespace lparsim::core {

/// A published rating: so many cores of this machine, so much relative commercial performance (pSeries 640 = 1.0; an analytic model of
/// processor, cache and memory without disk or network).
struct RperfPoint {
  std::uint32_t cores = 0;
  double rperf = 0;
};

/// A server model with one of its processors. Where a model exists with several, the one with the most cores stands first in the
/// catalogue. Figures: docs/models/machine-catalogue.md.
struct Machine {
  std::string_view model;    ///< machine type and model: "9009-42A"
  std::string_view product;  ///< "Power S924"
  Generation generation = Generation::power9;
  std::uint32_t most_cores = 0;
  std::uint32_t cores_per_chip = 0;
  std::uint32_t megahertz = 0;           ///< nominal, as AIX reports it; to the digits that the source gives
  std::uint32_t memory_gibibytes = 0;    ///< most of it; 0: not known
  bool memory_is_assumed = false;        ///< no public source was found
  std::array<RperfPoint, 14> ratings{};  ///< by rising number of cores; the rest is empty

  constexpr Hertz frequency() const { return Hertz{megahertz * 1e6}; }
  std::uint32_t most_threads_per_core() const { return generation_facts(generation).most_threads_per_core; }
  std::optional<Bytes> memory() const;
  std::span<const RperfPoint> published_ratings() const;
  /// How a scenario names exactly this one: "9119-FHB 4.0 GHz".
  std::string name() const;
};

std::span<const Machine> machine_catalogue();

/// By model alone ("9119-FHB": the first of the catalogue) or with a frequency ("9119-FHB 3.7 GHz"); nullptr if there is none.
const Machine* find_machine(std::string_view text);

/// The rating of a part of the machine: the next larger published one, pro rata, which underestimates it a little (rule of the `rperf`
/// script). Nothing for 0 cores and for more than the largest published.
std::optional<double> rperf(const Machine& machine, std::uint32_t cores);

}  // namespace lparsim::core
