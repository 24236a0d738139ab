#include "sim/config/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/testing/sample_schema.hpp"

namespace lparsim::config {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string help(std::string_view key) {
  const auto text = explain(sample::plant_schema().info(), key);
  return text ? *text : "error: " + text.error();
}

TEST(Explain, TellsMeaningFormRangeDefaultAndExample) {
  EXPECT_EQ(help("pools.maximum"),
            "pools.maximum\n"
            "  Most that its members use together.\n"
            "  is       processing units\n"
            "  form     PU or no unit\n"
            "  range    0.01 to 64\n"
            "  default  all there is (assumed: no document states it)\n"
            "  example  2\n");
  EXPECT_THAT(help("reserved"), HasSubstr("default  0 PU (source: a manual)"));
  EXPECT_THAT(help("cores"), HasSubstr("default  none, it must be given"));
  EXPECT_THAT(help("note"), HasSubstr("default  not given"));
}

TEST(Explain, ListsTheWordsOfAnEnumeration) {
  EXPECT_THAT(help("colour"), HasSubstr("  words    red          Like blood.\n           green        Like grass.\n"));
}

TEST(Explain, ListsTheKeysOfASection) {
  EXPECT_THAT(help("processors"),
              HasSubstr("    with mode: shared\n      entitlement  Guaranteed.\n      weight       Share of what is left.\n"));
  EXPECT_THAT(help("transaction"), HasSubstr("exactly one of"));
}

TEST(Explain, FindsKeysByAnyEndOfTheirPathAndWithNamesOfElements) {
  for (const char* key : {"entitlement", "processors.entitlement"})
    EXPECT_THAT(help(key), HasSubstr("processors.entitlement (mode: shared)\n  Guaranteed.")) << key;
  for (const char* key : {"sleep", "transaction.sleep", "jobs.transaction.sleep", "jobs.orders.transaction.0.sleep"})
    EXPECT_EQ(help(key).find("jobs.transaction.sleep (type: open)\n  Waits."), 0U) << key;
}

TEST(Explain, ShowsAllThatMatchUnlessOneIsTheWholePath) {
  EXPECT_THAT(help("maximum"), HasSubstr("pools.maximum\n"));
  EXPECT_THAT(help("name"), Not(HasSubstr("pools.name"))) << "`name` is a whole path";
  EXPECT_THAT(help("pools.name"), HasSubstr("What others refer to."));
}

TEST(Explain, SuggestsForUnknownKeys) {
  EXPECT_EQ(help("entitelment"), "error: unknown key `entitelment`; did you mean `entitlement`?");
  EXPECT_EQ(help("pools.maximun"), "error: unknown key `pools.maximun`; did you mean `pools.maximum`?");
  EXPECT_EQ(help("zzz"), "error: unknown key `zzz`; see the list of all keys");
  EXPECT_EQ(help("."), "error: unknown key `.`; see the list of all keys");
}

TEST(Explain, ListsTheWholeTreeWithoutAKey) {
  const std::string tree = help("");
  EXPECT_THAT(tree, HasSubstr("\n  with mode: dedicated\n    cores                          How many.\n"));
  EXPECT_THAT(tree, HasSubstr("\n      transfer                     Sends.\n        size"));
}

}  // namespace
}  // namespace lparsim::config
