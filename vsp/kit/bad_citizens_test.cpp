// The kit passes good partitions and names the check whose rule a bad one breaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "models/vsp/layout.hpp"
#include "vsp/behaviour/declared.hpp"
#include "vsp/kit/check.hpp"
#include "vsp/kit/testing/twisted.hpp"

namespace lparsim::vsp::kit {
namespace {

using Bytes = std::span<const std::uint8_t>;

BehaviourFactory good(Role role, Hook hook = Hook::vscsi_command) {
  DeclaredConfig config;
  config.name = "good";
  config.registrations = {{hook, role}};
  config.time = Distribution::constant(SimTime::from_us(5));
  return declared(config, std::make_shared<DeclaredCounts>());
}

std::vector<std::string> failed(const std::vector<CheckResult>& results) {
  std::vector<std::string> ids;
  for (const CheckResult& r : results)
    if (r.verdict == Verdict::failed) ids.push_back(std::string{r.check.id.substr(0, 6)} + " " + r.reason);
  return ids;
}

std::uint32_t epoch_of(Bytes message) {
  return static_cast<std::uint32_t>(number_in(message, "epoch"));
}

template <class T>
void say(Platform& platform, T message) {
  platform.send(bytes_of(message));
}
void say(Platform& platform, lparsim_vsp_type type, std::uint32_t epoch) {
  say(platform, blank<lparsim_vsp_init>(type, epoch));
}

/// Says something more when a message of a type comes.
Twist on(std::uint16_t type, std::function<bool(Platform&, Bytes)> function) {
  Twist twist;
  twist.receives = [=](Platform& platform, Bytes message) {
    return type_of(message) != type || function(platform, message);
  };
  return twist;
}
Twist instead_of(std::uint16_t type, std::function<bool(Platform&, Bytes)> function) {
  Twist twist;
  twist.sends = [=](Platform& platform, Bytes message) {
    return type_of(message) != type || function(platform, message);
  };
  return twist;
}

struct Sinner {
  const char* name;
  const char* check;  ///< that must name it
  Role role;
  Twist (*twist)();
  Hook hook = Hook::vscsi_command;
};
void PrintTo(const Sinner& sinner, std::ostream* out) {
  *out << sinner.name;
}

Twist hammers(std::int32_t status) {
  auto last = std::make_shared<Message>();
  Twist twist;
  twist.sends = [=](Platform&, Bytes message) {
    if (type_of(message) == LPARSIM_VSP_REGISTER) *last = to_message(message);
    return true;
  };
  twist.receives = [=](Platform& platform, Bytes message) {
    const bool refused = type_of(message) == LPARSIM_VSP_REGISTERED && static_cast<std::int64_t>(number_in(message, "status")) == status;
    if (refused) platform.compute(SimTime::from_us(500));
    if (refused) platform.send(last->view());
    return !refused;
  };
  return twist;
}

const Sinner kSinners[] = {
    {"init_again", "VSP-01", Role::provider,
     [] {
       return on(LPARSIM_VSP_FEATURES_OK, [](Platform& p, Bytes) {
         say(p, LPARSIM_VSP_INIT, 0);
         return true;
       });
     }},
    {"ready_too_early", "VSP-02", Role::provider,
     [] {
       return on(LPARSIM_VSP_WELCOME, [](Platform& p, Bytes m) {
         say(p, LPARSIM_VSP_READY, epoch_of(m));
         return true;
       });
     }},
    {"asks_busy_hooks_again", "VSP-03", Role::provider,
     [] {
       return hammers(LPARSIM_VSP_HOOK_BUSY);
     }},
    {"wants_unoffered_features", "VSP-05", Role::provider,
     [] {
       return instead_of(LPARSIM_VSP_FEATURES, [](Platform& p, Bytes m) {
         auto wanted = *read_as<lparsim_vsp_features>(m);
         wanted.features |= std::uint64_t{1} << 40;
         say(p, wanted);
         return false;
       });
     }},
    {"forgets_its_features", "VSP-05", Role::provider,
     [] {
       return instead_of(LPARSIM_VSP_HELLO, [](Platform& p, Bytes m) {
         auto hello = *read_as<lparsim_vsp_hello>(m);
         if (p.now() > SimTime::from_ms(500)) hello.features &= LPARSIM_VSP_F_NOTICE;
         say(p, hello);
         return false;
       });
     }},
    {"knows_one_length_only", "VSP-06", Role::filter,
     [] {
       Twist twist;
       twist.receives = [](Platform&, Bytes m) {
         return m.size() == layout_of(m)->length;
       };
       return twist;
     }},
    {"fills_reserved_fields", "VSP-06", Role::filter,
     [] {
       return instead_of(LPARSIM_VSP_REPLY, [](Platform& p, Bytes m) {
         auto reply = *read_as<lparsim_vsp_reply>(m);
         reply.reserved = 1;
         say(p, reply);
         return false;
       });
     }},
    {"ignores_the_version", "VSP-07", Role::provider,
     [] {
       return on(LPARSIM_VSP_WELCOME, [](Platform& p, Bytes m) {
         if (number_in(m, "status") != 0) say(p, blank<lparsim_vsp_features>(LPARSIM_VSP_FEATURES, 1));
         return true;
       });
     }},
    {"loses_calls_in_a_burst", "VSP-08", Role::provider,
     [] {
       auto last = std::make_shared<SimTime>(SimTime::from_s(-1));
       return on(LPARSIM_VSP_CALL, [=](Platform& p, Bytes) {
         const bool alone = p.now() - *last > SimTime::from_us(50);
         *last = p.now();
         return alone;
       });
     }},
    {"answers_twice", "VSP-09", Role::filter,
     [] {
       return instead_of(LPARSIM_VSP_REPLY, [](Platform& p, Bytes m) {
         p.send(m);
         return true;
       });
     }},
    {"answers_what_is_over", "VSP-09", Role::provider,
     [] {
       return on(LPARSIM_VSP_CANCEL, [](Platform& p, Bytes m) {
         auto reply = blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY, epoch_of(m));
         reply.call = number_in(m, "call");
         reply.verdict = LPARSIM_VSP_COMPLETE;
         say(p, reply);
         return true;
       });
     }},
    {"chatters", "VSP-10", Role::provider,
     [] {
       auto epoch = std::make_shared<std::uint32_t>();
       Twist twist = on(LPARSIM_VSP_REGISTERED, [=](Platform& p, Bytes m) {
         if (*epoch == 0) p.set_timer(Twist::kOwnTimer, SimTime::from_ms(1));
         *epoch = epoch_of(m);
         return true;
       });
       twist.timer = [=](Platform& p, std::uint64_t tag) {
         auto away = blank<lparsim_vsp_register>(LPARSIM_VSP_UNREGISTER, *epoch);
         away.registration = 99;
         away.hook = LPARSIM_VSP_HOOK_VSCSI_COMMAND;
         away.role = LPARSIM_VSP_PROVIDER;
         say(p, away);
         p.set_timer(tag, SimTime::from_ms(1));
       };
       return twist;
     }},
    {"reads_twice", "VSP-11", Role::provider,
     [] {
       return on(LPARSIM_VSP_CALL, [](Platform& p, Bytes m) {
         std::uint8_t bytes[8];
         if ((number_in(m, "grants[0].access") & 1) == 0) return true;
         p.read(number_in(m, "grants[0].id"), 0, bytes);
         p.read(number_in(m, "grants[0].id"), 4, bytes);
         return true;
       });
     },
     Hook::os_service},
    {"copies_beyond_the_grant", "VSP-12", Role::provider,
     [] {
       return on(LPARSIM_VSP_CALL, [](Platform& p, Bytes m) {
         const std::uint8_t bytes[8] = {};
         p.write(number_in(m, "grants[0].id"), static_cast<std::uint32_t>(number_in(m, "grants[0].length")) - 4, bytes);
         return true;
       });
     }},
    {"trips_over_changed_data", "VSP-13", Role::provider,
     [] {
       return on(LPARSIM_VSP_CALL, [](Platform& p, Bytes m) {
         std::uint8_t first = 0;
         p.read(number_in(m, "grants[0].id"), 0, {&first, 1});
         return first != 0xEE;
       });
     },
     Hook::os_service},
    {"starts_only_once", "VSP-14", Role::provider,
     [] {
       Twist twist;
       twist.starts = [](Platform& p) {
         return p.now() == SimTime{};
       };
       return twist;
     }},
    {"ignores_reissued_calls", "VSP-15", Role::provider,
     [] {
       return on(LPARSIM_VSP_CALL, [](Platform&, Bytes m) { return (number_in(m, "flags") & LPARSIM_VSP_CALL_REISSUED) == 0; });
     }},
    {"gives_up_after_an_hour", "VSP-16", Role::filter,
     [] {
       Twist twist;
       twist.starts = [](Platform& p) {
         return p.now() < SimTime::from_s(3600);
       };
       return twist;
     }},
    {"does_not_return_from_a_crash", "VSP-17", Role::observer,
     [] {
       Twist twist;
       twist.starts = [](Platform& p) {
         return p.now() == SimTime{};
       };
       return twist;
     }},
    {"hangs", "VSP-18", Role::filter,
     [] {
       return on(LPARSIM_VSP_CALL, [](Platform&, Bytes) { return false; });
     }},
    {"comes_back_too_soon", "VSP-19", Role::provider,
     [] {
       return on(LPARSIM_VSP_NOTICE, [](Platform& p, Bytes m) {
         if (number_in(m, "reason") == LPARSIM_VSP_EJECTED) say(p, LPARSIM_VSP_INIT, 0);
         return true;
       });
     }},
    {"resets_when_copies_are_lost", "VSP-20", Role::observer,
     [] {
       return on(LPARSIM_VSP_CALL, [](Platform& p, Bytes m) {
         if ((number_in(m, "flags") & LPARSIM_VSP_CALL_LOST_BEFORE) != 0) say(p, LPARSIM_VSP_RESET, epoch_of(m));
         return true;
       });
     }},
    {"leaves_it_to_the_native_function_as_a_filter", "VSP-23", Role::filter,
     [] {
       return instead_of(LPARSIM_VSP_REPLY, [](Platform& p, Bytes m) {
         auto reply = *read_as<lparsim_vsp_reply>(m);
         reply.verdict = LPARSIM_VSP_NATIVE;
         say(p, reply);
         return false;
       });
     }},
    {"does_not_answer_notice", "VSP-24", Role::provider,
     [] {
       return on(LPARSIM_VSP_NOTICE, [](Platform&, Bytes) { return false; });
     }},
    {"ignores_calls_from_before_its_time", "VSP-25", Role::provider,
     [] {
       return on(LPARSIM_VSP_CALL, [](Platform& p, Bytes m) {
         return p.now() - SimTime::from_ns(static_cast<std::int64_t>(number_in(m, "begun"))) < SimTime::from_us(500);
       });
     }},
    {"asks_for_what_is_not_permitted_again", "VSP-28", Role::provider,
     [] {
       return hammers(LPARSIM_VSP_NOT_PERMITTED);
     }},
    {"stays_away_after_an_ejection", "VSP-30", Role::provider,
     [] {
       auto gone = std::make_shared<bool>(false);
       Twist twist;
       twist.receives = [=](Platform&, Bytes m) {
         *gone = *gone || (type_of(m) == LPARSIM_VSP_NOTICE && number_in(m, "reason") == LPARSIM_VSP_EJECTED);
         return !*gone;
       };
       return twist;
     }},
};

class BadCitizen : public ::testing::TestWithParam<Sinner> {};

TEST_P(BadCitizen, IsNamedByTheCheckOfItsRule) {
  const Sinner& sinner = GetParam();
  const auto results = check(twisted(sinner.twist, good(sinner.role, sinner.hook)));
  EXPECT_THAT(failed(results), ::testing::Contains(::testing::StartsWith(sinner.check)));
  EXPECT_LE(failed(results).size(), 8U) << "what one does wrong is not everything";
  for (const CheckResult& r : results) {
    EXPECT_EQ(r.verdict == Verdict::failed, r.transcript.has_value()) << r.check.id;
    EXPECT_EQ(r.verdict == Verdict::passed, r.reason.empty()) << r.check.id;
  }
}
INSTANTIATE_TEST_SUITE_P(Sins, BadCitizen, ::testing::ValuesIn(kSinners), [](const auto& test) { return std::string{test.param.name}; });

class GoodCitizen : public ::testing::TestWithParam<Hook> {};

TEST_P(GoodCitizen, ConformsInEveryRole) {
  for (const Role role : {Role::observer, Role::filter, Role::provider}) {
    const auto results = check(good(role, GetParam()));
    EXPECT_TRUE(conforms(results));
    EXPECT_EQ(results.size(), 30U);
    EXPECT_THAT(failed(results), ::testing::IsEmpty());
  }
}
INSTANTIATE_TEST_SUITE_P(Hooks, GoodCitizen,
                         ::testing::Values(Hook::hypervisor_call, Hook::switch_frame, Hook::crq_send, Hook::sea_forward,
                                           Hook::vscsi_command, Hook::os_service, Hook::application_event));

TEST(Check, OfWhoIsNeverReadySaysSo) {
  Twist silent;
  silent.starts = [](Platform&) {
    return false;
  };
  const auto results = check(twisted([=] { return silent; }, good(Role::provider)));
  EXPECT_THAT(failed(results),
              ::testing::ElementsAre(::testing::AllOf(::testing::StartsWith("VSP-02"), ::testing::HasSubstr("never became ready"))));
  EXPECT_EQ(results.back().verdict, Verdict::not_applicable);
}

TEST(Check, OfWhatCannotBeCreatedSaysSo) {
  const auto results = check([](Platform&) { return std::unique_ptr<Behaviour>{}; });
  EXPECT_THAT(failed(results), ::testing::ElementsAre(::testing::HasSubstr("could not be created")));
}

TEST(Check, KnowsWhatTheConsolePermits) {
  CheckOptions options;
  options.permits.resize(1);
  options.permits[0].hook = Hook::vscsi_command;
  options.permits[0].role = Role::provider;
  options.only = {"VSP-28"};
  EXPECT_TRUE(conforms(check(good(Role::provider), options)));
  DeclaredConfig config;
  config.registrations = {{Hook::vscsi_command, Role::provider}, {Hook::os_service, Role::filter}};
  config.time = Distribution::constant(SimTime::from_us(5));
  const auto results = check(declared(config, std::make_shared<DeclaredCounts>()), options);
  EXPECT_THAT(failed(results), ::testing::ElementsAre(::testing::HasSubstr("os.service")));
}

TEST(Check, GivesTheSameResultsEachTime) {
  const auto once = [] {
    return render_json(check(twisted(kSinners[9].twist, good(Role::filter))), "x");
  };
  EXPECT_EQ(once(), once());
}

}  // namespace
}  // namespace lparsim::vsp::kit
