// Whatever operators, devices and guests do, no promise of the hypervisor is broken (its Monitor stops the run otherwise) and no work or
// time is lost.
#include <gtest/gtest.h>

#include "lpars/guest/testing/real_frame.hpp"
#include "sim/base/random.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::RealFrame;
using testing::share;

class RandomFrame : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  RandomFrame() : stream_{GetParam(), "operator"}, cores_{1 + below(6)}, frame_{cores_, GetParam()} {
    std::uint32_t shared_cores = cores_;
    if (cores_ > 2) {
      frame_.dedicated("owner", {1, static_cast<hypervisor::SharingMode>(below(4))}, workloads(1));
      most_.push_back(1);
      --shared_cores;
    }
    free_ = ProcessingUnits::cores(shared_cores);
    const std::uint32_t partitions = 2 + below(5);
    for (std::uint32_t i = 0; i < partitions; ++i) {
      const std::uint32_t most = 1 + below(4);
      const std::int64_t each = free_.hundredths() / (partitions - i);
      const std::int64_t entitlement = std::min(each, 5 * std::int64_t{most} + below(static_cast<std::uint32_t>(each)));
      auto spec = share(std::min<std::int64_t>(entitlement, 100 * std::int64_t{most}), most, below(2) == 0);
      spec.weight = 64 * below(5);
      free_ -= spec.entitlement;
      most_.push_back(most);
      frame_.shared("p" + std::to_string(i), spec, workloads(1 + below(2)));
    }
    running_.assign(frame_.members().size(), true);
    frame_.activate_all();
  }

  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(stream_.uniform() * n); }

  std::vector<workload::Config> workloads(std::uint32_t count) {
    std::vector<workload::Config> all;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::string name = "w" + std::to_string(i);
      const workload::Transaction work{workload::Compute{parse_distribution("exponential(800 us)").value()}};
      switch (below(4)) {
        case 0:
          all.push_back({name, workload::Spin{1 + below(3)}});
          break;
        case 1:
          all.push_back({name, workload::Open{parse_arrivals("poisson(300 /s)").value(), 4, work}});
          break;
        case 2:  // falls together with windows and slices
          all.push_back(
              {name, workload::Open{
                         parse_arrivals("every(5 ms)").value(), std::nullopt, {workload::Compute{parse_distribution("1 ms").value()}}}});
          break;
        default:
          all.push_back({name, workload::Closed{5, parse_distribution("2 ms").value(), work}});
      }
    }
    return all;
  }

  /// One thing that an operator, a device or a guest may do.
  void act() {
    const std::size_t which = below(static_cast<std::uint32_t>(frame_.members().size()));
    auto& member = frame_.members()[which];
    hypervisor::Hypervisor& hypervisor = frame_.hypervisor();
    const std::uint32_t vp = below(hypervisor.online(member.id));
    const bool dedicated = cores_ > 2 && which == 0;
    switch (below(8)) {
      case 0:
        running_[which] ? hypervisor.deactivate(member.id) : hypervisor.activate(member.id);
        running_[which] = !running_[which];
        return;
      case 1:
        if (!dedicated) hypervisor.change(member.id, {{}, 64 * below(5), below(2) == 0, {}});
        return;
      case 2:
        if (!dedicated) {  // between those that can use its entitlement and the most it may have
          const auto least = static_cast<std::uint32_t>((hypervisor.entitlement(member.id).hundredths() + 99) / 100);
          hypervisor.change(member.id, {{}, {}, {}, std::max(1U, least) + below(most_[which] + 1 - std::max(1U, least))});
        }
        return;
      case 3:
        if (!dedicated && hypervisor.active(member.id) && running_[which])
          member.partition.hypercalls().call(vp, hypervisor::Hcall::set_ppp, {below(200), below(256)});
        return;
      default:
        member.partition.hypercalls().interrupt(vp, hypervisor::DispatchReason::external_interrupt);
    }
  }

  RandomStream stream_;
  std::uint32_t cores_;
  RealFrame frame_;
  ProcessingUnits free_;
  std::vector<std::uint32_t> most_;
  std::vector<bool> running_;
};

TEST_P(RandomFrame, KeepsItsPromisesAndItsBooks) {
  std::vector<hypervisor::PartitionUsage> last(frame_.members().size());
  SimTime at;
  for (int i = 0; i < 2000 && !HasFailure(); ++i) {
    at += below(3) == 0 ? 1_ms * below(10) : SimTime::from_us(below(5000));
    frame_.run_until(at);
    for (std::uint32_t n = below(4); n-- > 0;) act();
    for (std::size_t k = 0; k < last.size(); ++k) {
      frame_.check_books(frame_.members()[k]);
      const auto usage = frame_.hypervisor().usage(frame_.members()[k].id);
      const auto since = usage - last[k];
      EXPECT_GE(std::min({since.entitled, since.consumed, since.wait_capacity, since.wait_processor, since.donated}), SimTime{});
      last[k] = usage;
    }
  }
  frame_.hypervisor().finish();
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomFrame, ::testing::Range<std::uint64_t>(1, 25));

}  // namespace
}  // namespace lparsim::guest
