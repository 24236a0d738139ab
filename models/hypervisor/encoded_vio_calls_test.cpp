#include "models/hypervisor/encoded_vio_calls.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <ostream>
#include <string>

#include "models/hypervisor/partition_memory.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using Registers = std::array<std::uint64_t, 9>;

/// Writes down what was called, and answers with what a test has put into `answer`.
class Notes final : public EncodedVioCalls {
 public:
  PartitionMemory& memory() override { return memory_; }
  std::uint64_t allocate(std::uint32_t) override { return 0; }

  Hcall token{};
  Registers in{};
  HcallExtension answer;

 private:
  HcallExtension& call(Hcall call, std::span<const std::uint64_t> arguments) override {
    token = call;
    in.fill(0);
    std::copy(arguments.begin(), arguments.end(), in.begin());
    return answer;
  }
  PartitionMemory memory_{Bytes{4096}};
};

constexpr UnitAddress kUnit{0x3000'0002};
constexpr std::uint64_t kUnitWord = 0x3000'0002;

struct Case {
  const char* name;
  std::function<HcallStatus(Notes&)> call;
  std::uint64_t token;
  Registers registers;
};
void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

class EncodedCall : public ::testing::TestWithParam<Case> {};

TEST_P(EncodedCall, HasTheTokenAndRegistersOfItsSyntax) {
  Notes notes;
  notes.answer.status = HcallStatus::busy;
  EXPECT_EQ(GetParam().call(notes), HcallStatus::busy);
  EXPECT_EQ(static_cast<std::uint64_t>(notes.token), GetParam().token);
  EXPECT_EQ(notes.in, GetParam().registers);
}

std::uint64_t out_word = 0;
std::uint32_t out_interrupt = 0;

constexpr CrqElement kElement{0x80, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr SubCrqElement kSubElement{0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 5};

INSTANTIATE_TEST_SUITE_P(
    All, EncodedCall,
    ::testing::Values(
        Case{"reg_crq", [](Notes& n) { return n.reg_crq(kUnit, 1, 2); }, 0xFC, {kUnitWord, 1, 2}},
        Case{"free_crq", [](Notes& n) { return n.free_crq(kUnit); }, 0x100, {kUnitWord}},
        Case{"send_crq",
             [](Notes& n) { return n.send_crq(kUnit, kElement); },
             0x108,
             {kUnitWord, 0x8001'0203'0405'0607, 0x0809'0A0B'0C0D'0E0F}},
        Case{"enable_crq", [](Notes& n) { return n.enable_crq(kUnit); }, 0x2B0, {kUnitWord}},
        Case{"vio_signal", [](Notes& n) { return n.vio_signal(kUnit, 1); }, 0x104, {kUnitWord, 1}},
        Case{"eoi", [](Notes& n) { return n.eoi(7); }, 0x64, {7}},
        Case{"reg_sub_crq", [](Notes& n) { return n.reg_sub_crq(kUnit, 1, 2, out_word, out_interrupt); }, 0x2DC, {kUnitWord, 1, 2}},
        Case{"free_sub_crq", [](Notes& n) { return n.free_sub_crq(kUnit, 3); }, 0x2E0, {kUnitWord, 3}},
        Case{"send_sub_crq",
             [](Notes& n) { return n.send_sub_crq(kUnit, 3, kSubElement); },
             0x2E4,
             {kUnitWord, 3, 0x8000'0001'0000'0000, 0x0000'0002'0000'0000, 0x0000'0003'0000'0000, 0x0000'0004'0000'0005}},
        Case{"put_tce", [](Notes& n) { return n.put_tce(Liobn{9}, 1, 2); }, 0x20, {9, 1, 2}},
        Case{"put_rtce", [](Notes& n) { return n.put_rtce(Liobn{8}, 1, Liobn{9}, 2, 3); }, 0x10C, {8, 1, 9, 2, 3}},
        Case{"remove_rtce", [](Notes& n) { return n.remove_rtce(Liobn{8}, 1, Liobn{9}, 2, 3); }, 0x24C, {8, 1, 9, 2, 3, 0}},
        Case{"copy_rdma", [](Notes& n) { return n.copy_rdma(5, Liobn{8}, 1, Liobn{9}, 2); }, 0x110, {5, 8, 1, 9, 2}},
        Case{"register_logical_lan", [](Notes& n) { return n.register_logical_lan(kUnit, 1, 2, 3, 4); }, 0x114, {kUnitWord, 1, 2, 3, 4}},
        Case{"free_logical_lan", [](Notes& n) { return n.free_logical_lan(kUnit); }, 0x118, {kUnitWord}},
        Case{"add_logical_lan_buffer", [](Notes& n) { return n.add_logical_lan_buffer(kUnit, 6); }, 0x11C, {kUnitWord, 6}},
        Case{"free_logical_lan_buffer", [](Notes& n) { return n.free_logical_lan_buffer(kUnit, 6, out_word); }, 0x1D4, {kUnitWord, 6}},
        Case{"send_logical_lan",
             [](Notes& n) {
               std::uint64_t token = 77;
               return n.send_logical_lan(kUnit, std::array<std::uint64_t, 2>{4, 5}, token, 1460);
             },
             0x120,
             {kUnitWord, 4, 5, 0, 0, 0, 0, 77, 1460}},
        Case{"illan_attributes", [](Notes& n) { return n.illan_attributes(kUnit, 1, 2, out_word); }, 0x244, {kUnitWord, 1, 2}},
        Case{"multicast_ctrl", [](Notes& n) { return n.multicast_ctrl(kUnit, 1, 2); }, 0x130, {kUnitWord, 1, 2}},
        Case{"change_logical_lan_mac", [](Notes& n) { return n.change_logical_lan_mac(kUnit, 2); }, 0x14C, {kUnitWord, 2}},
        Case{"vioctl", [](Notes& n) { return n.vioctl(kUnit, 8, std::array<std::uint64_t, 1>{5}, {}); }, 0x2A8, {kUnitWord, 8, 5}}),
    [](const ::testing::TestParamInfo<Case>& one) { return std::string{one.param.name}; });

TEST(EncodedVioCalls, TakeResultsFromTheRegisters) {
  Notes notes;
  notes.answer.registers = {11, 12, 13};
  std::uint64_t word = 0;
  std::uint32_t interrupt = 0;
  notes.reg_sub_crq(kUnit, 0, 0, word, interrupt);
  EXPECT_EQ(word, 11U);
  EXPECT_EQ(interrupt, 12U);
  notes.answer.registers[0] = 21;
  notes.send_logical_lan(kUnit, {}, word, 0);
  EXPECT_EQ(word, 21U);
  notes.answer.registers[0] = 31;
  notes.illan_attributes(kUnit, 0, 0, word);
  EXPECT_EQ(word, 31U);
  notes.answer.registers[0] = 41;
  notes.free_logical_lan_buffer(kUnit, 0, word);
  EXPECT_EQ(word, 41U);
  std::array<std::uint64_t, 2> results{};
  notes.vioctl(kUnit, 0, {}, results);
  EXPECT_EQ(results, (std::array<std::uint64_t, 2>{41, 12}));
}

TEST(EncodedVioCalls, AddUpTheirCostUntilItIsTaken) {
  Notes notes;
  notes.answer.cost = 5_ns;
  notes.eoi(1);
  notes.free_crq(kUnit);
  EXPECT_EQ(notes.take_cost(), 10_ns);
  EXPECT_EQ(notes.take_cost(), SimTime{});
}

TEST(EncodedVioCalls, RefuseMoreArgumentsThanThereAreRegisters) {
  Notes notes;
  std::uint64_t token = 0;
  EXPECT_THROW(notes.send_logical_lan(kUnit, std::array<std::uint64_t, 7>{}, token, 0), CheckFailure);
  EXPECT_THROW(notes.vioctl(kUnit, 0, std::array<std::uint64_t, 4>{}, {}), CheckFailure);
}

}  // namespace
}  // namespace lparsim::hypervisor
