// Each check of the platform fails where the platform is made to lie: none of them is unable to.
#include <gtest/gtest.h>

#include <memory>

#include "models/vsp/wire.hpp"
#include "vsp/behaviour/declared.hpp"
#include "vsp/kit/check.hpp"
#include "vsp/kit/tamper.hpp"

namespace lparsim::vsp::kit {
namespace {

BehaviourFactory good() {
  DeclaredConfig config;
  config.name = "good";
  config.registrations = {{Hook::vscsi_command, Role::provider}};
  config.time = Distribution::constant(SimTime::from_us(5));
  return declared(config, std::make_shared<DeclaredCounts>());
}

/// Changes or drops messages of one type.
template <class T>
class Changed final : public Tamper {
 public:
  Changed(std::uint16_t type, std::function<bool(T&)> change) : type_{type}, change_{std::move(change)} {}
  bool message(PartitionId, Message& message) override {
    if (type_of(message.view()) != type_) return true;
    auto structure = *read_as<T>(message.view());
    const bool comes = change_(structure);
    message = to_message(bytes_of(structure));
    return comes;
  }

 private:
  std::uint16_t type_;
  std::function<bool(T&)> change_;
};
template <class T>
std::unique_ptr<Tamper> change(std::uint16_t type, std::function<bool(T&)> function) {
  return std::make_unique<Changed<T>>(type, std::move(function));
}
std::unique_ptr<Tamper> drop(std::uint16_t type) {
  return change<lparsim_vsp_header>(type, [](auto&) { return false; });
}
std::unique_ptr<Tamper> registered(std::int32_t from, std::int32_t to) {
  return change<lparsim_vsp_registered>(LPARSIM_VSP_REGISTERED, [=](lparsim_vsp_registered& r) {
    if (r.status == from) r.status = to;
    return true;
  });
}

struct Answers final : Tamper {
  explicit Answers(unsigned times) : times_{times} {}
  unsigned answers() override { return times_; }
  unsigned times_;
};
struct Rings final : Tamper {
  unsigned rings() override { return 2; }
};
struct Copies final : Tamper {
  std::int32_t copied(std::int32_t) override { return LPARSIM_VSP_OK; }
};
struct Outcomes final : Tamper {
  void outcome(Outcome& outcome) override { outcome = {Decision::completed, 99, {}, {}}; }
};
struct Statuses final : Tamper {
  explicit Statuses(std::function<void(VspStatus&)> change) : change_{std::move(change)} {}
  void status(VspStatus& status) override { change_(status); }
  std::function<void(VspStatus&)> change_;
};
struct Events final : Tamper {
  explicit Events(std::function<void(VspEvent&)> change) : change_{std::move(change)} {}
  void event(VspEvent& event) override { change_(event); }
  std::function<void(VspEvent&)> change_;
};
struct Innocent final : Tamper {
  void dependencies(std::vector<Dependency>& all) override { all.clear(); }
};

/// A platform that gets the check's clause wrong.
std::unique_ptr<Tamper> mutant(int check) {
  const auto not_reissued = [] {
    return change<lparsim_vsp_call>(LPARSIM_VSP_CALL, [](lparsim_vsp_call& c) {
      c.flags &= ~LPARSIM_VSP_CALL_REISSUED;
      return true;
    });
  };
  switch (check) {
    case 1:
      return drop(LPARSIM_VSP_INIT_COMPLETE);
    case 2:
      return drop(LPARSIM_VSP_ERROR);
    case 3:
      return registered(LPARSIM_VSP_HOOK_BUSY, LPARSIM_VSP_OK);
    case 4:
      return registered(LPARSIM_VSP_UNSUPPORTED, LPARSIM_VSP_OK);
    case 5:
      return change<lparsim_vsp_welcome>(LPARSIM_VSP_WELCOME, [](auto& w) {
        w.features |= std::uint64_t{1} << 40;
        return true;
      });
    case 6:
      return change<lparsim_vsp_error>(LPARSIM_VSP_ERROR, [](auto& e) {
        e.field = 0;
        return true;
      });
    case 7:
      return change<lparsim_vsp_welcome>(LPARSIM_VSP_WELCOME, [](auto& w) {
        w.status = 0;
        return true;
      });
    case 8:
      return change<lparsim_vsp_welcome>(LPARSIM_VSP_WELCOME, [](auto& w) {
        w.credits *= 2;
        return true;
      });
    case 9:
      return std::make_unique<Answers>(2);
    case 10:
      return std::make_unique<Rings>();
    case 11:
      return change<lparsim_vsp_call>(LPARSIM_VSP_CALL, [](auto& c) {
        ++c.arguments[0];
        return true;
      });
    case 12:
      return std::make_unique<Copies>();
    case 13:
    case 17:
    case 29:
      return std::make_unique<Answers>(0);
    case 14:
    case 15:
    case 24:
      return not_reissued();
    case 16:
      return drop(LPARSIM_VSP_CALL);
    case 18:
      return std::make_unique<Statuses>([](VspStatus& s) { ++s.ejections; });
    case 19:
      return change<lparsim_vsp_notice>(LPARSIM_VSP_NOTICE, [](auto& n) {
        n.time = 1'000'000;
        return true;
      });
    case 20:
      return std::make_unique<Statuses>([](VspStatus& s) { s.dropped = 0; });
    case 21:
    case 25:
      return std::make_unique<Outcomes>();
    case 22:
      return std::make_unique<Events>([](VspEvent& e) {
        if (e.kind == VspEventKind::deadlock) e.kind = VspEventKind::state;
      });
    case 23:
      return drop(LPARSIM_VSP_OUTCOME);
    case 26:
      return std::make_unique<Innocent>();
    case 27:
      return std::make_unique<Statuses>([](VspStatus& s) { ++s.under_way; });
    case 28:
      return registered(LPARSIM_VSP_NOT_PERMITTED, LPARSIM_VSP_UNSUPPORTED);
    case 30:
      return std::make_unique<Events>([](VspEvent& e) { e.text = "it failed"; });
    default:
      return nullptr;
  }
}

class PlatformMutant : public ::testing::TestWithParam<int> {};

TEST_P(PlatformMutant, FailsItsCheck) {
  const std::unique_ptr<Tamper> tamper = mutant(GetParam());
  ASSERT_NE(tamper, nullptr);
  CheckOptions options;
  options.only = {std::string{descriptions()[static_cast<std::size_t>(GetParam() - 1)].id}};
  ASSERT_NE(check(good(), options).at(0).verdict, Verdict::failed) << "without the lie";
  options.tamper = tamper.get();
  const CheckResult result = check(good(), options).at(0);
  EXPECT_EQ(result.verdict, Verdict::failed);
  EXPECT_FALSE(result.reason.empty());
  ASSERT_TRUE(result.transcript || GetParam() == 26);
}
INSTANTIATE_TEST_SUITE_P(Checks, PlatformMutant, ::testing::Range(1, 31));

}  // namespace
}  // namespace lparsim::vsp::kit
