#include "sim/report/expectation.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace lparsim::report {
namespace {

using testing::HasSubstr;

MetricTable metrics() {
  MetricTable table;
  table.add("web.physc", 0.4003, "PU", "");
  table.add("web.entc", 80.06, "%", "");
  table.add("web.dispatches", 200, "/s", "");
  table.add("web.orders.response.p99", 19.5, "ms", "");
  table.add("web.orders.completed", 3600, "1", "");
  table.add("db.response.p99", std::numeric_limits<double>::quiet_NaN(), "ms", "");
  table.add("exact.ms", 20, "ms", "");
  table.add("below", -2, "1", "");
  return table;
}

struct Case {
  const char* text;
  bool passes;
};

class Judged : public testing::TestWithParam<Case> {};

TEST_P(Judged, AsTheGrammarSays) {
  const Result<Expectation> expectation = parse_expectation(GetParam().text);
  ASSERT_TRUE(expectation) << expectation.error();
  const Result<void> checked = check_names(*expectation, metrics());
  EXPECT_TRUE(checked) << checked.error();
  const trace::ExpectationResult result = judge(*expectation, metrics());
  EXPECT_EQ(result.passed, GetParam().passes) << result.actual << " " << result.reason;
  EXPECT_EQ(result.text, expectation->text);
}

INSTANTIATE_TEST_SUITE_P(Expectation, Judged,
                         testing::Values(Case{"web.orders.response.p99 < 20 ms", true}, Case{"web.orders.response.p99 < 19.5 ms", false},
                                         Case{"web.orders.response.p99 <= 19.5 ms", true},
                                         Case{"web.orders.response.p99 <= 19500 us", true},
                                         Case{"web.orders.response.p99 > 0.0195 s", false},
                                         Case{"web.orders.response.p99 >= 0.0195 s", true}, Case{"web.orders.response.p99>=0.0195s", true},
                                         Case{"  web.orders.response.p99\t<  20ms ", true}, Case{"exact.ms < 0.02 s", false},
                                         Case{"exact.ms > 0.02 s", false}, Case{"exact.ms = 0.02 s", true}, Case{"web.physc = 0.4", false},
                                         Case{"web.physc = 0.4 within 2 %", true}, Case{"web.physc = 0.4 PU within 0.05 %", false},
                                         Case{"web.physc = 0.4 within 0.001 PU", true}, Case{"web.physc = 0.4 within 0.0001", false},
                                         Case{"web.physc < 0.4 within 1 %", true}, Case{"web.physc > 0.401 within 1 %", true},
                                         Case{"web.physc between 0.39 and 0.41", true}, Case{"web.physc between 0.4003 and 1", true},
                                         Case{"web.physc between 0.41 and 1 PU", false}, Case{"web.entc > 80 %", true},
                                         Case{"web.entc between 80 % and 80.05 %", false}, Case{"web.entc between 80 and 81 %", true},
                                         Case{"web.dispatches = 200 /s", true}, Case{"web.dispatches = 12000 /min", true},
                                         Case{"web.orders.completed = 3600", true}, Case{"web.orders.completed >= 3.6e3", true},
                                         Case{"below < -1", true}, Case{"below = -2.1 within 10 %", true},
                                         Case{"below = -2.1 within 1 %", false}, Case{"db.response.p99 < 20 ms", false}));

struct Mistake {
  const char* text;
  const char* message;
};

class Mistaken : public testing::TestWithParam<Mistake> {};

TEST_P(Mistaken, IsExplained) {
  const Result<Expectation> expectation = parse_expectation(GetParam().text);
  std::string error = "accepted";
  if (!expectation) error = expectation.error();
  if (const Result<void> checked = expectation ? check_names(*expectation, metrics()) : Result<void>{}; !checked) error = checked.error();
  EXPECT_THAT(error, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Expectation, Mistaken,
    testing::Values(Mistake{"", "begins with the name of a metric"}, Mistake{"< 5", "begins with the name of a metric"},
                    Mistake{"web.physc", "comes one of"}, Mistake{"web.physc ~ 5", "comes one of"},
                    Mistake{"web.physc != 5", "comes one of"}, Mistake{"web.physc == 5", "not a number"},
                    Mistake{"web.physc <", "not a number"}, Mistake{"web.physc < much", "not a number"},
                    Mistake{"web.physc < nan", "not a number"}, Mistake{"web.physc < inf", "not a number"},
                    Mistake{"web.physc < 1e999", "not a number"}, Mistake{"web.physc < 5 parsec", "unknown unit `parsec`"},
                    Mistake{"web.physc between 1", "needs two values"}, Mistake{"web.physc between 1 and", "not a number"},
                    Mistake{"web.physc between 2 and 1", "is the smaller one"},
                    Mistake{"exact.ms between 1 s and 2 ms", "is the smaller one"}, Mistake{"web.physc = 1 within", "not a number"},
                    Mistake{"web.physc = 1 within -2 %", "not negative"}, Mistake{"web.physc = 1 within 2 ms", "wrong unit `ms`"},
                    Mistake{"web.physc < 5 ms", "wrong unit `ms`: it is measured in PU"},
                    Mistake{"web.orders.response.p99 < 20", "write `20 ms`"}, Mistake{"web.entc < 80", "missing unit"},
                    Mistake{"web.orders.completed > 5 ms", "plain numbers"}, Mistake{"web.pyhsc < 1", "did you mean `web.physc`?"},
                    Mistake{"completely.different < 1", "metrics are named like `web.physc`"}));

TEST(Expectation, SaysWhyThereIsNothingToCompare) {
  EXPECT_THAT(judge(*parse_expectation("db.response.p99 < 20 ms"), metrics()).reason, HasSubstr("no sample"));
  EXPECT_THAT(judge(*parse_expectation("gone.physc < 1"), metrics()).reason, HasSubstr("no such metric"));
}

}  // namespace
}  // namespace lparsim::report
