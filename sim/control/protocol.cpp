#include "sim/control/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/base/nearest.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"

namespace lparsim::control {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostIdBytes = 64;
constexpr std::string_view kPaceAllowed = "0 or `max` (as fast as it can), or simulated seconds a wall second, 1e-9 to 1e9";
constexpr std::array kChangeKeys = {"entitlement", "weight", "capped", "virtual"};

/// What keeps a line from being a request.
struct Wrong {
  std::string sentence;
};

template <class... Arguments>
[[noreturn]] void refuse(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  throw Wrong{fmt::format(format, std::forward<Arguments>(arguments)...)};
}

std::string list(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

void allow_only(const Json& request, const std::vector<std::string>& keys) {
  for (const auto& [key, value] : request.items()) {
    if (key == "do" || key == "id" || std::ranges::find(keys, key) != keys.end()) continue;
    if (keys.empty()) refuse("unknown key {}; allowed: `do` and `id` alone", shown(key));
    refuse("unknown key {}; {}", shown(key), hint(key, keys));
  }
}

std::string id_of(const Json& request) {
  const auto id = request.find("id");
  if (id == request.end()) return "null";
  if (id->is_number_integer() || (id->is_string() && id->get_ref<const std::string&>().size() <= kMostIdBytes)) return id->dump();
  refuse("`id` does not fit; allowed: a whole number, or a text of at most {} bytes", kMostIdBytes);
}

Pace pace_of(const Json& request) {
  allow_only(request, {"pace"});
  const auto pace = request.find("pace");
  if (pace == request.end()) refuse("`pace` is missing; allowed: {}", kPaceAllowed);
  if (!pace->is_number() && !pace->is_string()) refuse("`pace` is no number; allowed: {}", kPaceAllowed);
  const auto parsed = parse_pace(pace->is_string() ? pace->get_ref<const std::string&>() : pace->dump());
  if (!parsed) refuse("`pace`: {}", parsed.error());
  return *parsed;
}

SimTime step_of(const Json& request) {
  allow_only(request, {"by", "by_ps"});
  const auto text = request.find("by");
  const auto ps = request.find("by_ps");
  constexpr std::string_view kAllowed = "`by` with a time such as \"10 ms\", or `by_ps` with picoseconds";
  if ((text == request.end()) == (ps == request.end())) refuse("a step goes by one time; allowed: {}", kAllowed);
  SimTime by;
  if (ps != request.end()) {
    if (!ps->is_number_integer() || (ps->is_number_unsigned() && ps->get<std::uint64_t>() > INT64_MAX))
      refuse("`by_ps` is no whole number of picoseconds; allowed: 1 to {}", INT64_MAX);
    by = SimTime::from_ps(ps->get<std::int64_t>());
  } else {
    if (!text->is_string()) refuse("`by` is no text; allowed: a time such as \"10 ms\"");
    const auto parsed = parse_time(text->get_ref<const std::string&>());
    if (!parsed) refuse("`by`: {}", parsed.error());
    by = *parsed;
  }
  if (by <= SimTime{}) refuse("a step of no time goes nowhere; allowed: more than 0 s");
  return by;
}

SetPartition change_of(const Json& request) {
  std::vector<std::string> keys{"partition"};
  keys.insert(keys.end(), kChangeKeys.begin(), kChangeKeys.end());
  allow_only(request, keys);
  SetPartition set;
  const auto partition = request.find("partition");
  if (partition == request.end() || !partition->is_string()) refuse("`partition` is missing; allowed: the name of a shared partition");
  set.partition = partition->get<std::string>();
  for (const char* key : kChangeKeys) {
    const auto value = request.find(key);
    if (value == request.end()) continue;
    if (!value->is_primitive() || value->is_null()) refuse("`{}` is no single value; allowed: a number, a text, true or false", key);
    set.values.push_back({key, value->is_string() ? value->get<std::string>() : value->dump()});
  }
  if (set.values.empty()) refuse("this changes nothing; allowed: at least one of {}", fmt::join(kChangeKeys, ", "));
  return set;
}

template <class V>
Verb plain(const Json& request) {
  allow_only(request, {});
  return V{};
}

Verb verb_of(const Json& request) {
  static const std::vector<std::pair<std::string, Verb (*)(const Json&)>> kVerbs = {{"state", plain<AskState>},
                                                                                    {"partitions", plain<AskPartitions>},
                                                                                    {"pause", plain<Pause>},
                                                                                    {"resume", plain<Resume>},
                                                                                    {"stop", plain<Stop>},
                                                                                    {"pace",
                                                                                     [](const Json& r) -> Verb {
                                                                                       return SetPace{pace_of(r)};
                                                                                     }},
                                                                                    {"step",
                                                                                     [](const Json& r) -> Verb {
                                                                                       return Step{step_of(r)};
                                                                                     }},
                                                                                    {"set", [](const Json& r) -> Verb {
                                                                                       return change_of(r);
                                                                                     }}};
  std::vector<std::string> names;
  for (const auto& [name, read] : kVerbs) names.push_back(name);
  const auto word = request.find("do");
  if (word == request.end() || !word->is_string()) refuse("`do` is missing, which says what to do; allowed: {}", list(names));
  for (const auto& [name, read] : kVerbs)
    if (name == word->get_ref<const std::string&>()) return read(request);
  refuse("unknown request {}; {}", shown(word->get_ref<const std::string&>()), hint(word->get_ref<const std::string&>(), names));
}

Json parsed(std::string_view line) {
  // Not thrown by the parser: its sentences name bytes and states.
  Json request = Json::parse(line, nullptr, false);
  if (request.is_discarded()) refuse("the line is no JSON; allowed: an object such as {{\"id\":1,\"do\":\"state\"}}");
  if (!request.is_object()) refuse("the line is no JSON object; allowed: one such as {{\"id\":1,\"do\":\"state\"}}");
  return request;
}

}  // namespace

Result<Pace> parse_pace(std::string_view text) {
  if (text == "max") return Pace{0};
  const auto wrong = [&] {
    return unexpected(fmt::format("{} is no pace; allowed: {}", shown(text), kPaceAllowed));
  };
  const Json number = Json::parse(text, nullptr, false);
  if (!number.is_number()) return wrong();
  const Pace pace = number.get<Pace>();
  if (pace != 0 && !(pace >= kSlowest && pace <= kFastest)) return wrong();
  return pace;
}

std::variant<Request, Refused> parse_request(std::string_view line) {
  std::string id = "null";
  try {
    const Json request = parsed(line);
    id = id_of(request);
    return Request{id, verb_of(request)};
  } catch (const Wrong& wrong) {
    return Refused{id, wrong.sentence};
  }
}

}  // namespace lparsim::control
