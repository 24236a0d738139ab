#include "sim/control/line_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace lparsim::control {
namespace {

std::vector<std::string> lines_of(LineSplitter& splitter) {
  std::vector<std::string> lines;
  while (const auto line = splitter.next()) lines.push_back(line->too_long ? "too long" : line->text);
  return lines;
}

TEST(LineSplitter, GivesLinesHoweverTheirBytesCome) {
  std::mt19937 random{3};
  const std::string bytes =
      "one\n\ntwo\r\n" + std::string(9, 'x') + "\n" + std::string(10, 'y') + "\n" + std::string(50, 'z') + "\nlast\nrest";
  for (int round = 0; round < 200; ++round) {
    LineSplitter splitter{10};
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t count = 1 + random() % 7;
      splitter.add(std::string_view{bytes}.substr(at, count));
      at += count;
      for (const std::string& line : lines_of(splitter)) lines.push_back(line);
    }
    EXPECT_THAT(lines, testing::ElementsAre("one", "", "two", std::string(9, 'x'), "too long", "too long", "last"));
  }
}

}  // namespace
}  // namespace lparsim::control
