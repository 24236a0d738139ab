#include <fmt/format.h>

#include <algorithm>

#include "sim/base/quantity.hpp"
#include "sim/scenario/schema_vsp.hpp"
#include "sim/scenario/schema_workload.hpp"

namespace lparsim::scenario {

using namespace config;

namespace {

/// What a caller is told; below zero as a rule.
Value<std::int32_t> status() {
  const ScalarInfo info{.noun = "a status",
                        .form = "-2147483648 to 2147483647",
                        .example = "-5",
                        .bare_integer = true,
                        .minimum = {"-2147483648"},
                        .maximum = {"2147483647"}};
  return {info, [info](std::string_view text) -> Result<std::int32_t> {
            const bool negative = text.starts_with('-');
            const auto number = parse_count(text.substr(negative ? 1 : 0));
            if (!number) return unexpected(number.error());
            const std::int64_t value = negative ? -*number : *number;
            if (value < INT32_MIN || value > INT32_MAX)
              return unexpected(fmt::format("{} is out of range; allowed: {}", shown(text), info.form));
            return static_cast<std::int32_t>(value);
          }};
}

Value<VspVerdict> verdict() {
  return one_of<VspVerdict>({{"pass", VspVerdict::pass, "Filter: it goes on. Provider: as native."},
                             {"deny", VspVerdict::deny, "The caller gets `status` as an error."},
                             {"complete", VspVerdict::complete, "It is done; the caller gets `status`."},
                             {"native", VspVerdict::native, "The native function is to do it."},
                             {"defer", VspVerdict::defer, "Answered `defer` later: a filter lets it pass, a provider completes it."}});
}

const Schema<VspVerdictsKeys>& verdicts_schema() {
  using Keys = VspVerdictsKeys;
  static const auto schema = Schema<Keys>("vsp_verdicts", "Shares of calls, which need not add up to 1.")
                                 .optional("pass", &Keys::pass, vsp_share(), "Goes on; of a provider as native.", {.example = "0.9"})
                                 .optional("deny", &Keys::deny, vsp_share(), "Gets `status` as an error.", {.example = "0.1"})
                                 .optional("complete", &Keys::complete, vsp_share(), "Is done, with `status`.", {.example = "0.5"})
                                 .optional("native", &Keys::native, vsp_share(), "Is done by the native function.", {.example = "0.5"})
                                 .optional("defer", &Keys::defer, vsp_share(), "Is answered later.", {.example = "0.1"})
                                 .check([](const Keys& keys, const Context& context) {
                                   double sum = 0;
                                   for (const auto& share : {keys.pass, keys.deny, keys.complete, keys.native, keys.defer})
                                     sum += share.value_or(0);
                                   if (sum <= 0) context.error("", "no call gets any; allowed: at least one share above 0");
                                 });
  return schema;
}

void check_fault(const VspFaultKeys& keys, const Context& context) {
  const auto only_for = [&](const char* key, vsp::FaultKind kind, std::string_view word) {
    const bool has = keys.given_kind == kind || std::ranges::find(keys.kinds, kind) != keys.kinds.end();
    if (context.given(key) && !has) context.error(key, fmt::format("is that of another kind; allowed: with `{}`", word));
  };
  if (keys.every) {
    for (const char* key : {"kind", "at"})
      if (context.given(key)) context.error(key, "stands beside `every`; allowed: an entry of its own, or `kinds`");
    if (keys.kinds.empty()) context.error("", "the key `kinds` is missing; allowed: a list of what may happen");
    if (keys.every->mean() < SimTime::from_ms(1))
      context.error("every", "comes more than a thousand times a second; allowed: 1 ms or more");
  } else {
    if (!keys.given_kind) context.error("", "the key `kind` is missing; allowed: what goes wrong, or `every` with `kinds`");
    if (!keys.given_at) context.error("", "the key `at` is missing; allowed: when it begins, or `every` with `kinds`");
    if (!keys.kinds.empty()) context.error("kinds", "of no meaning without `every`; allowed: `kind`");
  }
  only_for("factor", vsp::FaultKind::slow, "slow");
  only_for("by", vsp::FaultKind::late, "late");
  only_for("violation", vsp::FaultKind::violation, "violation");
}

}  // namespace

Value<double> vsp_share() {
  return number().at_most("1").with_example("0.5");
}

Value<vsp::FaultKind> vsp_fault_kind() {
  return one_of<vsp::FaultKind>({{"crash", vsp::FaultKind::crash, "The partition fails; `for`: it is started again after that."},
                                 {"hang", vsp::FaultKind::hang, "Takes messages and answers none, without a cycle."},
                                 {"spin", vsp::FaultKind::spin, "The same, and burns cycles."},
                                 {"slow", vsp::FaultKind::slow, "Computes `factor` times as long."},
                                 {"wrong", vsp::FaultKind::wrong, "Replies with another verdict, status or other values."},
                                 {"late", vsp::FaultKind::late, "Replies `by` later."},
                                 {"duplicate", vsp::FaultKind::duplicate, "Replies twice."},
                                 {"violation", vsp::FaultKind::violation, "Sends what the interface forbids."},
                                 {"restart", vsp::FaultKind::restart, "Is shut down and started again `for` later."}});
}

Value<vsp::Violation> vsp_violation() {
  return one_of<vsp::Violation>(
      {{"any", vsp::Violation::any, "Each time another one of those below."},
       {"unknown_call", vsp::Violation::unknown_call, "A reply to a call that never was."},
       {"stale_epoch", vsp::Violation::stale_epoch, "A reply of the epoch before."},
       {"bad_length", vsp::Violation::bad_length, "A reply whose length is not that of the message."},
       {"non_zero_reserved", vsp::Violation::non_zero_reserved, "A reply with bits in a reserved field."},
       {"message_before_ready", vsp::Violation::message_before_ready, "READY before HELLO, in the next handshake."},
       {"init_when_established", vsp::Violation::init_when_established, "INIT once more."},
       {"unoffered_feature", vsp::Violation::unoffered_feature, "A feature that WELCOME had not."},
       {"foreign_hook", vsp::Violation::foreign_hook, "REGISTER for a hook that is not its own."}});
}

const Schema<VspBehaviourKeys>& vsp_behaviour_schema() {
  using Keys = VspBehaviourKeys;
  static const auto schema =
      Schema<Keys>("vsp_behaviour", "A behaviour without code: it registers for all its hooks, computes, and answers by lot.")
          .optional("time", &Keys::time, pause(), "Processor time for each call, copies for observers included.",
                    {.default_text = "10 us", .assumed = true, .example = "exponential(20 us)"})
          .optional("per_byte", &Keys::per_byte, duration().at_most("1 ms"), "And for each byte that goes with it.",
                    {.default_text = "0 s", .assumed = true, .example = "0.1 ns"})
          .optional("verdict", &Keys::verdict, verdict(), "What every call is answered with.",
                    {.default_text = "pass of a filter, native of a provider", .example = "pass"})
          .section("verdicts", &Keys::shares, verdicts_schema(), "The same by lot: a share for each.")
          .optional("status", &Keys::status, status(), "What a caller is told whose call is denied or completed.",
                    {.default_text = "-5 (IO_ERROR), or 0 of a call that is completed", .assumed = true, .example = "-13"})
          .optional("defer", &Keys::defer, duration().at_least("1 us").at_most("1 h"), "How much later a deferred call is answered.",
                    {.default_text = "1 ms", .assumed = true, .example = "5 ms"})
          .optional("reconnects", &Keys::reconnects, boolean(), "Comes back after its channel was closed.",
                    {.default_text = "true", .assumed = true, .example = "false"})
          .check([](const Keys& keys, const Context& context) {
            if (keys.verdict && keys.shares)
              context.error("verdict", "stands beside `verdicts`, which says the same; allowed: one of the two");
            const bool defers = keys.verdict == VspVerdict::defer || (keys.shares && keys.shares->defer.value_or(0) > 0);
            if (context.given("defer") && !defers)
              context.error("defer", "of no meaning where no call is deferred; allowed: with the verdict `defer`");
          });
  return schema;
}

const Schema<VspFaultKeys>& vsp_fault_schema() {
  using Keys = VspFaultKeys;
  static const auto schema =
      Schema<Keys>("vsp_fault", "Something that goes wrong: at a time, or every so often.")
          .optional("kind", &Keys::given_kind, vsp_fault_kind(), "What.", {.example = "hang"})
          .optional("at", &Keys::given_at, duration().at_most("100 d"), "When it begins.", {.example = "5 s"})
          .optional("every", &Keys::every, pause(), "How long after the one before the next begins, one of `kinds` by lot.",
                    {.example = "exponential(10 s)"})
          .list_of("kinds", &Keys::kinds, vsp_fault_kind(), "What may happen then.", {.example = "[crash, hang]"})
          .optional("for", &Keys::length, duration().at_least("1 us").at_most("100 d"),
                    "How long; of a crash or restart: after how long the partition is started again.",
                    {.default_text = "for ever; a restart: 1 s", .assumed = true, .example = "2 s"})
          .optional("probability", &Keys::probability, vsp_share().more_than("0"),
                    "For each call taken in that time; below 1, a crash, hang or restart begins with the call that the lot falls on.",
                    {.default_text = "1", .assumed = true, .example = "0.01"})
          .optional("factor", &Keys::factor, number().at_least("1").at_most("1000000"), "Kind slow: how many times as long.",
                    {.default_text = "10", .assumed = true, .example = "3"})
          .optional("by", &Keys::by, duration().at_least("1 us").at_most("1 h"), "Kind late: how much later.",
                    {.default_text = "1 ms", .assumed = true, .example = "20 ms"})
          .optional("violation", &Keys::violation, vsp_violation(), "Kind violation: which.",
                    {.default_text = "any", .assumed = true, .example = "unknown_call"})
          .check(check_fault);
  return schema;
}

}  // namespace lparsim::scenario
