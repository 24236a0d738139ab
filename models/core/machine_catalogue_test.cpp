#include "models/core/machine_catalogue.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lparsim::core {
namespace {

TEST(MachineCatalogue, HoldsEachGenerationAndAtLeastTwentyModels) {
  std::set<std::string_view> models;
  std::set<Generation> generations;
  for (const auto& machine : machine_catalogue()) {
    models.insert(machine.model);
    generations.insert(machine.generation);
  }
  EXPECT_GE(models.size(), 20U);
  EXPECT_EQ(generations.size(), kGenerations.size());
}

TEST(MachineCatalogue, EveryEntryIsConsistent) {
  std::set<std::string> names;
  for (const auto& machine : machine_catalogue()) {
    SCOPED_TRACE(machine.name());
    EXPECT_TRUE(names.insert(machine.name()).second);
    EXPECT_EQ(find_machine(machine.name()), &machine);
    EXPECT_EQ(machine.most_cores % machine.cores_per_chip, 0U);
    EXPECT_GE(machine.megahertz, 1500U);
    EXPECT_LE(machine.megahertz, 5000U);
    ASSERT_FALSE(machine.published_ratings().empty());
    EXPECT_EQ(machine.published_ratings().back().cores, machine.most_cores);
    const RperfPoint* previous = nullptr;
    for (const auto& point : machine.published_ratings()) {
      EXPECT_DOUBLE_EQ(*rperf(machine, point.cores), point.rperf);
      if (previous != nullptr) {
        EXPECT_GT(point.cores, previous->cores);
        // More cores, more in all; a core is worth up to a seventh more beside fewer others (the 780's own figures are uneven).
        EXPECT_GT(point.rperf, previous->rperf);
        EXPECT_LT(point.rperf / point.cores, previous->rperf / previous->cores * 1.15);
      }
      previous = &point;
    }
    if (machine.memory()) {
      EXPECT_GE(*machine.memory(), Bytes{1ULL << 39});
    }
  }
}

TEST(MachineCatalogue, AModelWithoutFrequencyIsTheOneWithTheMostCores) {
  EXPECT_EQ(find_machine("9119-FHB")->most_cores, 256U);
  EXPECT_EQ(find_machine("9119-FHB 3.7 GHz")->most_cores, 192U);
  EXPECT_EQ(find_machine("9119-FHB 3.7GHz")->most_cores, 192U);
  EXPECT_EQ(find_machine("9009-42A")->most_cores, 24U);
  EXPECT_EQ(find_machine("9080-HEX")->most_cores, 240U);
  for (const auto& machine : machine_catalogue()) EXPECT_LE(machine.most_cores, find_machine(machine.model)->most_cores);
  for (const auto* text :
       {"", "9009", "9009-42a", "9119-FHB 5.0 GHz", "9119-FHB 3.7", "9119-FHB  3.7 GHz", "9119-FHB -3.7 GHz", "9119-FHB nan GHz"}) {
    EXPECT_EQ(find_machine(text), nullptr) << text;
  }
}

TEST(MachineCatalogue, RatesAPartByTheNextLargerPublishedPoint) {
  EXPECT_NEAR(*rperf(*find_machine("9117-MMA 4.7 GHz"), 3), 30.20, 0.005);
  EXPECT_NEAR(*rperf(*find_machine("9119-FHB 4.0 GHz"), 250), 2908.36, 0.005);
  EXPECT_NEAR(*rperf(*find_machine("9117-MMA 4.7 GHz"), 1), 20.13 / 2, 1e-9);
  EXPECT_FALSE(rperf(*find_machine("9119-FHB"), 0));
  EXPECT_FALSE(rperf(*find_machine("9119-FHB"), 257));
}

TEST(Generation, GivesTheLimitsOfEach) {
  EXPECT_EQ(generation_facts(Generation::power7).minimum_per_virtual_processor, ProcessingUnits::from_hundredths(10));
  EXPECT_EQ(generation_facts(Generation::power7_plus).minimum_per_virtual_processor, ProcessingUnits::from_hundredths(5));
  EXPECT_EQ(generation_facts(Generation::power10).most_threads_per_core, 8U);
  for (const auto generation : kGenerations) {
    const auto& facts = generation_facts(generation);
    EXPECT_EQ(facts.minimum_per_virtual_processor * facts.most_virtual_processors_per_unit, ProcessingUnits::cores(1)) << facts.name;
    EXPECT_EQ(find_generation(facts.name), generation);
  }
  EXPECT_EQ(find_generation("Power10"), Generation::power10);
  EXPECT_EQ(find_generation("power7+"), Generation::power7_plus);
  EXPECT_FALSE(find_generation("POWER"));
  EXPECT_FALSE(find_generation("POWER11"));
}

}  // namespace
}  // namespace lparsim::core
