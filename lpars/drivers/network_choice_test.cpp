#include "lpars/drivers/network_choice.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim::drivers {
namespace {

using workload::IoOperations;
using workload::IoStep;

/// Notes what it is asked for; handles count from 0.
struct ScriptedNetwork final : NetworkOperations {
  std::uint32_t peer(std::string_view) override { return 3; }
  std::uint32_t begin(const IoStep& step, system::ThreadId, SimTime) override {
    begun.push_back(step.target);
    return static_cast<std::uint32_t>(begun.size() - 1);
  }
  std::optional<system::Activity> next(std::uint32_t handle, SimTime) override {
    asked.push_back(handle);
    return std::nullopt;
  }
  bool failed(std::uint32_t handle) const override { return handle == 1; }
  void serve(std::string_view, IoOperations::Acceptor& to) override { acceptor = &to; }
  std::uint32_t answer(std::uint64_t request, system::ThreadId, SimTime) override {
    answered.push_back(request);
    return 5;
  }
  std::vector<std::uint32_t> begun, asked;
  std::vector<std::uint64_t> answered;
  IoOperations::Acceptor* acceptor = nullptr;
};

struct NotedRequests final : IoOperations::Acceptor {
  void accept(std::uint64_t request, SimTime) override { requests.push_back(request); }
  std::vector<std::uint64_t> requests;
};

TEST(NetworkChoice, LeadsEachPeersOperationsToItsNetwork) {
  ScriptedNetwork first;
  ScriptedNetwork second;
  NetworkChoice choice({&first, &second});
  choice.add_peer("gateway", 1);
  IoStep step;
  step.target = choice.peer("gateway");
  const std::uint32_t one = choice.begin(step, {}, SimTime{});
  const std::uint32_t two = choice.begin(step, {}, SimTime{});
  EXPECT_NE(one, two);
  EXPECT_FALSE(choice.next(two, SimTime{}).has_value());
  EXPECT_TRUE(first.begun.empty());
  EXPECT_EQ(second.begun, (std::vector<std::uint32_t>{3, 3}));
  EXPECT_EQ(second.asked, std::vector<std::uint32_t>{1});
  EXPECT_FALSE(choice.failed(one));
  EXPECT_TRUE(choice.failed(two));
}

TEST(NetworkChoice, SendsAnAnswerWhereItsRequestCameFrom) {
  ScriptedNetwork first;
  ScriptedNetwork second;
  NetworkChoice choice({&first, &second});
  NotedRequests service;
  choice.serve("orders", service);
  first.acceptor->accept(7, SimTime{});
  second.acceptor->accept(7, SimTime{});
  ASSERT_EQ(service.requests.size(), 2U);
  EXPECT_NE(service.requests[0], service.requests[1]);
  choice.answer(service.requests[1], {}, SimTime{});
  EXPECT_TRUE(first.answered.empty());
  EXPECT_EQ(second.answered, std::vector<std::uint64_t>{7});
}

}  // namespace
}  // namespace lparsim::drivers
