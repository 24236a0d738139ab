#include "sim/config/diagnostics.hpp"

#include <gtest/gtest.h>

namespace lparsim::config {
namespace {

Place at(int line, int column) {
  return {"a.yaml", line, column, ""};
}

TEST(Diagnostics, PrintsOnePerLineSortedByPlaceWithOverridesLast) {
  Diagnostics diagnostics;
  diagnostics.add({{"a.yaml", 1, 1, "seed"}, Severity::error, "seed", "`x` is not a number; allowed: 4"});
  diagnostics.error(at(10, 2), "late; allowed: early");
  diagnostics.warning(at(2, 3), "odd; allowed: even");
  diagnostics.add({at(2, 1), Severity::error, "server.name", "no name; allowed: a name"});
  EXPECT_EQ(diagnostics.text(),
            "a.yaml:2:1: server.name: no name; allowed: a name\n"
            "a.yaml:2:3: warning: odd; allowed: even\n"
            "a.yaml:10:2: late; allowed: early\n"
            "--set seed: `x` is not a number; allowed: 4\n");
  EXPECT_EQ(diagnostics.error_count(), 3U);
  EXPECT_EQ(diagnostics.warning_count(), 1U);
}

TEST(Diagnostics, PrintsSoManyAndCountsTheRest) {
  Diagnostics diagnostics;
  for (int i = 0; i < 15'000; ++i) diagnostics.error(at(i + 1, 1), "wrong");
  const std::string text = diagnostics.text(200);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 201);
  EXPECT_TRUE(text.ends_with("a.yaml:200:1: wrong\nand 14800 more\n"));
  EXPECT_TRUE(diagnostics.full());
}

TEST(Diagnostics, SaysTheSameThingOnce) {
  Diagnostics diagnostics;
  for (int i = 0; i < 3; ++i) {
    diagnostics.error(at(1, 1), "wrong");
    diagnostics.error(at(1, 1), "very wrong");
  }
  EXPECT_EQ(diagnostics.text(), "a.yaml:1:1: wrong\na.yaml:1:1: very wrong\n");
}

TEST(Diagnostics, KnowsWhichPartsAreInError) {
  Diagnostics diagnostics;
  diagnostics.add({at(1, 1), Severity::error, "server.pools.a.maximum", "wrong"});
  diagnostics.add({at(1, 1), Severity::warning, "server.name", "odd"});
  for (const char* path : {"", "server", "server.pools", "server.pools.a", "server.pools.a.maximum"})
    EXPECT_TRUE(diagnostics.has_errors_under(path)) << path;
  for (const char* path : {"server.name", "server.pool", "serv", "server.pools.a.maximum.x", "server.pools.b"})
    EXPECT_FALSE(diagnostics.has_errors_under(path)) << path;
}

TEST(Diagnostics, WarningsAloneAreNoErrors) {
  Diagnostics diagnostics;
  diagnostics.warning(at(1, 1), "odd");
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.error(at(1, 1), "wrong");
  EXPECT_TRUE(diagnostics.has_errors());
}

TEST(Diagnostics, EscapesFileNamesAndPaths) {
  Diagnostics diagnostics;
  diagnostics.add({{"a\nb", 1, 1, ""}, Severity::error, "x\x1By", "wrong"});
  EXPECT_EQ(diagnostics.text(), "a\\x0Ab:1:1: x\\x1By: wrong\n");
}

}  // namespace
}  // namespace lparsim::config
