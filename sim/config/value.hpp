#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/config/schema_info.hpp"

namespace lparsim::config {

/// A kind of value: how its text becomes a V, in which range, and how it is described. Errors are one sentence: what is wrong; what is
/// allowed.
template <class V>
class Value {
 public:
  using Parse = std::function<Result<V>(std::string_view)>;
  Value(ScalarInfo info, Parse parse) : info_{std::move(info)}, parse_{std::move(parse)} {}

  Value at_least(std::string_view bound) const { return bounded(bound, true, false); }
  Value more_than(std::string_view bound) const { return bounded(bound, true, true); }
  Value at_most(std::string_view bound) const { return bounded(bound, false, false); }
  Value less_than(std::string_view bound) const { return bounded(bound, false, true); }
  /// Another example than the kind's own.
  Value with_example(std::string_view example) const {
    Value copy = *this;
    copy.info_.example = example;
    return copy;
  }
  /// The same text as another type.
  template <class F>
  auto map(F convert) const {
    using U = std::invoke_result_t<F, V>;
    return Value<U>(info_, [self = *this, convert](std::string_view text) -> Result<U> {
      auto value = self.parse(text);
      if (!value) return unexpected(std::move(value.error()));
      return convert(std::move(*value));
    });
  }
  /// A count as a narrower integer, with its range.
  template <class Narrow>
  Value<Narrow> narrowed() const {
    static_assert(std::is_same_v<V, std::int64_t> && std::is_integral_v<Narrow>);
    Value limited = *this;
    if constexpr (std::numeric_limits<Narrow>::digits < 63) {
      const auto most = static_cast<std::int64_t>(std::numeric_limits<Narrow>::max());
      if (auto set = limited.parse(std::to_string(most))) limited = limited.at_most(std::to_string(most));
    }
    return limited.map([](std::int64_t n) { return static_cast<Narrow>(n); });
  }

  Result<V> parse(std::string_view text) const {
    auto value = parse_(text);
    for (const auto& within : limits_)
      if (value && !within(*value)) return unexpected(fmt::format("{} is out of range; allowed: {}", shown(text), info_.range()));
    return value;
  }
  const ScalarInfo& info() const { return info_; }

 private:
  Value bounded(std::string_view bound, bool lower, bool excluded) const {
    auto limit = parse(bound);
    LPARSIM_CHECK(limit.has_value(), "bound of {}: {}", info_.noun, limit.error());
    Value copy = *this;
    (lower ? copy.info_.minimum : copy.info_.maximum) = Bound{std::string(bound), excluded};
    copy.limits_.push_back([at = *limit, lower, excluded](const V& v) { return (excluded || v != at) ? (lower ? at < v : v < at) : true; });
    return copy;
  }

  ScalarInfo info_;
  Parse parse_;
  std::vector<std::function<bool(const V&)>> limits_;
};

/// What lists call their elements by and references use: a letter, then letters, digits, `_` and `-`, at most 63 in all.
Value<std::string> name();
/// Any text on one line or many, not empty.
Value<std::string> text();
Value<bool> boolean();
/// A whole number of zero or more; binds to any integer type, whose range it takes over.
Value<std::int64_t> count();
/// A number of zero or more without a unit.
Value<double> number();
Value<SimTime> duration();
Value<ProcessingUnits> processing_units();
Value<Bytes> bytes();
Value<Hertz> frequency();
Value<Cycles> cycles();
Value<DataRate> data_rate();
Value<EventRate> event_rate();
Value<Percent> percent();

/// A word of an enumeration and what it means.
template <class E>
struct Choice {
  std::string_view word;
  E value;
  std::string_view doc = {};
};

template <class E>
Value<E> one_of(std::initializer_list<Choice<E>> choices) {
  std::vector<Word> words;
  std::vector<E> values;
  for (const auto& choice : choices) {
    words.push_back({std::string(choice.word), std::string(choice.doc)});
    values.push_back(choice.value);
  }
  auto info = words_info(std::move(words));
  return Value<E>(info, [info, values = std::move(values)](std::string_view text) -> Result<E> {
    return find_word(info, text).map([&](std::size_t i) { return values[i]; });
  });
}

}  // namespace lparsim::config
