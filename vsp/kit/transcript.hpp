#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim::vsp::kit {

/// Entries of a transcript that charts show; how many more there are they say.
inline constexpr std::size_t kMostRows = 400;

/// Something that one actor said to another, or, where both are the same, that happened at it.
struct Entry {
  SimTime at;
  std::size_t from = 0;  ///< index of Transcript::actors
  std::size_t to = 0;
  std::string name;    ///< the message's
  std::string fields;  ///< its main fields: `call 3, DENY, -1`
  bool bad = false;    ///< against a rule; `fields` says which
};

/// What was said in a check, in its order.
class Transcript {
 public:
  /// The actors from left to right.
  explicit Transcript(std::vector<std::string> actors) : actors_{std::move(actors)} {}

  void say(SimTime at, std::size_t from, std::size_t to, std::string name, std::string fields);
  void note(SimTime at, std::size_t actor, std::string text);
  /// A rule was broken at an actor: shown in red.
  void violation(SimTime at, std::size_t actor, std::string text);

  const std::vector<std::string>& actors() const { return actors_; }
  const std::vector<Entry>& entries() const { return entries_; }
  /// Actors that said or were told something, by index: what charts have columns for.
  std::vector<std::size_t> present() const;

 private:
  std::vector<std::string> actors_;
  std::vector<Entry> entries_;
};

/// Name and main fields of a message of the interface, whatever its bytes are.
std::string name_of(std::span<const std::uint8_t> message);
std::string main_fields(std::span<const std::uint8_t> message);

/// A message sequence chart for a terminal, 140 columns at most where there are up to four actors; the middle of a long one is left out.
std::string chart_text(const Transcript& transcript, std::string_view title);
/// The same as a picture; violations in red.
std::string chart_svg(const Transcript& transcript, std::string_view title);

}  // namespace lparsim::vsp::kit
