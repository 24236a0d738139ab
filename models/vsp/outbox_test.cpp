#include "models/vsp/outbox.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "sim/base/random.hpp"

namespace lparsim::vsp {
namespace {

std::vector<std::uint8_t> numbered(std::uint32_t n) {
  return {static_cast<std::uint8_t>(n), static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n >> 16)};
}
std::uint32_t number(const Outbox::Entry& entry) {
  const auto& bytes = entry.message.bytes;
  return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8U | std::uint32_t{bytes[2]} << 16U;
}

TEST(Outbox, KeepsOrderAndForgetsWhatIsTakenBack) {
  Outbox box;
  KeyedStream random = RandomKey{1, "outbox"}.stream();
  std::deque<std::uint32_t> expected;
  std::vector<std::uint64_t> position(20'000);
  for (std::uint32_t n = 0; n < position.size(); ++n) {
    if (box.crowded()) box.close_gaps([&](std::uint32_t leg, std::uint64_t to) { position[leg] = to; });
    position[n] = box.push(numbered(n), Outbox::Kind::call, n);
    expected.push_back(n);
    if (random.bits() % 2 == 0) {
      const auto at = expected.begin() + static_cast<std::ptrdiff_t>(random.bits() % expected.size());
      box.take_back(position[*at]);
      expected.erase(at);
    }
    if (random.bits() % 3 == 0 && !expected.empty()) {
      const Outbox::Entry* next = box.pop();
      ASSERT_NE(next, nullptr);
      ASSERT_EQ(number(*next), expected.front());
      expected.pop_front();
    }
    ASSERT_EQ(box.empty(), expected.empty());
  }
}

TEST(Outbox, DoesNotGrowByWhatIsTakenBackBehindAMessageThatNobodyReads) {
  Outbox box;
  std::uint64_t last = 0, most = 0;
  std::uint64_t first = box.push(numbered(0), Outbox::Kind::answer);
  for (std::uint32_t n = 1; n < 10'000; ++n) {
    if (box.crowded()) box.close_gaps([&](std::uint32_t, std::uint64_t to) { last = to; });
    const std::uint64_t at = box.push(numbered(n), Outbox::Kind::call, n);
    if (n > 1) box.take_back(last);
    last = at;
    most = std::max(most, at - first);
  }
  EXPECT_LT(most, 16u);
}

TEST(Outbox, HandsOverTheCopiesThatNobodyElseKnowsWhenItIsCleared) {
  Outbox box;
  box.push(numbered(1), Outbox::Kind::copy);
  box.push(numbered(2), Outbox::Kind::call, 7);
  box.push(numbered(3), Outbox::Kind::copy);
  std::vector<std::uint32_t> lost;
  box.clear([&](const Outbox::Entry& entry) { lost.push_back(number(entry)); });
  EXPECT_EQ(lost, (std::vector<std::uint32_t>{1, 3}));
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.pop(), nullptr);
}

}  // namespace
}  // namespace lparsim::vsp
