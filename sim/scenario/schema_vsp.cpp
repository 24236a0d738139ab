#include "sim/scenario/schema_vsp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/vsp/catalogue.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/quantity.hpp"
#include "sim/scenario/hcall_names.hpp"

namespace lparsim::scenario {
namespace {

using namespace config;
using vsp::FaultPolicy;
using vsp::InFlightPolicy;
using vsp::Payer;
using vsp::Role;

Value<vsp::Hook> hook() {
  std::vector<Word> words;
  std::vector<vsp::Hook> hooks;
  for (const vsp::HookDescription& entry : vsp::catalogue()) {
    words.push_back(
        {std::string(entry.name), fmt::format("In the {}; client: {}; function: {}.", entry.where, entry.client, entry.function)});
    hooks.push_back(entry.hook);
  }
  const ScalarInfo info = words_info(std::move(words));
  return {info, [info, hooks](std::string_view text) -> Result<vsp::Hook> {
            return find_word(info, text).map([&](std::size_t i) { return hooks[i]; });
          }};
}

Value<FunctionKey> function() {
  const ScalarInfo info{.noun = "a function of the hook",
                        .form = "a whole number, also in hexadecimal, or the name of a hypervisor call",
                        .example = "H_SEND_CRQ",
                        .pattern = "^(0x[0-9A-Fa-f]{1,8}|H_[A-Z0-9_]+)$",
                        .bare_integer = true,
                        .maximum = {"4294967295"}};
  return {info, [info](std::string_view text) -> Result<FunctionKey> {
            // Which hook it is of is known when all of it has been read (check_names).
            if (!text.empty() && ((text.front() >= 'A' && text.front() <= 'Z') || (text.front() >= 'a' && text.front() <= 'z'))) {
              const auto token = hcall_token(text);
              return FunctionKey{token.value_or(0), std::string{text}, token.has_value()};
            }
            const bool hexadecimal = text.starts_with("0x");
            const std::string_view digits = text.substr(hexadecimal ? 2 : 0);
            std::uint32_t number = 0;
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, hexadecimal ? 16 : 10);
            if (error == std::errc{} && end == digits.data() + digits.size() && !digits.empty()) return FunctionKey{number, {}, false};
            return unexpected(fmt::format("{} is no function; allowed: {}", shown(text), info.form));
          }};
}

Value<FaultPolicy> fault_policy() {
  return one_of<FaultPolicy>({{"open", FaultPolicy::open, "The native function does it; a filter lets it pass."},
                              {"closed", FaultPolicy::closed, "It fails."},
                              {"freeze", FaultPolicy::freeze, "It waits for the partition to come back, at most `freeze`."}});
}

// Only hypervisor calls have names.
bool check_names(const VspHookKeys& keys, const Context& context) {
  const auto wrong = std::ranges::find_if(keys.functions, [&](const FunctionKey& function) {
    return !function.name.empty() && (!function.known || keys.hook != vsp::Hook::hypervisor_call);
  });
  if (wrong == keys.functions.end()) return true;
  context.error("functions", keys.hook == vsp::Hook::hypervisor_call
                                 ? fmt::format("there is no hypervisor call {}; {}", shown(wrong->name), hint(wrong->name, hcall_names()))
                                 : fmt::format("{} is no function of `{}`; allowed: numbers, here: {}", shown(wrong->name),
                                               to_string(keys.hook), description_of(keys.hook)->function));
  return false;
}

// What only calls have that wait for an answer.
void check_hook(const VspHookKeys& keys, const Context& context) {
  if (keys.functions.size() > 2)
    context.error("functions", fmt::format("{} of them; allowed: one, or the first and the last of a range", keys.functions.size()));
  if (check_names(keys, context) && keys.functions.size() == 2 && keys.functions[0].number > keys.functions[1].number)
    context.error("functions", "the first comes after the last; allowed: the first and the last of a range, in this order");
  const auto refuse = [&](std::initializer_list<const char*> names, std::string_view why) {
    for (const char* key : names)
      if (context.given(key)) context.error(key, fmt::format("of no meaning {}", why));
  };
  if (!keys.decides()) {
    refuse({"order", "deadline", "wall_limit", "when_absent", "when_slow", "freeze", "after_freeze", "in_flight", "pays"},
           "for an observer, for whom nobody waits");
    return;
  }
  if (keys.role == Role::provider) refuse({"order"}, "for a provider, which comes after all filters");
  if (keys.after_freeze == FaultPolicy::freeze)
    context.error("after_freeze", "the wait would begin anew for ever; allowed: open or closed");
  const bool freezes =
      keys.when_absent == FaultPolicy::freeze || keys.when_slow == FaultPolicy::freeze || keys.in_flight == InFlightPolicy::reissue;
  if (!freezes) refuse({"freeze", "after_freeze"}, "where nothing waits; allowed: with `freeze` as a policy, or `in_flight: reissue`");
  if (keys.deadline > keys.wall_limit)
    context.error("deadline", fmt::format("{} are more than the wall limit, {}; allowed: at most that", format(keys.deadline),
                                          format(keys.wall_limit)));
}

}  // namespace

const Schema<VspHookKeys>& vsp_hook_schema() {
  using Keys = VspHookKeys;
  static const auto schema =
      Schema<Keys>("vsp_hook", "A function that the partition may hook: an entry of the management console. Off unless it stands here.")
          .required("hook", &Keys::hook, hook(), "What is hooked (docs/vsp/interface.md; `lparsim vsp hooks` lists them).",
                    {.example = "sea.forward"})
          .required("role", &Keys::role,
                    one_of<Role>({{"observer", Role::observer, "Gets copies; nobody waits for it."},
                                  {"filter", Role::filter, "Lets calls pass, changes or denies them; several in order."},
                                  {"provider", Role::provider, "Does the function; one for each function of a client."}}),
                    "As what.", {.example = "filter"})
          .list_or_one_of("functions", &Keys::functions, function(),
                          "Which functions of the hook: one, or the first and the last of a range. A VLAN, a token or the name of a "
                          "hypervisor call, an operation code, as the hook has it.",
                          {.default_text = "all that the role may have", .example = "[10, 20]"})
          .list_of("clients", &Keys::client_names, name(), "For which partitions of the server.",
                   {.default_text = "all but itself", .example = "[web, db]"})
          .optional("order", &Keys::order, count().at_most("1000000"), "Of filters: lower ones first.",
                    {.default_text = "100", .assumed = true, .example = "10"})
          .optional("deadline", &Keys::deadline, duration().at_least("1 us").at_most("1 h"),
                    "In which it must answer, counted only while it has a processor; past it `when_slow` decides, and four calls in a row "
                    "eject it.",
                    {.default_text = "10 ms", .assumed = true, .example = "5 ms"})
          .optional("wall_limit", &Keys::wall_limit, duration().at_least("1 us").at_most("1 h"),
                    "In which it must answer whatever it has; past it, the call goes by `when_slow`.",
                    {.default_text = "1 s", .assumed = true, .example = "200 ms"})
          .optional("when_absent", &Keys::when_absent, fault_policy(), "What becomes of calls while the partition is not there.",
                    {.default_text = "open", .assumed = true, .example = "closed"})
          .optional("when_slow", &Keys::when_slow, fault_policy(),
                    "What becomes of a call that it does not answer in time, or for which it has no credit.",
                    {.default_text = "open", .assumed = true, .example = "closed"})
          .optional("freeze", &Keys::freeze_limit, duration().at_least("1 ms").at_most("1 h"), "How long a call waits for it to return.",
                    {.default_text = "5 s", .assumed = true, .example = "2 s"})
          .optional("after_freeze", &Keys::after_freeze, fault_policy(), "And what becomes of it then: open or closed.",
                    {.default_text = "closed", .assumed = true, .example = "open"})
          .optional(
              "in_flight", &Keys::in_flight,
              one_of<InFlightPolicy>({{"abort", InFlightPolicy::abort, "Those it has taken fail; those on its queue are routed again."},
                                      {"reissue", InFlightPolicy::reissue, "All are given to it again when it returns."},
                                      {"fail", InFlightPolicy::fail, "All fail."}}),
              "What becomes of the calls that it had when it failed.", {.default_text = "abort", .assumed = true, .example = "reissue"})
          .optional("pays", &Keys::payer,
                    one_of<Payer>({{"vsp", Payer::provider, "It runs on its own entitlement."},
                                   {"client", Payer::client, "It runs at once on the caller's processor, and may not defer."}}),
                    "Whose processor time it takes.", {.default_text = "vsp", .assumed = true, .example = "client"})
          .check(check_hook);
  return schema;
}

const Schema<vsp::VspCosts>& vsp_costs_schema() {
  using Costs = vsp::VspCosts;
  static const auto schema =
      Schema<Costs>("vsp_costs",
                    "Processor time that Virtual Service Partitions take beside what they compute; no such interface is published, so all "
                    "of it is assumed (docs/vsp/interface.md).")
          .optional("look_up", &Costs::look_up, duration().at_most("1 ms"), "Of the caller: finding out who has registered.",
                    {.default_text = "20 ns", .assumed = true, .example = "50 ns"})
          .optional("message", &Costs::message, duration().at_most("1 ms"),
                    "A message copied and checked: of the partition, and of the caller for a call.",
                    {.default_text = "300 ns", .assumed = true, .example = "500 ns"})
          .optional("copy", &Costs::copy, duration().at_most("1 ms"),
                    "Of the partition: a copy from or to granted memory, beside its bytes.",
                    {.default_text = "200 ns", .assumed = true, .example = "500 ns"})
          .optional("copy_page", &Costs::copy_page, duration().at_most("1 ms"), "Beside: each 4 KiB of it.",
                    {.default_text = "300 ns", .assumed = true, .example = "200 ns"})
          .optional("switch_over", &Costs::switch_over, duration().at_most("1 ms"),
                    "Of the caller: to and from a service that runs on its time (`pays: client`).",
                    {.default_text = "1 us", .assumed = true, .example = "500 ns"});
  return schema;
}

const Schema<VspKeys>& vsp_schema() {
  using Keys = VspKeys;
  static const auto schema =
      Schema<Keys>("vsp", "A Virtual Service Partition: what it runs, and what it may hook (docs/vsp/interface.md).")
          .optional(
              "plugin", &Keys::plugin, text(),
              "What it runs: a shared object built against lparsim/vsp.h. With a slash a path, from the scenario's folder; else a name "
              "that is looked for as NAME.so in LPARSIM_VSP_PATH and among the examples.",
              {.example = "packet_filter"})
          .optional("configuration", &Keys::configuration, text(), "Text for the plugin, as it wants it.", {.example = "vlan=20"})
          .section("behaviour", &Keys::behaviour, vsp_behaviour_schema(), "What it does, without a plugin.")
          .optional("threads", &Keys::threads, count().at_least("1").at_most("256"), "How many messages it works on at once.",
                    {.default_text = "1", .assumed = true, .example = "4"})
          .required_list("hooks", &Keys::hooks, vsp_hook_schema(), "What it may hook.")
          .optional("credits", &Keys::most_credits, count().at_least("1").at_most("65536"), "Calls that it may have unanswered, at most.",
                    {.default_text = "64", .assumed = true, .example = "16"})
          .optional("observer_queue", &Keys::observer_queue, count().at_least("1").at_most("1048576"),
                    "Copies for observers that may wait; those beyond are dropped and counted.",
                    {.default_text = "256", .assumed = true, .example = "64"})
          .optional("grant_cap", &Keys::grant_cap, bytes().at_least("4 KiB").at_most("64 GiB"),
                    "Memory of clients that it may reach at once; calls beyond wait.",
                    {.default_text = "16 MiB", .assumed = true, .example = "1 MiB"})
          .optional("violations", &Keys::most_violations, count().at_least("1").at_most("1000000"),
                    "So many violations of the interface within `ejection_window` eject it.",
                    {.default_text = "16", .assumed = true, .example = "4"})
          .optional("ejections", &Keys::ejections_to_quarantine, count().at_least("1").at_most("1000"),
                    "So many ejections within `ejection_window` put it into quarantine.",
                    {.default_text = "3", .assumed = true, .example = "5"})
          .optional("ejection_window", &Keys::ejection_window, duration().at_least("1 ms").at_most("1 d"),
                    "In which violations and ejections are counted.", {.default_text = "60 s", .assumed = true, .example = "10 s"})
          .optional("backoff", &Keys::backoff, duration().at_least("1 us").at_most("1 h"),
                    "After an ejection it may come back no sooner; doubles with each within the window.",
                    {.default_text = "100 ms", .assumed = true, .example = "1 s"})
          .optional("quarantine", &Keys::quarantine, duration().at_least("1 us").at_most("1 d"), "The longest back-off.",
                    {.default_text = "10 s", .assumed = true, .example = "1 min"})
          .optional("notice", &Keys::notice, duration().at_most("1 min"),
                    "How long before it is suspended, migrates or is shut down it is told.",
                    {.default_text = "100 ms", .assumed = true, .example = "10 ms"})
          .list("faults", &Keys::faults, vsp_fault_schema(), "How it goes wrong.")
          .check([](const Keys& keys, const Context& context) {
            if (keys.plugin.empty() && !keys.behaviour) context.error("", "nothing says what it runs; allowed: `plugin`, or `behaviour`");
            if (!keys.plugin.empty() && keys.behaviour)
              context.error("behaviour", "stands beside `plugin`, which decides by itself; allowed: one of the two");
            if (keys.plugin.empty() && !keys.configuration.empty())
              context.error("configuration", "is that of a plugin; allowed: with `plugin`");
            if (keys.backoff > keys.quarantine)
              context.error("backoff", fmt::format("{} are more than the longest back-off; allowed: at most the `quarantine`, {}",
                                                   format(keys.backoff), format(keys.quarantine)));
          });
  return schema;
}

}  // namespace lparsim::scenario
