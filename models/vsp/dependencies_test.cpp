#include "models/vsp/dependencies.hpp"

#include <gtest/gtest.h>

namespace lparsim::vsp {
namespace {

constexpr PartitionId kVios{0}, kClient{1}, kCache{2}, kFilter{3};

VspConfig serving(PartitionId vsp, Role role, std::vector<PartitionId> clients) {
  HookPermit permit;
  permit.hook = Hook::sea_forward;
  permit.role = role;
  permit.clients = std::move(clients);
  VspConfig config;
  config.partition = vsp;
  config.permits = {permit};
  return config;
}

TEST(Dependencies, OfAVspAreItsClientsButNotItself) {
  const std::vector<PartitionId> all{kVios, kClient, kCache};
  EXPECT_EQ(dependencies_of(serving(kCache, Role::provider, {}), all).size(), 2U);
  const auto listed = dependencies_of(serving(kCache, Role::filter, {kVios}), all);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].who, kVios);
  EXPECT_EQ(listed[0].on, kCache);
  EXPECT_EQ(listed[0].why, "sea.forward");
}

TEST(Dependencies, OnAnObserverThereAreNone) {
  EXPECT_TRUE(dependencies_of(serving(kCache, Role::observer, {kVios}), {}).empty());
}

TEST(Dependencies, AreACircleWhereAVspServesTheViosThatServesIt) {
  auto all = dependencies_of(serving(kCache, Role::filter, {kVios}), {});
  EXPECT_TRUE(circle_in(all).empty());
  all.push_back({kCache, kVios, "its disks"});
  const auto circle = circle_in(all);
  ASSERT_EQ(circle.size(), 2U);
  EXPECT_EQ(circle[0].who, kVios);
  EXPECT_EQ(circle[1].why, "its disks");
}

TEST(Dependencies, AreACircleThroughSeveral) {
  const std::vector<Dependency> all{{kClient, kVios, "a"}, {kVios, kCache, "b"}, {kCache, kFilter, "c"}, {kFilter, kVios, "d"}};
  const auto circle = circle_in(all);
  ASSERT_EQ(circle.size(), 3U);
  EXPECT_EQ(circle.front().who, kVios);
  EXPECT_TRUE(circle_of(kClient, all).empty()) << "it waits for them, and they do not for it";
  EXPECT_TRUE(circle_in(std::span{all}.first(3)).empty());
}

TEST(Dependencies, AreToldByTheShortestCircle) {
  const std::vector<Dependency> all{{kVios, kCache, "a"}, {kCache, kFilter, "b"}, {kFilter, kVios, "c"}, {kCache, kVios, "d", 7}};
  const auto circle = circle_of(kVios, all);
  ASSERT_EQ(circle.size(), 2U);
  EXPECT_EQ(circle.back().why, "d");
  EXPECT_EQ(circle.back().mark, 7U);
}

}  // namespace
}  // namespace lparsim::vsp
