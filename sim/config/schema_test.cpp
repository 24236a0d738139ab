#include "sim/config/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/testing/sample_schema.hpp"

namespace lparsim::config {
namespace {

using sample::Plant;
using testing::HasSubstr;

struct Outcome {
  Plant plant;
  std::string diagnostics;
};

Outcome read(const std::string& text, const std::vector<Override>& overrides = {}) {
  Diagnostics diagnostics;
  const auto document = Document::parse("p.yaml", text, overrides, diagnostics);
  Outcome outcome;
  if (document) outcome.plant = sample::plant_schema().read(*document, diagnostics);
  outcome.diagnostics = diagnostics.text();
  return outcome;
}

TEST(Schema, ReadsEveryKindOfKey) {
  const auto [plant, diagnostics] = read(R"(
name: plant
note: two words
seed: 7
duration: 20 s
clock: 3.8 GHz
memory: 8 GiB
ratio: 0.75
share: 25 %
verbose: true
colour: green
processors: {mode: dedicated, cores: 2, donate: true}
pools: [{name: a, maximum: 2, reserved: 0.5 PU}, {name: b}]
jobs:
  - {name: burn, type: spin, threads: 4}
  - name: orders
    type: open
    arrivals: 200 /s
    transaction:
      - sleep: 5 ms
      - work: 7.6 Mcycles
      - transfer: {size: 4 KiB, rate: 25 Gb/s}
expect: [a < 20 ms, "b"]
moments: [1 s, 0.5 ms]
friends: [oak, elm]
even: 4
)");
  ASSERT_EQ(diagnostics, "");
  EXPECT_EQ(plant.name, "plant");
  EXPECT_EQ(plant.note, "two words");
  EXPECT_EQ(plant.seed, 7);
  EXPECT_EQ(plant.duration, SimTime::from_s(20));
  EXPECT_EQ(plant.clock, Hertz{3.8e9});
  EXPECT_EQ(plant.memory, Bytes{8ULL << 30});
  EXPECT_EQ(plant.ratio, 0.75);
  EXPECT_EQ(plant.share, Percent{25});
  EXPECT_TRUE(plant.verbose);
  EXPECT_EQ(plant.colour, sample::Colour::green);
  ASSERT_TRUE(plant.processors);
  const auto& dedicated = std::get<sample::Dedicated>(plant.processors->mode);
  EXPECT_EQ(dedicated.cores, 2);
  EXPECT_TRUE(dedicated.donate);
  ASSERT_EQ(plant.pools.size(), 2U);
  EXPECT_EQ(plant.pools[0].maximum, ProcessingUnits::cores(2));
  EXPECT_EQ(plant.pools[0].reserved.hundredths(), 50);
  EXPECT_FALSE(plant.pools[1].maximum);
  ASSERT_EQ(plant.jobs.size(), 2U);
  EXPECT_EQ(std::get<sample::Spin>(plant.jobs[0].kind).threads, 4);
  const auto& open = std::get<sample::Open>(plant.jobs[1].kind);
  EXPECT_EQ(open.arrivals, EventRate{200});
  ASSERT_EQ(open.transaction.size(), 3U);
  EXPECT_EQ(std::get<sample::Sleep>(open.transaction[0].action).time, SimTime::from_ms(5));
  EXPECT_EQ(std::get<Cycles>(open.transaction[1].action), Cycles{7.6e6});
  EXPECT_EQ(std::get<sample::Transfer>(open.transaction[2].action).size, Bytes{4096});
  EXPECT_EQ(plant.expect, (std::vector<std::string>{"a < 20 ms", "b"}));
  EXPECT_EQ(plant.moments, (std::vector{SimTime::from_s(1), SimTime::from_us(500)}));
  EXPECT_EQ(plant.friends, (std::vector<std::string>{"oak", "elm"}));
  EXPECT_EQ(plant.even, 4);
}

TEST(Schema, TakesASingleValueForAListOfOneWhereThatIsAllowed) {
  const auto one = read("name: plant\nfriends: oak\n");
  EXPECT_EQ(one.diagnostics, "");
  EXPECT_EQ(one.plant.friends, std::vector<std::string>{"oak"});
  EXPECT_THAT(read("name: plant\nfriends: 1st\n").diagnostics, testing::HasSubstr("p.yaml:2:10: friends: `1st` is no name"));
  EXPECT_THAT(read("name: plant\nfriends: {a: b}\n").diagnostics, testing::HasSubstr("friends: a mapping stands here; allowed: a list"));
  EXPECT_THAT(read("name: plant\nmoments: 1 s\n").diagnostics, testing::HasSubstr("moments: `1 s` stands here; allowed: a list"));
}

TEST(Schema, KeepsTheDefaultsOfWhatIsAbsentOrNull) {
  const auto [plant, diagnostics] = read("name: p\nseed: ~\nduration: null\nprocessors:\npools:\nexpect: []\n");
  ASSERT_EQ(diagnostics, "");
  EXPECT_EQ(plant.seed, 1);
  EXPECT_EQ(plant.duration, SimTime::from_s(1));
  EXPECT_FALSE(plant.processors);
  EXPECT_TRUE(plant.pools.empty());
}

TEST(Schema, PicksTheDefaultAlternativeWhenTheSelectorIsAbsent) {
  const auto [plant, diagnostics] = read("name: p\nprocessors: {entitlement: 0.5}\n");
  ASSERT_EQ(diagnostics, "");
  const auto& shared = std::get<sample::Shared>(plant.processors->mode);
  EXPECT_EQ(shared.entitlement.hundredths(), 50);
  EXPECT_EQ(shared.weight, 128);
}

struct WrongCase {
  const char* text;  // after `name: p\n`, so from line 2
  const char* diagnostic;
};

class SchemaRefuses : public testing::TestWithParam<WrongCase> {};

TEST_P(SchemaRefuses, WithPlacePathAndWhatIsAllowed) {
  const auto outcome = read(std::string("name: p\n") + GetParam().text);
  EXPECT_THAT(outcome.diagnostics, HasSubstr(GetParam().diagnostic));
  EXPECT_EQ(std::count(outcome.diagnostics.begin(), outcome.diagnostics.end(), '\n'), 1) << outcome.diagnostics;
}

const WrongCase kWrong[] = {
    {"naem: x\n", "p.yaml:2:1: unknown key `naem`; did you mean `name`?"},
    {"zzzzzz: x\n", "unknown key `zzzzzz`; allowed: name, note, seed, duration"},
    {"seed: -1\n", "p.yaml:2:7: seed: `-1` is negative; allowed: a whole number such as `4`"},
    {"seed: 1.5\n", "seed: `1.5` is not a whole number"},
    {"seed: 0x10\n", "seed: `0x10` is hexadecimal"},
    {"seed: 010\n", "seed: `010` starts with a zero"},
    {"seed: 1e3\n", "seed: `1e3` has an exponent"},
    {"seed: 99999999999999999999\n", "seed: `99999999999999999999` is too large"},
    {"seed: ''\n", "seed: nothing is given; allowed: a whole number"},
    {"seed: [1]\n", "p.yaml:2:1: seed: a list stands here; allowed: a whole number such as `4`"},
    {"seed: {a: 1}\n", "seed: a mapping stands here; allowed: a whole number"},
    {"duration: 20\n", "p.yaml:2:11: duration: `20` has no unit; allowed: a time such as `10 ms` (ns, us, ms, s, min, h, d)"},
    {"duration: 20 GHz\n", "duration: `20 GHz` has the unit `GHz`; allowed: a time"},
    {"duration: 20 S\n", "has the unit `S` (did you mean `s`?)"},
    {"duration: 0 s\n", "duration: `0 s` is out of range; allowed: more than 0 s, at most 1 d"},
    {"duration: 25 h\n", "`25 h` is out of range"},
    {"duration: 999999999 d\n", "`999999999 d` is too large"},
    {"duration: .nan\n", "`.nan` is not a number"},
    {"duration: 1 s # a comment\nnote: 1\nduration: 2 s\n", "p.yaml:4:1: the key `duration` appears twice, first at line 2, column 1"},
    {"ratio: .inf\n", "ratio: `.inf` is not a number; allowed: a number such as `0.75`"},
    {"ratio: 1.01\n", "ratio: `1.01` is out of range; allowed: at most 1"},
    {"share: 20\n", "share: `20` has no unit; allowed: a share such as `20 %` (%)"},
    {"share: 101 %\n", "share: `101 %` is out of range; allowed: at most 100 %"},
    {"clock: 0 GHz\n", "clock: `0 GHz` is zero"},
    {"memory: 8 GB/s\n", "memory: `8 GB/s` has the unit `GB/s`"},
    {"verbose: yes\n", "verbose: `yes` is neither; allowed: true or false"},
    {"verbose: 1\n", "verbose: `1` is neither"},
    {"colour: gren\n", "colour: `gren` is not one of them (did you mean `green`?); allowed: red, green"},
    {"colour: Red\n", "(did you mean `red`?)"},
    {"colour: ''\n", "colour: nothing is given; allowed: red, green"},
    {"note: \"a\\e[31m\"\n", "note: `a\\x1B[31m` has control characters"},
    {"note: ''\n", "note: nothing is given"},
    {"even: 3\n", "even: `3` is not even; allowed: even numbers"},
    {"expect: a < b\n", "expect: `a < b` stands here; allowed: a list"},
    {"expect: {a: b}\n", "expect: a mapping stands here; allowed: a list"},
    {"expect: [a, ~]\n", "p.yaml:2:13: expect.1: nothing stands here; allowed: text"},
    {"moments: [1 s, 2, 3 s]\n", "p.yaml:2:16: moments.1: `2` has no unit"},
    {"processors: shared\n", "p.yaml:2:13: processors: `shared` stands here; allowed: a mapping with keys such as mode, entitlement"},
    {"processors: []\n", "processors: a list stands here; allowed: a mapping"},
    {"processors: {}\n", "p.yaml:2:1: processors: the key `entitlement` is missing; allowed: processing units such as `0.4 PU`"},
    {"processors: {entitlement: ~}\n", "the key `entitlement` is missing"},
    {"processors: {entitlement: 0}\n", "processors.entitlement: `0` is out of range; allowed: more than 0"},
    {"processors: {entitlement: 0.055}\n", "processors.entitlement: `0.055` is too fine; allowed: granularity 0.01 PU"},
    {"processors: {entitlement: 1, weight: 256}\n", "processors.weight: `256` is out of range; allowed: at most 255"},
    {"processors: {mode: dedicated, cores: 1, weight: 1}\n",
     "unknown key `weight` (it belongs to mode: shared); allowed: mode, cores, donate"},
    {"processors: {mode: shraed, cores: 1}\n", "p.yaml:2:20: processors.mode: `shraed` is not one of them (did you mean `shared`?)"},
    {"processors: {mode: [a], cores: 1}\n", "processors.mode: a list stands here; allowed: shared, dedicated"},
    {"pools: [{maximum: 1}]\n", "p.yaml:2:9: pools.0: the key `name` is missing; allowed: a name such as `web`"},
    {"pools: [{name: a}, {name: b}, {name: a}]\n", "p.yaml:2:38: pools.a.name: the name `a` is already taken at p.yaml:2:16"},
    {"pools: [{name: 1a}]\n", "pools.1a.name: `1a` is no name"},
    {"pools: [a]\n", "p.yaml:2:9: pools.0: `a` stands here; allowed: a mapping with keys such as name, maximum, reserved"},
    {"pools: [{name: a, maximum: 65}]\n", "pools.a.maximum: `65` is out of range; allowed: 0.01 to 64"},
    {"pools: [{name: a, maximum: 1, reserved: 2}]\n", "p.yaml:2:41: pools.a.reserved: is more than the maximum"},
    {"jobs: [{name: a}]\n", "jobs.a: the key `type` is missing; allowed: spin, open"},
    {"jobs: [{name: a, type: spin, arrivals: 1 /s}]\n", "jobs.a: unknown key `arrivals` (it belongs to type: open)"},
    {"jobs: [{name: a, type: open, arrivals: 1 /s}]\n", "jobs.a: the key `transaction` is missing; allowed: a list (What each does)"},
    {"jobs: [{name: a, type: open, arrivals: 1 /s, transaction: []}]\n", "jobs.a.transaction: the list is empty; allowed: at least one"},
    {"jobs: [{name: a, type: open, arrivals: 1 /s, transaction: [{sleep: 1 s, work: 1 cycles}]}]\n",
     "jobs.a.transaction.0: sleep and work stand together; allowed: exactly one key"},
    {"jobs: [{name: a, type: open, arrivals: 1 /s, transaction: [{}]}]\n",
     "nothing is given; allowed: exactly one of sleep, work, transfer"},
    {"jobs: [{name: a, type: open, arrivals: 1 /s, transaction: [{slep: 1 s}]}]\n",
     "transaction.0: unknown key `slep`; did you mean `sleep`?"},
    {"jobs: [{name: a, type: open, arrivals: 1 /s, transaction: [{transfer: {size: 0 B, rate: 1 b/s}}]}]\n",
     "jobs.a.transaction.0.transfer.size: `0 B` is out of range; allowed: at least 1 B"},
};
INSTANTIATE_TEST_SUITE_P(Values, SchemaRefuses, testing::ValuesIn(kWrong));

TEST(Schema, ReportsEveryProblemAtOnce) {
  const auto outcome = read("naem: p\nseed: x\npools:\n  - {name: a, maximum: 1 GiB}\n  - {name: a}\nduration: 5\n");
  EXPECT_EQ(std::count(outcome.diagnostics.begin(), outcome.diagnostics.end(), '\n'), 6) << outcome.diagnostics;
  EXPECT_THAT(outcome.diagnostics, HasSubstr("p.yaml:1:1: the key `name` is missing"));
}

TEST(Schema, SaysThatAValueCameFromAnOverride) {
  const auto outcome = read("name: p\npools: [{name: a}]\n", {{"pools.a.maximum", "2 GiB"}, {"sede", "3"}});
  EXPECT_THAT(outcome.diagnostics, HasSubstr("--set pools.a.maximum: `2 GiB` has the unit `GiB`"));
  EXPECT_THAT(outcome.diagnostics, HasSubstr("--set sede: unknown key `sede`; did you mean `seed`?"));
}

TEST(Schema, RunsChecksOnlyOnValuesThatCouldBeRead) {
  const auto outcome = read("name: p\npools: [{name: a, maximum: 1 s, reserved: 2}, {name: b, maximum: 1, reserved: 2, other: 3}]\n");
  EXPECT_EQ(outcome.diagnostics.find("pools.a.reserved"), std::string::npos) << outcome.diagnostics;
  EXPECT_THAT(outcome.diagnostics, HasSubstr("pools.b.reserved: is more than the maximum"));
}

TEST(Schema, LetsCheckHooksReportAtKeysThatAreAbsent) {
  struct Pair {
    int low = 1;
    int high = 0;
  };
  const auto schema = Schema<Pair>("pair", "")
                          .optional("low", &Pair::low, count(), "")
                          .optional("high", &Pair::high, count(), "")
                          .check([](const Pair& pair, const Context& context) {
                            if (pair.low > pair.high) context.error("high", "too low");
                            if (!context.given("high")) context.warning("", "no high");
                          });
  Diagnostics diagnostics;
  const auto document = Document::parse("p.yaml", "low: 3\n", {}, diagnostics);
  static_cast<void>(schema.read(*document, diagnostics));
  EXPECT_EQ(diagnostics.text(), "p.yaml:1:1: high: too low\np.yaml:1:1: warning: no high\n");
}

TEST(Schema, RefusesDeclarationsThatContradictThemselves) {
  struct One {
    int n = 1;
  };
  using S = Schema<One>;
  EXPECT_THROW(S("s", "").optional("n", &One::n, count(), "", {.default_text = "2"}), CheckFailure);
  EXPECT_THROW(S("s", "").optional("n", &One::n, count(), "", {.example = "x"}), CheckFailure);
  EXPECT_THROW(S("s", "").optional("n", &One::n, count(), "").optional("n", &One::n, count(), ""), CheckFailure);
  EXPECT_THROW(static_cast<void>(count().at_least("x")), CheckFailure);
  EXPECT_NO_THROW(S("s", "").optional("n", &One::n, count(), "", {.default_text = "1", .example = "3"}));
}

TEST(Schema, TakesOverTheRangeOfTheMembersType) {
  EXPECT_EQ(count().narrowed<std::uint8_t>().info().range(), "at most 255");
  EXPECT_EQ(count().at_least("1").at_most("9").narrowed<int>().info().range(), "1 to 9");
  EXPECT_EQ(count().narrowed<std::uint64_t>().info().range(), "");
}

}  // namespace
}  // namespace lparsim::config
