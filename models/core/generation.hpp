#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/units.hpp"

namespace lparsim::core {

enum class Generation : std::uint8_t { power5, power5_plus, power6, power7, power7_plus, power8, power9, power10 };

inline constexpr std::array kGenerations{Generation::power5,      Generation::power5_plus, Generation::power6, Generation::power7,
                                         Generation::power7_plus, Generation::power8,      Generation::power9, Generation::power10};

/// What a generation of processors allows. Sources: IBM Power 750 and 760 Technical Overview, p. 124 (0.05 from POWER7+ on, 20 virtual
/// processors a processing unit), IBM Power 770 and 780 Technical Overview, p. 132 (0.10 and 10 before).
struct GenerationFacts {
  std::string_view name;  ///< as users write it: "POWER7+"
  ProcessingUnits minimum_per_virtual_processor;
  std::uint32_t most_virtual_processors_per_unit;
  std::uint32_t most_threads_per_core;  ///< simultaneous multithreading
};
const GenerationFacts& generation_facts(Generation generation);

/// By its name in any case ("Power10"); nothing if there is none of it.
std::optional<Generation> find_generation(std::string_view name);

// Limits that hold for every generation.

/// Entitlement comes in hundredths (IBM Power 770 and 780 Technical Overview, p. 132), and no virtual processor is worth more than one.
inline constexpr ProcessingUnits kMaximumPerVirtualProcessor = ProcessingUnits::cores(1);
/// Uncapped weight 0 to 255, default 128 (HMC V7R340 help, "Add/Remove Processors: Weight"); 0 acts as capped (LoPAR).
inline constexpr std::uint32_t kMaximumWeight = 255;
inline constexpr std::uint32_t kDefaultWeight = 128;
/// Shared processor pools with the default one (`SharedProcessorPoolCount` of a managed system, pypowervm test data).
inline constexpr std::uint32_t kMaximumPools = 64;
/// `MaximumVirtualProcessorsPerPartition` of the same.
inline constexpr std::uint32_t kMaximumVirtualProcessorsPerPartition = 256;
/// Assumed: no public text with the figure was found.
inline constexpr std::uint32_t kMaximumPartitions = 1000;

}  // namespace lparsim::core
