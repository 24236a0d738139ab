#include "sim/config/yaml_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lparsim::config {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

TEST(YamlReader, BuildsATreeWithPlaces) {
  const auto read = read_yaml("a: 1\nb:\n  - x\n  - {c: \"null\", d: ~}\n");
  ASSERT_TRUE(read.root && read.problems.empty());
  const Node& root = *read.root;
  EXPECT_EQ(root.find("a")->text, "1");
  EXPECT_EQ(root.find("a")->mark.column, 4);
  const Node& list = *root.find("b");
  ASSERT_EQ(list.children.size(), 2U);
  EXPECT_EQ(list.children[0].mark.line, 3);
  EXPECT_EQ(list.children[0].mark.column, 5);
  EXPECT_TRUE(list.children[1].find("c")->quoted);
  EXPECT_EQ(list.children[1].find("c")->text, "null");
  EXPECT_TRUE(list.children[1].find("d")->is_null());
  EXPECT_EQ(root.find("none"), nullptr);
}

TEST(YamlReader, AcceptsByteOrderMarksAndDosLines) {
  const auto read = read_yaml("\xEF\xBB\xBF"s + "a: 1\r\nb: two words\r\n");
  ASSERT_TRUE(read.root && read.problems.empty());
  EXPECT_EQ(read.root->find("a")->text, "1");
  EXPECT_EQ(read.root->find("b")->text, "two words");
  EXPECT_EQ(read.root->find("b")->mark.line, 2);
}

TEST(YamlReader, CopiesWhatAliasesStandFor) {
  const auto read = read_yaml("a: &x {k: [1, 2]}\nb: *x\n&n name: c\nd: *n\n");
  ASSERT_TRUE(read.root && read.problems.empty());
  EXPECT_EQ(read.root->find("b")->find("k")->children[1].text, "2");
  EXPECT_EQ(read.root->find("b")->mark.line, 1) << "problems inside point at what was written";
  EXPECT_EQ(read.root->find("b")->key_mark.line, 2);
  EXPECT_EQ(read.root->find("d")->text, "name");
}

TEST(YamlReader, ReportsEveryDuplicateKeyWithBothPlacesAndKeepsTheFirst) {
  const auto read = read_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n");
  ASSERT_TRUE(read.root);
  ASSERT_EQ(read.problems.size(), 2U);
  EXPECT_EQ(read.problems[0].message, "the key `c` appears twice, first at line 2, column 5; allowed: once");
  EXPECT_EQ(read.problems[0].mark.column, 11);
  EXPECT_EQ(read.problems[1].mark.line, 3);
  EXPECT_EQ(read.root->find("a")->text, "1");
}

struct Refused {
  std::string text;
  int line;
  int column;
  const char* message;
};

TEST(YamlReader, RefusesWithAPlaceWhatIsNoScenario) {
  const Refused cases[] = {
      {"a: 1\n---\nb: 2\n", 2, 1, "a second document"},
      {"a: 1\n...\nb: 2\n", 3, 1, "a second document"},
      {"? [a, b]\n: 1\n", 1, 3, "a list stands where a key is expected"},
      {"{{a: 1}: 2}", 1, 2, "a mapping stands where a key is expected"},
      {"~: 1\n", 1, 1, "nothing stands where a key is expected"},
      {"\"\": 1\n", 1, 1, "an empty text stands where a key is expected"},
      {"a: 1\nb: *c\n", 2, 4, "the referenced anchor is not defined"},
      {"a: &a [*a]\n", 1, 8, "stands inside what it names"},
      {"a: [1, 2\n", 1, 4, "a list begins here and is not closed"},
      {"a: 1\nb: {c: [1,\nd: 2\n", 2, 8, "a list begins here and is not closed"},
      {"a: {b: 1\n", 1, 4, "a mapping begins here and is not closed"},
      {"a: 'b\n", 1, 6, "a quote is not closed"},
      {"a: \"b\nc: d\n\n  \n", 2, 5, "a quote is not closed"},
      {"a: b: c\n", 1, 5, "illegal map value"},
      {"a:\n\tb: 1\n", 2, 3, "no valid YAML"},
      {"a: 1\n b: 2\n", 2, 3, "illegal map value"},
      {"- a\nb: 1\n", 2, 1, "a line is indented less"},
      {"a: @b\n", 1, 4, "no valid YAML"},
      {"a: \"\\q\"\n", 1, 7, "no valid YAML"},
      {"%YAML 9.9\n---\na: 1\n", 1, 1, "no valid YAML"},
      {"a: x\ny: \0z\n"s, 2, 4, "the control character `\\x00`"},
      {"a: \x1B[31m\n", 1, 4, "the control character `\\x1B`"},
      {"a: 1\nb: gr\xFC\n", 2, 6, "the byte `\\xFC` is no UTF-8"},
      {"\xFF\xFE"
       "a\0"s,
       1, 1, "the byte `\\xFF` is no UTF-8"},
  };
  for (const auto& [text, line, column, message] : cases) {
    const auto read = read_yaml(text);
    ASSERT_FALSE(read.root) << text;
    ASSERT_FALSE(read.problems.empty()) << text;
    const auto& problem = read.problems.back();
    EXPECT_THAT(problem.message, HasSubstr(message)) << text;
    EXPECT_THAT(problem.message, HasSubstr("; allowed: ")) << text;
    EXPECT_EQ(problem.mark.line, line) << text << problem.message;
    EXPECT_EQ(problem.mark.column, column) << text << problem.message;
  }
}

TEST(YamlReader, RefusesTagsButReadsOn) {
  const auto read = read_yaml("a: !!binary aGk=\nb: !mine {c: 1}\nd: !!str 1\ne: !!int 2\nf: !!map {}\n");
  ASSERT_TRUE(read.root);
  ASSERT_EQ(read.problems.size(), 3U);
  EXPECT_THAT(read.problems[0].message, HasSubstr("`tag:yaml.org,2002:binary` is not understood"));
  EXPECT_EQ(read.problems[1].mark.line, 2);
  EXPECT_EQ(read.problems[2].mark.line, 4);
}

TEST(YamlReader, ReadsAnEmptyTextAsNothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "~"}) {
    const auto read = read_yaml(text);
    ASSERT_TRUE(read.root) << text;
    EXPECT_TRUE(read.root->is_null()) << text;
  }
}

TEST(YamlReader, BoundsNesting) {
  const auto nested = [](std::size_t depth) {
    return repeated("[", depth) + repeated("]", depth);
  };
  EXPECT_TRUE(read_yaml(nested(64)).root);
  for (const std::size_t depth : {65U, 1'000U, 10'000U, 200'000U}) {
    const auto read = read_yaml(nested(depth));
    ASSERT_FALSE(read.root);
    EXPECT_THAT(read.problems.back().message, HasSubstr("nested too deeply; allowed: 64 levels")) << depth;
  }
  for (const char* opening : {"{a: ", "[", "- ", "? ", "[{a: "}) {
    const auto read = read_yaml(repeated(opening, 10'000));
    EXPECT_FALSE(read.root) << opening;
    EXPECT_FALSE(read.problems.empty()) << opening;
  }
  std::string indented;
  for (std::size_t i = 0; i < 2'000; ++i) indented += std::string(i, ' ') + "a:\n";
  EXPECT_FALSE(read_yaml(indented).root);
}

TEST(YamlReader, BoundsTheExpansionOfAliases) {
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + repeated(", " + before, 8) + "]\n";
  }
  const auto read = read_yaml(laughs);
  ASSERT_FALSE(read.root);
  EXPECT_THAT(read.problems.back().message, HasSubstr("too many values, counting what aliases stand for"));

  const auto heavy = read_yaml("a: &a " + std::string(1 << 20, 'x') + "\nb: [" + repeated("*a, ", 1'000) + "]\n");
  EXPECT_THAT(heavy.problems.back().message, HasSubstr("too many values, counting what aliases stand for")) << "bytes count, too";

  std::string tower = "a0: &a0 [x]\n";
  for (int i = 1; i < 70; ++i) tower += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_THAT(read_yaml(tower).problems.back().message, HasSubstr("nested too deeply"));
}

TEST(YamlReader, BoundsSizeAndNumberOfValues) {
  const auto large = read_yaml(std::string((16 << 20) + 1, 'a'));
  EXPECT_THAT(large.problems.back().message, HasSubstr("is larger than 16 MiB"));
  const auto many = read_yaml(repeated("- a\n", 600'000));
  EXPECT_THAT(many.problems.back().message, HasSubstr("too many values"));
  const auto brackets = read_yaml(std::string(15 << 20, '['));
  EXPECT_THAT(brackets.problems.back().message, HasSubstr("too many values"));
  const auto quotes = read_yaml("[" + std::string(15 << 20, '"'));
  EXPECT_THAT(quotes.problems.back().message, HasSubstr("too many values"));
}

TEST(YamlReader, SurvivesEveryTruncationOfAScenario) {
  const std::string whole =
      "name: &n \"p\\x41\"\nlist:\n  - {a: [1, 'x'], b: *n}\n  - |\n    text\n  - >-\n    more\n? k\n: !!str v\n# end\n";
  ASSERT_TRUE(read_yaml(whole).root);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto read = read_yaml(whole.substr(0, length));
    EXPECT_TRUE(read.root || !read.problems.empty()) << length;
  }
}

}  // namespace
}  // namespace lparsim::config
