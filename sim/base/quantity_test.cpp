#include "sim/base/quantity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace lparsim {
namespace {

using testing::HasSubstr;

struct TimeCase {
  const char* text;
  std::int64_t ps;
};

TEST(Quantity, ReadsTimesExactly) {
  const TimeCase cases[] = {{"10 ms", 10'000'000'000},
                            {"10ms", 10'000'000'000},
                            {"  1.5   s ", 1'500'000'000'000},
                            {"0 us", 0},
                            {"0.001 ns", 1},
                            {"1953.125 ns", 1'953'125},
                            {".5 us", 500'000},
                            {"1.000000000000000000000000 s", 1'000'000'000'000},
                            {"0.1 s", 100'000'000'000},
                            {"2 min", 120'000'000'000'000},
                            {"1 h", 3'600'000'000'000'000},
                            {"1 d", 86'400'000'000'000'000},
                            {"9223372.036854775806 s", 9'223'372'036'854'775'806}};
  for (const auto& [text, ps] : cases) {
    const auto time = parse_time(text);
    ASSERT_TRUE(time.has_value()) << text << ": " << time.error();
    EXPECT_EQ(time->ps(), ps) << text;
  }
}

struct WrongCase {
  const char* text;
  const char* message;
};

TEST(Quantity, SaysWhatIsWrongWithATime) {
  const WrongCase cases[] = {{"", "nothing is given"},
                             {"  ", "nothing is given"},
                             {"10", "`10` has no unit"},
                             {"ms", "is not a number"},
                             {"10 MS", "did you mean `ms`?"},
                             {"10 PU", "has the unit `PU`"},
                             {"10 ms 5", "has the unit `ms 5`"},
                             {"-1 ms", "is negative"},
                             {"-", "is not a number"},
                             {"--1 ms", "is not a number"},
                             {"+1 ms", "is not a number"},
                             {"nan", "is not a number"},
                             {".nan", "is not a number"},
                             {"inf ms", "is not a number"},
                             {"-.inf", "is not a number"},
                             {"1. s", "has a point without a digit"},
                             {"1.2.3 s", "has the unit `.3 s`"},
                             {"0x10 ms", "is hexadecimal"},
                             {"0o7 ms", "is octal"},
                             {"010 ms", "starts with a zero"},
                             {"1e3 ms", "has an exponent"},
                             {"1E+3 ms", "has an exponent"},
                             {"1_000 ms", "has separators"},
                             {"1,5 ms", "has separators"},
                             {"0.0001 ns", "granularity 1 ps"},
                             {"1000 d", "is too large; allowed: at most 106 d"},
                             {"9223372.036854775807 s", "is too large"},
                             {"99999999999999999999 ns", "is too large"},
                             {"0.12345678901234567891 s", "has too many digits"},
                             {"9.9999999999999999999 s", "has too many digits"},
                             {"9999999999999999999 ns", "is too large"},
                             {"10 m", "has the unit `m`"}};
  for (const auto& [text, message] : cases) {
    const auto time = parse_time(text);
    ASSERT_FALSE(time.has_value()) << text;
    EXPECT_THAT(time.error(), HasSubstr(message)) << text;
    EXPECT_THAT(time.error(), HasSubstr("; allowed: ")) << text;
  }
}

TEST(Quantity, ReadsProcessingUnitsInHundredths) {
  EXPECT_EQ(parse_processing_units("0.4")->hundredths(), 40);
  EXPECT_EQ(parse_processing_units("0.4 PU")->hundredths(), 40);
  EXPECT_EQ(parse_processing_units("16")->hundredths(), 1600);
  EXPECT_EQ(parse_processing_units("0.050")->hundredths(), 5);
  // In floating point 0.29 * 100 is 28.999999999999996.
  EXPECT_EQ(parse_processing_units("0.29")->hundredths(), 29);
  EXPECT_THAT(parse_processing_units("0.055").error(), HasSubstr("granularity 0.01 PU"));
  EXPECT_THAT(parse_processing_units("2 cores").error(), HasSubstr("has the unit `cores`"));
  EXPECT_THAT(parse_processing_units("100000000000").error(), HasSubstr("is too large"));
}

TEST(Quantity, ReadsSizesRatesAndFrequencies) {
  EXPECT_EQ(parse_bytes("8 GiB")->count, 8ULL << 30);
  EXPECT_EQ(parse_bytes("1.5 KiB")->count, 1536U);
  EXPECT_EQ(parse_bytes("2 MB")->count, 2'000'000U);
  EXPECT_THAT(parse_bytes("0.1 KiB").error(), HasSubstr("granularity 1 B"));
  EXPECT_THAT(parse_bytes("9000000000 TiB").error(), HasSubstr("is too large"));
  EXPECT_THAT(parse_bytes("8 gib").error(), HasSubstr("did you mean `GiB`?"));
  EXPECT_EQ(parse_frequency("3.8 GHz")->value, 3.8e9);
  EXPECT_THAT(parse_frequency("0 Hz").error(), HasSubstr("more than 0 Hz"));
  EXPECT_EQ(parse_cycles("7.6 Mcycles")->count, 7.6e6);
  EXPECT_EQ(parse_data_rate("25 Gb/s")->bits_per_second, 25'000'000'000U);
  EXPECT_EQ(parse_data_rate("1 GB/s")->bits_per_second, 8'000'000'000U);
  EXPECT_EQ(parse_event_rate("200 /s")->per_second, 200.0);
  EXPECT_EQ(parse_event_rate("6/min")->per_second, 0.1);
  EXPECT_EQ(parse_event_rate("2 /ms")->per_second, 2000.0);
  EXPECT_EQ(parse_percent("20 %")->value, 20.0);
  EXPECT_THAT(parse_percent("20").error(), HasSubstr("has no unit"));
}

TEST(Quantity, ReadsBareNumbersAndWords) {
  EXPECT_EQ(parse_count("4"), 4);
  EXPECT_EQ(parse_count("0"), 0);
  EXPECT_EQ(parse_count("4.0"), 4);
  EXPECT_THAT(parse_count("4.5").error(), HasSubstr("is not a whole number"));
  EXPECT_THAT(parse_count("4 cores").error(), HasSubstr("has `cores` after the number"));
  EXPECT_THAT(parse_count("010").error(), HasSubstr("starts with a zero"));
  EXPECT_THAT(parse_count("-1").error(), HasSubstr("is negative"));
  EXPECT_THAT(parse_count("99999999999999999999").error(), HasSubstr("is too large"));
  EXPECT_EQ(parse_number("0.75"), 0.75);
  EXPECT_EQ(parse_number("0.1"), 0.1);
  EXPECT_THAT(parse_number("NaN").error(), HasSubstr("is not a number"));
  EXPECT_EQ(parse_boolean("true"), true);
  EXPECT_EQ(parse_boolean("false"), false);
  for (const char* text : {"yes", "on", "True", "1", ""})
    EXPECT_THAT(parse_boolean(text).error(), HasSubstr("allowed: true or false")) << text;
}

TEST(Quantity, NeverShowsControlCharactersOfTheUser) {
  EXPECT_EQ(parse_count("4\x1B").error().find('\x1B'), std::string::npos);
  EXPECT_LT(parse_time(std::string(100'000, '1')).error().size(), 200U);
}

TEST(Quantity, PrintsTimesThatReadBackTheSame) {
  EXPECT_EQ(format(SimTime::from_ms(10)), "10 ms");
  EXPECT_EQ(format(SimTime::from_ms(1500)), "1.5 s");
  EXPECT_EQ(format(SimTime::from_s(90)), "90 s");
  EXPECT_EQ(format(SimTime{}), "0 s");
  EXPECT_EQ(format(SimTime::from_ps(500)), "0.5 ns");
  EXPECT_EQ(format(SimTime::from_ps(-1'953'125)), "-1.953125 us");
  EXPECT_EQ(format(SimTime::from_ps(INT64_MIN)), "-9223372.036854775807 s");
  std::mt19937_64 random(7);
  for (int i = 0; i < 1000; ++i) {
    const auto time = SimTime::from_ps(static_cast<std::int64_t>(random() >> (1 + i % 63)));
    ASSERT_EQ(parse_time(format(time)), time) << time.ps();
  }
}

TEST(Quantity, PrintsProcessingUnitsAndBytes) {
  EXPECT_EQ(format(ProcessingUnits::from_hundredths(40)), "0.4 PU");
  EXPECT_EQ(format(ProcessingUnits::from_hundredths(105)), "1.05 PU");
  EXPECT_EQ(format(ProcessingUnits::from_hundredths(-5)), "-0.05 PU");
  EXPECT_EQ(format(ProcessingUnits::cores(2)), "2 PU");
  EXPECT_EQ(format(Bytes{8ULL << 30}), "8 GiB");
  EXPECT_EQ(format(Bytes{1500}), "1500 B");
  EXPECT_EQ(format(Bytes{0}), "0 B");
}

}  // namespace
}  // namespace lparsim
