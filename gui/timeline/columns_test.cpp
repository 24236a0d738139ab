#include "gui/timeline/columns.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace lparsim::gui {
namespace {

using namespace literals;

Slice slice(SimTime begin, SimTime end, State state, float fill = 1) {
  Slice made;
  made.begin = begin;
  made.end = end;
  made.state = state;
  made.fill = fill;
  return made;
}

struct Piece {
  int from, to;
  State state;
  int low, high;
  bool operator==(const Piece&) const = default;
};
std::vector<Piece> stacked(const Columns& columns, int height, double whole = 1) {
  std::vector<Piece> pieces;
  columns.stack(
      height,
      [&](int from, int to, State state, int low, int high) {
        pieces.push_back({from, to, state, low, high});
      },
      whole);
  return pieces;
}

const TimeRange kWindow{0_s, 100_ms};
const TimeScale kScale{kWindow, 0, 100};  // a pixel a millisecond

TEST(Columns, DrawOneThingAsOnePiece) {
  Columns columns;
  columns.begin(kScale);
  columns.add({slice(10_ms, 40_ms, State::entitled)}, kWindow);
  EXPECT_EQ(stacked(columns, 20), (std::vector<Piece>{{10, 40, State::entitled, 0, 20}}));
}

TEST(Columns, GiveWhatIsWideSharpEdges) {
  Columns columns;
  columns.begin(kScale);
  columns.add({slice(10'400_us, 40'700_us, State::entitled)}, kWindow);
  EXPECT_EQ(stacked(columns, 20), (std::vector<Piece>{{10, 41, State::entitled, 0, 20}}));
}

TEST(Columns, StackStatesByTheirShares) {
  Columns columns;
  columns.begin(kScale);
  columns.add({slice(0_ms, 50_ms, State::waitingCapacity, 0.25F), slice(0_ms, 50_ms, State::entitled, 0.5F)}, kWindow);
  EXPECT_EQ(stacked(columns, 20), (std::vector<Piece>{{0, 50, State::entitled, 0, 10}, {0, 50, State::waitingCapacity, 10, 15}}));
  // Half of it as the whole: twice as high.
  EXPECT_EQ(stacked(columns, 20, 0.5)[0], (Piece{0, 50, State::entitled, 0, 20}));
}

TEST(Columns, NeverHideAWait) {
  Columns columns;
  columns.begin(kScale);
  columns.add({slice(0_ms, 50_ms, State::entitled, 0.99F), slice(20_ms, 20'020_us, State::waitingProcessor)}, kWindow);
  const auto pieces = stacked(columns, 20);
  EXPECT_TRUE(
      std::ranges::any_of(pieces, [](const Piece& p) { return p.state == State::waitingProcessor && p.from == 20 && p.high > p.low; }));
}

TEST(Columns, ShowOnlyThePartThatTheSlicesAreKnownFor) {
  Columns columns;
  columns.begin(kScale);
  columns.add({slice(0_ms, 100_ms, State::entitled)}, {0_ms, 30_ms});
  columns.add({slice(0_ms, 100_ms, State::excess)}, {30_ms, 100_ms});
  EXPECT_EQ(stacked(columns, 20), (std::vector<Piece>{{0, 30, State::entitled, 0, 20}, {30, 100, State::excess, 0, 20}}));
}

TEST(Columns, PutRowsTogetherAsPartsOfAll) {
  Columns columns;
  columns.begin(kScale);
  Slice second = slice(0_ms, 50_ms, State::request);
  second.row = 1;
  columns.addRows({slice(0_ms, 100_ms, State::request), second}, kWindow, 4);
  EXPECT_EQ(stacked(columns, 20), (std::vector<Piece>{{0, 50, State::request, 0, 10}, {50, 100, State::request, 0, 5}}));
  columns.begin(kScale);
  columns.add({slice(0_ms, 100_ms, State::request), second}, kWindow, 1);
  EXPECT_EQ(stacked(columns, 20), (std::vector<Piece>{{0, 50, State::request, 0, 20}}));
}

TEST(Columns, LoseNoTimeOfWhatIsNarrow) {
  std::mt19937_64 random{5};
  for (int round = 0; round < 20; ++round) {
    std::vector<Slice> slices;
    std::int64_t held = 0;
    for (std::int64_t at = 0; at < kWindow.end.ps();) {
      const auto gap = static_cast<std::int64_t>(random() % 700'000'000), length = static_cast<std::int64_t>(random() % 900'000'000) + 1;
      at += gap;
      const std::int64_t end = std::min(at + length, kWindow.end.ps());
      if (at >= end) break;
      slices.push_back(slice(SimTime::from_ps(at), SimTime::from_ps(end), State::entitled));
      held += end - at;
      at = end;
    }
    Columns columns;
    columns.begin(kScale);
    columns.add(slices, kWindow);
    double sum = 0;
    for (int x = 0; x < columns.size(); ++x) sum += static_cast<double>(columns.share(x, State::entitled));
    EXPECT_NEAR(sum, static_cast<double>(held) * 1e-9, 1e-3);
  }
}

TEST(Columns, MakeAtMostOnePieceAPixelAndState) {
  std::mt19937_64 random{6};
  std::vector<Slice> slices;
  for (int i = 0; i < 50'000; ++i) {
    const auto at = SimTime::from_ps(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(kWindow.end.ps())));
    slices.push_back(slice(at, at + SimTime::from_ps(static_cast<std::int64_t>(random() % 3'000'000'000)), static_cast<State>(random() % 8),
                           static_cast<float>(random() % 100) / 400));
  }
  Columns columns;
  columns.begin(kScale);
  columns.add(slices, kWindow);
  std::map<std::pair<int, State>, int> times;
  for (const Piece& piece : stacked(columns, 40)) {
    EXPECT_GE(piece.low, 0);
    EXPECT_LE(piece.high, 40);
    for (int x = piece.from; x < piece.to; ++x) EXPECT_EQ(++times[std::pair(x, piece.state)], 1);
  }
  EXPECT_LE(times.size(), 100U * 8);
}

TEST(Columns, KnowWhoseMostOfAPixelIs) {
  Columns columns;
  columns.begin(kScale, true);
  std::vector<Slice> slices{slice(0_ms, 300_us, State::entitled), slice(300_us, 900_us, State::excess)};
  slices[1].partition = PartitionId{7};
  columns.add(slices, kWindow);
  ASSERT_NE(columns.owner(0), nullptr);
  EXPECT_EQ(columns.owner(0)->partition, PartitionId{7});
  EXPECT_EQ(columns.owner(1), nullptr);
}

TEST(Columns, ForgetTheLaneBefore) {
  Columns columns;
  columns.begin(kScale);
  columns.add({slice(0_ms, 100_ms, State::entitled)}, kWindow);
  columns.begin(kScale);
  EXPECT_TRUE(stacked(columns, 20).empty());
  columns.begin({kWindow, 0, 50});
  EXPECT_EQ(columns.size(), 50);
  EXPECT_TRUE(stacked(columns, 20).empty());
}

}  // namespace
}  // namespace lparsim::gui
