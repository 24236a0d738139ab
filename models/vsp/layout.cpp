#include "models/vsp/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/layouts.hpp"

namespace lparsim::vsp {

const Layout* layout_of(std::uint16_t type) {
  const auto* found = std::lower_bound(std::begin(kMessages), std::end(kMessages), type,
                                       [](const Layout& layout, std::uint16_t wanted) { return layout.type < wanted; });
  return found != std::end(kMessages) && found->type == type ? found : nullptr;
}

const Layout* layout_of(std::span<const std::uint8_t> message) {
  return message.size() < sizeof(lparsim_vsp_header) ? nullptr
                                                     : layout_of(static_cast<std::uint16_t>(number_in(message, kFieldsOfInit[0])));
}

const Field* field_of(const Layout& layout, std::string_view name) {
  const auto found = std::find_if(layout.fields.begin(), layout.fields.end(), [&](const Field& f) { return f.name == name; });
  return found == layout.fields.end() ? nullptr : &*found;
}

std::uint64_t number_in(std::span<const std::uint8_t> message, const Field& field, std::size_t i) {
  const std::size_t begin = field.offset + i * field.size;
  if (i >= field.count || begin + field.size > message.size()) return 0;
  std::uint64_t value = 0;
  for (std::size_t byte = field.size; byte-- > 0;) value = value << 8 | message[begin + byte];
  return value;
}

std::int64_t signed_number_in(std::span<const std::uint8_t> message, const Field& field) {
  const std::uint64_t value = number_in(message, field);
  return field.size == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value)) : static_cast<std::int64_t>(value);
}

std::uint64_t number_in(std::span<const std::uint8_t> message, std::string_view name, std::size_t i) {
  const Layout* layout = layout_of(message);
  const Field* field = layout == nullptr ? nullptr : field_of(*layout, name);
  if (field == nullptr) return 0;
  return field->is_signed ? static_cast<std::uint64_t>(signed_number_in(message, *field)) : number_in(message, *field, i);
}

std::string message_name(std::uint16_t type) {
  const Layout* layout = layout_of(type);
  return layout == nullptr ? "type " + std::to_string(type) : std::string{layout->name};
}

std::string name_in(std::span<const Name> names, std::int64_t number) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const Name& n) { return n.number == number; });
  return found == names.end() ? std::to_string(number) : std::string{found->name};
}

std::string feature_names(std::uint64_t features) {
  std::string text;
  const auto add = [&](std::string_view name) {
    text += (text.empty() ? "" : ", ") + std::string{name};
  };
  for (const Name& name : kFeatureNames) {
    const auto bit = static_cast<std::uint64_t>(name.number);
    if ((features & bit) != 0) add(name.name.substr(2));
    features &= ~bit;
  }
  if (features != 0) add(fmt::format("{:#x}", features));
  return text.empty() ? "none" : text;
}

std::string status_name(std::int64_t status) {
  return name_in(kStatusNames, status);
}

std::string verdict_name(std::int64_t verdict) {
  return name_in(kVerdictNames, verdict);
}

}  // namespace lparsim::vsp
