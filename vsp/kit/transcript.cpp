#include "vsp/kit/transcript.hpp"

#include <fmt/format.h>
#include <lparsim/vsp.h>

#include <algorithm>

#include "models/vsp/layouts.hpp"

namespace lparsim::vsp::kit {

void Transcript::say(SimTime at, std::size_t from, std::size_t to, std::string name, std::string fields) {
  entries_.push_back({at, from, to, std::move(name), std::move(fields), false});
}

void Transcript::note(SimTime at, std::size_t actor, std::string text) {
  entries_.push_back({at, actor, actor, "", std::move(text), false});
}

void Transcript::violation(SimTime at, std::size_t actor, std::string text) {
  entries_.push_back({at, actor, actor, "violation", std::move(text), true});
}

std::vector<std::size_t> Transcript::present() const {
  std::vector<std::size_t> present;
  for (std::size_t i = 0; i < actors_.size(); ++i)
    if (std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.from == i || e.to == i; })) present.push_back(i);
  return present;
}

std::string name_of(std::span<const std::uint8_t> message) {
  if (message.size() < sizeof(lparsim_vsp_header)) return fmt::format("{} bytes", message.size());
  return message_name(static_cast<std::uint16_t>(message[0] | message[1] << 8));
}

std::string main_fields(std::span<const std::uint8_t> message) {
  const auto number = [&](std::string_view field, std::size_t i = 0) {
    return number_in(message, field, i);
  };
  const auto status = [&] {
    return status_name(static_cast<std::int64_t>(number("status")));
  };
  const Layout* layout = layout_of(message);
  if (layout == nullptr) return "";
  const auto range = [&] {
    const std::string first = fmt::format("{:#x}", number("function_first"));
    return number("function_first") == number("function_last") ? first : fmt::format("{}..{:#x}", first, number("function_last"));
  };
  const auto features = [&] {
    return feature_names(number("features"));
  };
  switch (layout->type) {
    case LPARSIM_VSP_HELLO:
      return fmt::format("{}.{}, features {}, credits {}", number("major"), number("minor"), features(), number("credits"));
    case LPARSIM_VSP_WELCOME:
      return fmt::format("epoch {}, features {}, credits {}{}", number("epoch"), features(), number("credits"),
                         number("status") == 0 ? "" : ", " + status_name(-static_cast<std::int64_t>(number("status"))));
    case LPARSIM_VSP_FEATURES:
    case LPARSIM_VSP_FEATURES_OK:
      return fmt::format("{}{}", features(), number("status") == 0 ? "" : ", " + status());
    case LPARSIM_VSP_REGISTER:
    case LPARSIM_VSP_UNREGISTER:
      return fmt::format("{}: {}, {}, {}", number("registration"), name_in(kHookNames, static_cast<std::int64_t>(number("hook"))),
                         name_in(kRoleNames, static_cast<std::int64_t>(number("role"))), range());
    case LPARSIM_VSP_REGISTERED:
      return fmt::format("{}: {}", number("registration"), status());
    case LPARSIM_VSP_CALL: {
      const std::uint64_t flags = number("flags");
      return fmt::format("{}, {} {:#x}, client {}{}{}", number("call"), name_in(kHookNames, static_cast<std::int64_t>(number("hook"))),
                         number("function"), number("client"), (flags & LPARSIM_VSP_CALL_REISSUED) != 0 ? ", reissued" : "",
                         (flags & LPARSIM_VSP_CALL_LOST_BEFORE) != 0 ? fmt::format(", {} lost", number("arguments", 7)) : "");
    }
    case LPARSIM_VSP_REPLY:
      return fmt::format("{}, {}, {}", number("call"), verdict_name(static_cast<std::int64_t>(number("verdict"))), status());
    case LPARSIM_VSP_ISSUE:
      return fmt::format("{}, {:#x}, client {}", number("issue"), number("function"), number("client"));
    case LPARSIM_VSP_CANCEL:
    case LPARSIM_VSP_OUTCOME:
    case LPARSIM_VSP_ISSUED:
      return fmt::format("{}, {}", number("call"), status());
    case LPARSIM_VSP_NOTICE:
      return fmt::format("{}, {} ns", name_in(kReasonNames, static_cast<std::int64_t>(number("reason"))), number("time"));
    case LPARSIM_VSP_ERROR: {
      // Its own field of this name, not the header's.
      const Field refused{"type", offsetof(lparsim_vsp_error, type), 2, 1, false, ""};
      return fmt::format("{} of {}, field {}, id {}{}", status(), message_name(static_cast<std::uint16_t>(number_in(message, refused))),
                         number("field"), number("id"), number("closed") == 0 ? "" : ", closed");
    }
    default:
      return "";
  }
}

}  // namespace lparsim::vsp::kit
