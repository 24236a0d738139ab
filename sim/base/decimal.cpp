#include "sim/base/decimal.hpp"

#include <algorithm>

namespace lparsim {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t kMostDigits = 19;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

Wide power_of_ten(int exponent) {
  Wide power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

// Forms that other programs read as numbers and that would surprise here; nothing when what follows the digits may be a unit.
const char* unusual(std::string_view whole, std::string_view rest) {
  if (rest.empty()) return nullptr;
  const char next = rest[0];
  const bool digit_follows =
      rest.size() > 1 && (is_digit(rest[1]) || ((rest[1] == '+' || rest[1] == '-') && rest.size() > 2 && is_digit(rest[2])));
  if (whole == "0" && (next == 'x' || next == 'X')) return "is hexadecimal";
  if (whole == "0" && (next == 'o' || next == 'O') && digit_follows) return "is octal";
  if ((next == 'e' || next == 'E') && digit_follows) return "has an exponent";
  if (next == '_' || (next == ',' && digit_follows)) return "has separators between its digits";
  return nullptr;
}

}  // namespace

Result<LeadingDecimal> parse_leading_decimal(std::string_view text) {
  const std::string_view all = text;
  if (text.empty()) return unexpected<std::string>("is empty");
  if (text[0] == '-') {
    text.remove_prefix(1);
    const std::string_view digits = text.substr(text.starts_with('.') ? 1 : 0);
    const bool number = !digits.empty() && is_digit(digits[0]);
    return unexpected<std::string>(number ? "is negative" : "is not a number");
  }
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty()) return unexpected<std::string>(whole.empty() ? "is not a number" : "has a point without a digit after it");
  }
  if (whole.empty() && fraction.empty()) return unexpected<std::string>("is not a number");
  if (const char* what = unusual(all.substr(0, whole.size() + (fraction.empty() ? 0 : fraction.size() + 1)), text))
    return unexpected<std::string>(what);
  if (whole.size() > 1 && whole[0] == '0') return unexpected<std::string>("starts with a zero");
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);

  Decimal value;
  const char* const beyond = fraction.empty() ? "is too large" : "has too many digits";
  if (whole.size() + fraction.size() > kMostDigits) return unexpected<std::string>(whole.size() > kMostDigits ? "is too large" : beyond);
  std::uint64_t digits = 0;
  for (const std::string_view part : {whole, fraction})
    for (const char c : part) digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
  if (digits > INT64_MAX) return unexpected<std::string>(beyond);
  value.digits = static_cast<std::int64_t>(digits);
  value.decimals = static_cast<int>(fraction.size());
  return LeadingDecimal{value, text};
}

std::optional<std::int64_t> Decimal::scaled(std::int64_t times, std::int64_t over, std::int64_t most) const {
  const Wide numerator = static_cast<Wide>(digits) * times;
  const Wide denominator = power_of_ten(decimals) * over;
  if (numerator % denominator != 0 || numerator / denominator > most) return std::nullopt;
  return static_cast<std::int64_t>(numerator / denominator);
}

bool Decimal::exceeds(std::int64_t times, std::int64_t over, std::int64_t most) const {
  return static_cast<Wide>(digits) * times / (power_of_ten(decimals) * over) > most;
}

double Decimal::approximately(std::int64_t times, std::int64_t over) const {
  const Wide numerator = static_cast<Wide>(digits) * times;
  const Wide denominator = power_of_ten(decimals) * over;
  if (numerator % denominator == 0) return static_cast<double>(numerator / denominator);
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

}  // namespace lparsim
