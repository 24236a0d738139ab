#include "sim/config/value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lparsim::config {
namespace {

constexpr std::string_view kNumberPattern = "((0|[1-9][0-9]*)(\\.[0-9]+)?|\\.[0-9]+)";

// A regular expression for one of these units, none of which has a special character.
template <class Q>
ScalarInfo quantity_info() {
  const QuantityForm& form = form_of<Q>();
  const std::string_view bare = form.unit_optional ? " or no unit" : "";
  return {.noun = std::string(form.noun),
          .form = fmt::format("{}{}", fmt::join(form.units, ", "), bare),
          .example = std::string(form.example),
          .pattern = fmt::format("^{} ?({}){}$", kNumberPattern, fmt::join(form.units, "|"), bare.empty() ? "" : "?"),
          .bare_number = form.unit_optional};
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Result<std::string> parse_name(std::string_view text) {
  const auto follows = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  const bool fits = !text.empty() && text.size() <= 63 && is_letter(text[0]) && std::ranges::all_of(text, follows);
  if (fits) return std::string(text);
  return unexpected(fmt::format("{} is no name; allowed: a letter, then letters, digits, `_` and `-`, at most 63 in all", shown(text)));
}

Result<std::string> parse_text(std::string_view text) {
  const auto control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
  };
  if (text.empty()) return unexpected<std::string>("nothing is given; allowed: some text");
  if (std::ranges::any_of(text, control))
    return unexpected(fmt::format("{} has control characters; allowed: text without them", shown(text)));
  return std::string(text);
}

}  // namespace

Value<std::string> name() {
  return {{.noun = "a name",
           .form = "a letter, then letters, digits, `_` and `-`, at most 63 in all",
           .example = "web",
           .pattern = "^[A-Za-z][A-Za-z0-9_-]{0,62}$"},
          parse_name};
}
Value<std::string> text() {
  return {{.noun = "text", .any_text = true}, parse_text};
}
Value<bool> boolean() {
  return {{.noun = "true or false", .bare_boolean = true}, parse_boolean};
}
Value<std::int64_t> count() {
  return {{.noun = "a whole number", .example = "4", .bare_integer = true}, parse_count};
}
Value<double> number() {
  return {{.noun = "a number", .example = "0.75", .bare_number = true}, parse_number};
}
Value<SimTime> duration() {
  return {quantity_info<SimTime>(), parse_time};
}
Value<ProcessingUnits> processing_units() {
  return {quantity_info<ProcessingUnits>(), parse_processing_units};
}
Value<Bytes> bytes() {
  return {quantity_info<Bytes>(), parse_bytes};
}
Value<Hertz> frequency() {
  return {quantity_info<Hertz>(), parse_frequency};
}
Value<Cycles> cycles() {
  return {quantity_info<Cycles>(), parse_cycles};
}
Value<DataRate> data_rate() {
  return {quantity_info<DataRate>(), parse_data_rate};
}
Value<EventRate> event_rate() {
  return {quantity_info<EventRate>(), parse_event_rate};
}
Value<Percent> percent() {
  return {quantity_info<Percent>(), parse_percent};
}

}  // namespace lparsim::config
