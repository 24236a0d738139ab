#include "models/core/machine_catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lparsim::core {
namespace {

constexpr std::uint32_t kTebi = 1024;

// Ratings and frequencies: github.com/nigelargriffiths/rperf, script rperf_v41 (20 July 2022), whose figures are from IBM's Power
// Systems Facts and Features. Cores per chip and memory: docs/models/machine-catalogue.md.
// model, product, generation, cores, cores per chip, MHz, memory in GiB, whether that is assumed, {cores, rPerf}...
constexpr Machine kMachines[] = {
    // clang-format off
    {"9117-570", "eServer p5 570", Generation::power5, 16, 2, 1650, 512, true, {{{2, 9.86}, {4, 19.66}, {8, 37.22}, {12, 53.43}, {16, 68.40}}}},
    {"9117-570", "System p5 570", Generation::power5_plus, 16, 2, 2200, 512, true, {{{2, 13.83}, {4, 27.58}, {8, 52.21}, {12, 74.95}, {16, 95.96}}}},
    {"9119-595", "eServer p5 595", Generation::power5, 64, 2, 1900, 0, false, {{{16, 90.67}, {24, 130.39}, {32, 170.11}, {40, 204.14}, {48, 238.16}, {56, 272.18}, {64, 306.21}}}},
    {"9119-595", "System p5 595", Generation::power5_plus, 64, 2, 2300, 0, false, {{{16, 116.13}, {24, 167.58}, {32, 218.64}, {40, 262.37}, {48, 306.10}, {56, 349.83}, {64, 393.55}}}},
    {"8204-E8A", "Power 550", Generation::power6, 8, 2, 4200, 0, false, {{{2, 18.38}, {4, 36.28}, {6, 52.24}, {8, 68.20}}}},
    {"8204-E8A", "Power 550", Generation::power6, 8, 2, 3500, 0, false, {{{2, 15.85}, {4, 31.27}, {6, 45.04}, {8, 58.80}}}},
    {"9117-MMA", "Power 570", Generation::power6, 16, 2, 4700, 768, true, {{{2, 20.13}, {4, 40.26}, {8, 74.89}, {12, 105.89}, {16, 134.35}}}},
    {"9117-MMA", "Power 570", Generation::power6, 16, 2, 3500, 768, true, {{{2, 15.85}, {4, 31.69}, {8, 58.95}, {12, 83.35}, {16, 105.75}}}},
    {"9119-FHA", "Power 595", Generation::power6, 64, 2, 5000, 4 * kTebi, true, {{{8, 87.10}, {16, 164.67}, {24, 235.90}, {32, 307.12}, {40, 368.82}, {48, 430.53}, {56, 491.77}, {64, 553.01}}}},
    {"8233-E8B", "Power 750", Generation::power7, 32, 8, 3600, 512, true, {{{8, 93.05}, {16, 178.65}, {24, 256.81}, {32, 334.97}}}},
    {"8233-E8B", "Power 750", Generation::power7, 32, 8, 3300, 512, true, {{{8, 86.99}, {16, 167.01}, {24, 240.08}, {32, 313.15}}}},
    {"8233-E8B", "Power 750", Generation::power7, 32, 8, 3000, 512, true, {{{8, 81.24}, {16, 155.99}, {24, 224.23}, {32, 292.47}}}},
    {"8233-E8B", "Power 750", Generation::power7, 32, 8, 3550, 512, true, {{{32, 331.06}}}},
    {"8202-E4B", "Power 720", Generation::power7, 8, 8, 3000, 0, false, {{{4, 45.13}, {6, 65.52}, {8, 81.24}}}},
    {"8205-E6C", "Power 740", Generation::power7, 16, 8, 3550, 0, false, {{{8, 91.96}, {16, 176.57}}}},
    {"9117-MMB", "Power 770", Generation::power7, 64, 8, 3100, 2 * kTebi, true, {{{16, 165.30}, {32, 306.74}, {48, 443.06}, {64, 579.39}}}},
    {"9117-MMB", "Power 770", Generation::power7, 48, 6, 3500, 2 * kTebi, true, {{{12, 140.75}, {24, 261.19}, {36, 377.26}, {48, 493.37}}}},
    {"9117-MMC", "Power 770", Generation::power7, 64, 8, 3300, 4 * kTebi, true, {{{16, 173.1}, {32, 321.2}, {48, 464.0}, {64, 606.8}}}},
    {"9117-MMC", "Power 770", Generation::power7, 48, 6, 3700, 4 * kTebi, true, {{{12, 147.5}, {24, 273.7}, {36, 395.4}, {48, 517.0}}}},
    {"9179-MHB", "Power 780", Generation::power7, 64, 8, 3860, 0, false, {{{16, 195.45}, {32, 362.7}, {48, 523.89}, {64, 685.09}}}},
    {"9179-MHB", "Power 780 TurboCore", Generation::power7, 32, 4, 4140, 0, false, {{{8, 115.16}, {16, 226.97}, {24, 326.24}, {32, 425.5}}}},
    {"9179-MHC", "Power 780", Generation::power7, 96, 6, 3440, 0, false, {{{24, 253.3}, {48, 443.3}, {72, 696.6}, {96, 886.6}}}},
    {"9179-MHC", "Power 780", Generation::power7, 64, 8, 3920, 0, false, {{{16, 197.6}, {32, 366.6}, {48, 529.6}, {64, 692.5}}}},
    {"9119-FHB", "Power 795", Generation::power7, 256, 8, 4000, 16 * kTebi, true, {{{32, 372.27}, {256, 2978.16}}}},
    {"9119-FHB", "Power 795", Generation::power7, 192, 6, 3700, 16 * kTebi, true, {{{24, 273.51}, {192, 2188.08}}}},
    {"8408-E8D", "Power 750", Generation::power7_plus, 32, 8, 4000, 0, false, {{{8, 117.1}, {16, 220.7}, {24, 309.2}, {32, 397.7}}}},
    {"8408-E8D", "Power 750", Generation::power7_plus, 32, 8, 3500, 0, false, {{{8, 104.5}, {16, 197.0}, {24, 275.9}, {32, 354.9}}}},
    {"9117-MMD", "Power 770", Generation::power7_plus, 64, 8, 3800, 0, false, {{{16, 219.3}, {32, 410.8}, {48, 570.1}, {64, 729.3}}}},
    {"9117-MMD", "Power 770", Generation::power7_plus, 48, 6, 4200, 0, false, {{{12, 184.2}, {24, 345.1}, {36, 478.9}, {48, 612.7}}}},
    {"9179-MHD", "Power 780", Generation::power7_plus, 128, 8, 3700, 0, false, {{{32, 383.9}, {64, 690.1}, {96, 1151.6}, {128, 1380.2}}}},
    {"9179-MHD", "Power 780", Generation::power7_plus, 64, 8, 4400, 0, false, {{{16, 245.7}, {32, 460.3}, {48, 638.7}, {64, 817.1}}}},
    {"8286-41A", "Power S814", Generation::power8, 8, 8, 3700, 0, false, {{{8, 143.9}}}},
    {"8284-22A", "Power S822", Generation::power8, 20, 10, 3400, 0, false, {{{10, 177.8}, {20, 346.7}}}},
    {"8284-22A", "Power S822", Generation::power8, 16, 8, 4100, 0, false, {{{8, 155.1}, {16, 302.4}}}},
    {"8284-22A", "Power S822", Generation::power8, 12, 6, 3900, 0, false, {{{6, 120.8}, {12, 235.6}}}},
    {"8286-42A", "Power S824", Generation::power8, 24, 12, 3500, 2 * kTebi, true, {{{24, 421.9}}}},
    {"8286-42A", "Power S824", Generation::power8, 16, 8, 4100, 2 * kTebi, true, {{{8, 166.0}, {16, 323.6}}}},
    {"8286-42A", "Power S824", Generation::power8, 12, 6, 3900, 2 * kTebi, true, {{{6, 120.8}, {12, 235.6}}}},
    {"8408-44E", "Power E850C", Generation::power8, 48, 12, 3650, 0, false, {{{12, 221.0}, {24, 440.7}, {36, 640.0}, {48, 859.3}}}},
    {"8408-44E", "Power E850C", Generation::power8, 40, 10, 3950, 0, false, {{{10, 197.0}, {20, 393.1}, {30, 579.8}, {40, 766.5}}}},
    {"8408-44E", "Power E850C", Generation::power8, 32, 8, 4220, 0, false, {{{8, 168.0}, {16, 334.7}, {24, 493.7}, {32, 652.7}}}},
    {"9119-MME", "Power E870", Generation::power8, 80, 10, 4190, 0, false, {{{40, 856.0}, {80, 1711.9}}}},
    {"9119-MME", "Power E870", Generation::power8, 64, 8, 4020, 0, false, {{{32, 674.5}, {64, 1349.0}}}},
    {"9119-MHE", "Power E880", Generation::power8, 192, 12, 4020, 32 * kTebi, true, {{{48, 976.4}, {96, 1952.9}, {192, 3905.8}}}},
    {"9119-MHE", "Power E880", Generation::power8, 160, 10, 4190, 32 * kTebi, true, {{{40, 856.0}, {80, 1711.9}, {160, 3424.0}}}},
    {"9119-MHE", "Power E880", Generation::power8, 128, 8, 4350, 32 * kTebi, true, {{{32, 716.3}, {64, 1432.5}, {128, 2865.0}}}},
    {"9009-41A", "Power S914", Generation::power9, 8, 8, 2800, 0, false, {{{8, 183.2}}}},
    {"9009-41A", "Power S914", Generation::power9, 6, 6, 2300, 0, false, {{{4, 80.9}, {6, 118.6}}}},
    {"9009-22A", "Power S922", Generation::power9, 20, 10, 2500, 0, false, {{{10, 218.6}, {20, 426.4}}}},
    {"9009-22A", "Power S922", Generation::power9, 16, 8, 3000, 0, false, {{{8, 202.3}, {16, 394.5}}}},
    {"9009-42A", "Power S924", Generation::power9, 24, 12, 2700, 4 * kTebi, true, {{{12, 299.0}, {24, 583.1}}}},
    {"9009-42A", "Power S924", Generation::power9, 20, 10, 2900, 4 * kTebi, true, {{{10, 256.1}, {20, 499.5}}}},
    {"9009-42A", "Power S924", Generation::power9, 16, 8, 3300, 4 * kTebi, true, {{{8, 219.4}, {16, 427.8}}}},
    {"9009-42G", "Power S924", Generation::power9, 24, 12, 2700, 4 * kTebi, true, {{{12, 299.0}, {24, 583.1}}}},
    {"9009-42G", "Power S924", Generation::power9, 20, 10, 2900, 4 * kTebi, true, {{{10, 256.1}, {20, 499.5}}}},
    {"9009-42G", "Power S924", Generation::power9, 16, 8, 3300, 4 * kTebi, true, {{{8, 219.4}, {16, 427.8}}}},
    {"9040-MR9", "Power E950", Generation::power9, 48, 12, 2850, 16 * kTebi, false, {{{24, 587.8}, {48, 1146.4}}}},
    {"9040-MR9", "Power E950", Generation::power9, 44, 11, 2800, 16 * kTebi, false, {{{22, 549.6}, {44, 1071.9}}}},
    {"9040-MR9", "Power E950", Generation::power9, 40, 10, 3000, 16 * kTebi, false, {{{20, 530.2}, {40, 1034.1}}}},
    {"9040-MR9", "Power E950", Generation::power9, 32, 8, 3300, 16 * kTebi, false, {{{16, 446.3}, {32, 870.4}}}},
    {"9080-M9S", "Power E980", Generation::power9, 192, 12, 2900, 64 * kTebi, false, {{{8, 228.8}, {12, 334.0}, {16, 457.3}, {20, 554.3}, {24, 651.3}, {28, 760.7}, {32, 870.1}, {36, 960.6}, {40, 1073.3}, {44, 1171.7}, {48, 1270.2}, {96, 2540.4}, {144, 3810.6}, {192, 5081.7}}}},
    {"9080-M9S", "Power E980", Generation::power9, 176, 11, 3000, 64 * kTebi, false, {{{8, 230.6}, {12, 336.7}, {16, 461.0}, {20, 558.8}, {24, 656.6}, {28, 766.9}, {32, 877.2}, {36, 968.4}, {40, 1082.0}, {44, 1181.4}, {88, 2362.9}, {132, 3544.3}, {176, 4725.8}}}},
    {"9080-M9S", "Power E980", Generation::power9, 160, 10, 3100, 64 * kTebi, false, {{{8, 234.0}, {12, 341.6}, {16, 467.7}, {20, 566.9}, {24, 666.1}, {28, 778.0}, {32, 889.8}, {36, 982.4}, {40, 1098.1}, {80, 2196.2}, {120, 3294.3}, {160, 4392.4}}}},
    {"9080-M9S", "Power E980", Generation::power9, 128, 8, 3400, 64 * kTebi, false, {{{8, 239.1}, {12, 349.1}, {16, 477.9}, {20, 579.3}, {24, 680.7}, {28, 795.0}, {32, 910.0}, {64, 1820.0}, {96, 2729.9}, {128, 3639.9}}}},
    {"9105-41B", "Power S1014", Generation::power10, 8, 8, 3000, 0, false, {{{4, 129.4}, {8, 254.2}}}},
    {"9105-22A", "Power S1022", Generation::power10, 40, 10, 2400, 0, false, {{{40, 1024.1}}}},
    {"9105-22A", "Power S1022", Generation::power10, 32, 8, 2700, 0, false, {{{32, 924.1}}}},
    {"9105-22A", "Power S1022", Generation::power10, 24, 6, 2900, 0, false, {{{12, 358.5}, {24, 699.2}}}},
    {"9105-42A", "Power S1024", Generation::power10, 48, 12, 2700, 8 * kTebi, false, {{{48, 1331.8}}}},
    {"9105-42A", "Power S1024", Generation::power10, 32, 8, 3100, 8 * kTebi, false, {{{32, 1013.4}}}},
    {"9105-42A", "Power S1024", Generation::power10, 24, 6, 3400, 8 * kTebi, false, {{{12, 415.7}, {24, 810.6}}}},
    {"9043-MRX", "Power E1050", Generation::power10, 96, 12, 2950, 0, false, {{{48, 1378.8}, {72, 2033.5}, {96, 2688.9}}}},
    {"9043-MRX", "Power E1050", Generation::power10, 72, 9, 3200, 0, false, {{{36, 1136.5}, {54, 1676.1}, {72, 2216.4}}}},
    {"9043-MRX", "Power E1050", Generation::power10, 48, 6, 3350, 0, false, {{{24, 818.7}, {36, 1207.4}, {48, 1596.6}}}},
    {"9080-HEX", "Power E1080", Generation::power10, 240, 15, 3500, 64 * kTebi, true, {{{60, 1999.7}, {120, 3999.3}, {180, 5999.0}, {240, 7998.6}}}},
    {"9080-HEX", "Power E1080", Generation::power10, 192, 12, 3600, 64 * kTebi, true, {{{48, 1680.6}, {96, 3361.2}, {144, 5041.8}, {192, 6722.3}}}},
    {"9080-HEX", "Power E1080", Generation::power10, 160, 10, 3650, 64 * kTebi, true, {{{40, 1366.8}, {80, 2733.6}, {120, 4100.4}, {160, 5467.1}}}},
    // clang-format on
};

std::string gigahertz(std::uint32_t megahertz) {
  auto text = fmt::format("{}.{:03}", megahertz / 1000, megahertz % 1000);
  while (text.back() == '0' && text[text.size() - 2] != '.') text.pop_back();
  return text;
}

}  // namespace

std::optional<Bytes> Machine::memory() const {
  if (memory_gibibytes == 0) return std::nullopt;
  return Bytes{std::uint64_t{memory_gibibytes} << 30};
}

std::span<const RperfPoint> Machine::published_ratings() const {
  const auto end = std::find_if(ratings.begin(), ratings.end(), [](const RperfPoint& point) { return point.cores == 0; });
  return {ratings.begin(), end};
}

std::string Machine::name() const {
  return fmt::format("{} {} GHz", model, gigahertz(megahertz));
}

std::span<const Machine> machine_catalogue() {
  return kMachines;
}

const Machine* find_machine(std::string_view text) {
  const auto blank = text.find(' ');
  const auto model = text.substr(0, blank);
  std::uint32_t megahertz = 0;
  if (blank != std::string_view::npos) {
    double value = 0;
    const auto frequency = text.substr(blank + 1);
    const auto result = std::from_chars(frequency.data(), frequency.data() + frequency.size(), value, std::chars_format::fixed);
    const auto unit = frequency.substr(static_cast<std::size_t>(result.ptr - frequency.data()));
    if (result.ec != std::errc{} || (unit != " GHz" && unit != "GHz") || !(value > 0.001 && value < 100)) return nullptr;
    megahertz = static_cast<std::uint32_t>(std::lround(value * 1000));
  }
  for (const auto& machine : kMachines) {
    if (machine.model == model && (megahertz == 0 || machine.megahertz == megahertz)) return &machine;
  }
  return nullptr;
}

std::optional<double> rperf(const Machine& machine, std::uint32_t cores) {
  if (cores == 0) return std::nullopt;
  for (const auto& point : machine.published_ratings()) {
    if (cores <= point.cores) return point.rperf / point.cores * cores;
  }
  return std::nullopt;
}

}  // namespace lparsim::core
