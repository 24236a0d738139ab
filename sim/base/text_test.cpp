#include "sim/base/text.hpp"

#include <gtest/gtest.h>

#include "sim/base/nearest.hpp"

namespace lparsim {
namespace {

using namespace std::string_literals;

TEST(Text, EscapesControlCharactersAndBrokenUtf8) {
  EXPECT_EQ(escaped("a\x1B[31m\n\x7F"), "a\\x1B[31m\\x0A\\x7F");
  EXPECT_EQ(escaped("\0"s), "\\x00");
  EXPECT_EQ(escaped("\xC2\x9B"), "\\xC2\\x9B") << "C1 control characters act on terminals too";
  EXPECT_EQ(escaped("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(escaped("\xC3"), "\\xC3");
}

TEST(Text, ShortensLongTextWithoutCuttingACharacter) {
  EXPECT_EQ(shown("abc"), "`abc`");
  EXPECT_EQ(shown(std::string(100, 'x'), 5), "`xxxxx...`");
  EXPECT_EQ(shown("abcd\xE2\x82\xAC ef", 5), "`abcd...`");
}

TEST(Text, FindsTheFirstByteThatIsNoUtf8) {
  const std::string_view none = "plain, \xC3\xA4, \xE2\x82\xAC, \xF0\x9F\x98\x80";
  EXPECT_EQ(find_invalid_utf8(none), std::string_view::npos);
  for (const auto& broken : {"a\x80", "a\xC0\xAF", "a\xE0\x80\xAF", "a\xED\xA0\x80", "a\xF4\x90\x80\x80", "a\xF0\x9F\x98", "a\xFF",
                             "a\xC3(", "a\xF0\x80\x80\xAF"})
    EXPECT_EQ(find_invalid_utf8(broken), 1U) << escaped(broken);
}

struct NearCase {
  std::string word;
  std::optional<std::string> expected;
};

TEST(Nearest, SuggestsOnlyWhatWasProbablyMeant) {
  const std::vector<std::string> keys = {"entitlement", "virtual", "capped", "weight", "pool", "mode", "dispatch_window", "ms", "s"};
  const NearCase cases[] = {{"entitelment", "entitlement"},
                            {"Entitlement", "entitlement"},
                            {"wieght", "weight"},
                            {"pol", "pool"},
                            {"pools", "pool"},
                            {"dispatch-window", "dispatch_window"},
                            {"MS", "ms"},
                            {"entitle", "entitlement"},
                            {"frequency", std::nullopt},
                            {"x", std::nullopt},
                            {"", std::nullopt},
                            {std::string(65, 'a'), std::nullopt},
                            {"cap", "capped"},
                            {"colour", std::nullopt}};
  for (const auto& [word, expected] : cases) EXPECT_EQ(nearest(word, keys), expected) << word;
}

TEST(Nearest, TakesTheClosestAndOfEqualsTheFirst) {
  const std::vector<std::string> keys = {"cart", "card", "cards"};
  EXPECT_EQ(nearest("cards", keys), "cards");
  EXPECT_EQ(nearest("carx", keys), "cart");
}

TEST(Nearest, ListsWhatIsAllowedWhenNothingIsNear) {
  EXPECT_EQ(hint("zzz", std::vector<std::string>{"ab", "cd"}), "allowed: ab, cd");
  EXPECT_EQ(hint("ac", std::vector<std::string>{"ab", "cd"}), "did you mean `ab`?");
  EXPECT_EQ(hint("x", {}), "allowed: nothing");
  const std::vector<std::string> many(23, "name");
  EXPECT_TRUE(hint("zzz", many).ends_with("name, and 3 more"));
}

}  // namespace
}  // namespace lparsim
