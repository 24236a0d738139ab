#include "models/core/generation.hpp"

#include <algorithm>

namespace lparsim::core {
namespace {

constexpr auto kTenth = ProcessingUnits::from_hundredths(10);
constexpr auto kTwentieth = ProcessingUnits::from_hundredths(5);

constexpr std::array<GenerationFacts, kGenerations.size()> kFacts{{{"POWER5", kTenth, 10, 2},
                                                                   {"POWER5+", kTenth, 10, 2},
                                                                   {"POWER6", kTenth, 10, 2},
                                                                   {"POWER7", kTenth, 10, 4},
                                                                   {"POWER7+", kTwentieth, 20, 4},
                                                                   {"POWER8", kTwentieth, 20, 8},
                                                                   {"POWER9", kTwentieth, 20, 8},
                                                                   {"POWER10", kTwentieth, 20, 8}}};

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

const GenerationFacts& generation_facts(Generation generation) {
  return kFacts[static_cast<std::size_t>(generation)];
}

std::optional<Generation> find_generation(std::string_view name) {
  for (const auto generation : kGenerations) {
    const auto known = generation_facts(generation).name;
    if (std::equal(name.begin(), name.end(), known.begin(), known.end(), [](char a, char b) { return upper(a) == b; })) return generation;
  }
  return std::nullopt;
}

}  // namespace lparsim::core
