#include "sim/base/quantity.hpp"

#include <gtest/gtest.h>

namespace lparsim {
namespace {

using namespace literals;

TEST(Quantity, ReadsDurationsExactly) {
  EXPECT_EQ(parse_duration("5 ms"), 5_ms);
  EXPECT_EQ(parse_duration("5ms"), 5_ms);
  EXPECT_EQ(parse_duration(" 0.1 s "), 100_ms);
  EXPECT_EQ(parse_duration("2.5 us"), 2500_ns);
  EXPECT_EQ(parse_duration("2.5 µs"), 2500_ns);
  EXPECT_EQ(parse_duration("0.001 ns"), 1_ps);
  EXPECT_EQ(parse_duration("1.500000000000000000000000 ns"), 1500_ps);
  EXPECT_EQ(parse_duration("1.5 min"), 90_s);
  EXPECT_EQ(parse_duration("2 h"), 7200_s);
  EXPECT_EQ(parse_duration("1 d"), 86400_s);
  EXPECT_EQ(parse_duration("0 s"), 0_ps);
  EXPECT_EQ(parse_duration("9223372036854775.807 ns"), SimTime::from_ps(INT64_MAX));
}

TEST(Quantity, SaysWhatIsWrongWithADuration) {
  EXPECT_EQ(parse_duration("5").error(), "\"5\" has no unit; use ns, us, ms, s, min, h or d, such as 5 ms");
  EXPECT_EQ(parse_duration("5 m").error(), "\"m\" is not a unit of time; use ns, us, ms, s, min, h or d");
  EXPECT_EQ(parse_duration("-5 ms").error(), "\"-5 ms\" is not a duration; write a number and a unit, such as 2.5 ms");
  EXPECT_EQ(parse_duration("107 d").error(), "107 d is too long; at most 106 days");
  EXPECT_EQ(parse_duration("9223372036854775.808 ns").error(), "9223372036854775.808 ns is too long; at most 106 days");
  EXPECT_EQ(parse_duration(std::string(400, '9') + " ns").error(), std::string(400, '9') + " ns is too long; at most 106 days");
  EXPECT_EQ(parse_duration("0.0005 ns").error(), "0.0005 ns is finer than a picosecond");
  EXPECT_EQ(parse_duration("0." + std::string(400, '0') + "1 d").error(), "0." + std::string(400, '0') + "1 d is finer than a picosecond");
  for (const auto* text : {"", " ", ".", "5.", ".5 ms", "1.2.3 s", "1e3 ms", "nan s", "inf s", "0x10 s", "five ms"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Quantity, ReadsCyclesAndRates) {
  EXPECT_EQ(parse_cycles("7.6 Mcycles")->count, 7.6e6);
  EXPECT_EQ(parse_cycles("12 cycles")->count, 12);
  EXPECT_TRUE(is_cycles("1 Gcycles"));
  EXPECT_FALSE(is_cycles("1 ms"));
  EXPECT_FALSE(parse_cycles("7.6 ms"));
  EXPECT_FALSE(parse_cycles(std::string(400, '9') + " cycles"));
  EXPECT_EQ(parse_rate("200 /s"), 200);
  EXPECT_EQ(parse_rate("0.5/ms"), 500);
  EXPECT_EQ(parse_rate("60 / min"), 1);
  EXPECT_EQ(parse_rate("200").error(), "\"200\" is not a rate; write a number and /s, /ms, /us, /min, /h or /d, such as 200 /s");
  EXPECT_FALSE(parse_rate("-1 /s"));
}

}  // namespace
}  // namespace lparsim
