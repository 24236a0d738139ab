#include "models/vsp/ordered_holds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/base/random.hpp"

namespace lparsim::vsp {
namespace {

using Holds = OrderedHolds<int, std::string>;

struct HoldsTest : ::testing::Test {
  void decide(std::uint64_t ticket, Decision decision = Decision::native) {
    holds.decide(ticket, Outcome{decision, 0, {}, {}}, [this](int flow, std::uint64_t, const std::string& thing, const Outcome& outcome) {
      left.push_back(std::to_string(flow) + thing + (outcome.decision == Decision::denied ? "!" : ""));
    });
  }
  Holds holds;
  std::vector<std::string> left;
};

TEST_F(HoldsTest, WhatIsDecidedLeavesBehindThoseBeforeIt) {
  holds.add(1, 10, "a", std::nullopt);
  holds.add(1, 11, "b", std::nullopt);
  holds.add(1, 12, "c", Outcome{});
  decide(11, Decision::denied);
  EXPECT_TRUE(left.empty());
  EXPECT_EQ(holds.size(1), 3u);
  decide(10);
  EXPECT_EQ(left, (std::vector<std::string>{"1a", "1b!", "1c"}));
  EXPECT_TRUE(holds.empty());
}

TEST_F(HoldsTest, FlowsDoNotWaitForEachOther) {
  holds.add(1, 10, "a", std::nullopt);
  holds.add(2, 11, "b", std::nullopt);
  decide(11);
  EXPECT_EQ(left, std::vector<std::string>{"2b"});
  EXPECT_TRUE(holds.holds(1));
  EXPECT_FALSE(holds.holds(2));
}

TEST_F(HoldsTest, AVerdictOnWhatIsGoneChangesNothing) {
  holds.add(1, 10, "a", std::nullopt);
  holds.add(1, 11, "b", Outcome{});
  std::vector<std::pair<std::uint64_t, bool>> forgotten;
  holds.remove([](int flow) { return flow == 1; },
               [&](std::uint64_t ticket, const std::string&, const Outcome* outcome) {
                 forgotten.push_back({ticket, outcome != nullptr});
               });
  EXPECT_EQ(forgotten, (std::vector<std::pair<std::uint64_t, bool>>{{10, false}, {11, true}}));
  decide(10);
  EXPECT_TRUE(left.empty());
  EXPECT_TRUE(holds.empty());
}

TEST_F(HoldsTest, WhatComesWhileOneLeavesWaitsForItsTurn) {
  holds.add(1, 10, "a", std::nullopt);
  std::vector<std::string> order;
  holds.decide(10, Outcome{}, [&](int, std::uint64_t, const std::string& thing, const Outcome&) {
    if (thing == "a") {
      EXPECT_TRUE(holds.holds(1)) << "the flow is busy until it has left";
      holds.add(1, 11, "b", Outcome{});
    }
    order.push_back(thing);
  });
  EXPECT_EQ(order, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(holds.empty());
}

// Against a list of everything, which is searched from its beginning each time.
TEST_F(HoldsTest, IsTheSameAsANaiveListWhateverHappens) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    struct Naive {
      int flow;
      std::uint64_t ticket;
      bool decided;
    };
    std::vector<Naive> all;
    std::vector<std::uint64_t> expected, seen;
    OrderedHolds<int, int> tested;
    RandomStream random{seed, "holds"};
    const auto leave = [&] {
      for (bool again = true; again;) {
        again = false;
        std::set<int> blocked;
        for (auto it = all.begin(); it != all.end(); ++it) {
          if (it->decided && !blocked.contains(it->flow)) {
            expected.push_back(it->ticket);
            all.erase(it);
            again = true;
            break;
          }
          blocked.insert(it->flow);
        }
      }
    };
    for (std::uint64_t ticket = 0; ticket < 200; ++ticket) {
      const int flow = static_cast<int>(random.uniform() * 4);
      const bool decided = tested.holds(flow) && random.uniform() < 0.3;
      tested.add(flow, ticket, flow, decided ? std::optional{Outcome{}} : std::nullopt);
      all.push_back({flow, ticket, decided});
      const double choice = random.uniform();
      if (choice < 0.6) {
        const auto undecided = std::ranges::count(all, false, &Naive::decided);
        if (undecided == 0) continue;
        auto left_over = static_cast<std::int64_t>(random.uniform() * static_cast<double>(undecided));
        const auto chosen = std::ranges::find_if(all, [&](const Naive& n) { return !n.decided && left_over-- == 0; });
        chosen->decided = true;
        const std::uint64_t which = chosen->ticket;
        leave();
        const std::size_t from = seen.size();
        tested.decide(which, Outcome{}, [&](int, std::uint64_t number, int, const Outcome&) { seen.push_back(number); });
        std::vector<std::uint64_t> step(seen.begin() + static_cast<std::ptrdiff_t>(from), seen.end());
        EXPECT_TRUE(std::ranges::is_sorted(step));
      } else if (choice < 0.63) {
        const auto gone = [&](int f) {
          return f == flow;
        };
        std::erase_if(all, [&](const Naive& n) { return gone(n.flow); });
        tested.remove(gone, [](std::uint64_t, int, const Outcome*) {});
      }
    }
    ASSERT_EQ(seen, expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace lparsim::vsp
