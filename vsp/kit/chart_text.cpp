#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "vsp/kit/transcript.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr std::size_t kLeft = 16;   // columns of the time
constexpr std::size_t kApart = 31;  // columns from one lifeline to the next

std::string life(std::size_t actors) {
  std::string line(actors * kApart, ' ');
  for (std::size_t i = 0; i < actors; ++i) line[i * kApart] = '|';
  return line;
}

void put(std::string& line, std::size_t at, std::string_view text) {
  if (line.size() < at + text.size()) line.resize(at + text.size(), ' ');
  line.replace(at, text.size(), text);
}

/// How much of it fits: up to a blank where there is one.
std::size_t fitting(std::string_view words, std::size_t room) {
  if (words.size() <= room) return words.size();
  const std::size_t blank = words.rfind(' ', room);
  return blank == std::string_view::npos || blank == 0 ? room : blank;
}

std::string row(const Entry& e, std::size_t actors) {
  std::string line = life(actors);
  const std::string words = e.fields.empty() || e.name.empty() ? e.name + e.fields : e.name + " " + e.fields;
  if (e.from == e.to) {
    put(line, e.from * kApart + 1, (e.bad ? " !! " : " * ") + e.fields);
    return line;
  }
  const auto [low, high] = std::minmax(e.from, e.to);
  const std::size_t begin = low * kApart + 1, end = high * kApart - 1;  // the arrow's first and last column
  std::fill(line.begin() + static_cast<std::ptrdiff_t>(begin), line.begin() + static_cast<std::ptrdiff_t>(end) + 1, '-');
  line[e.from < e.to ? end : begin] = e.from < e.to ? '>' : '<';
  put(line, begin + 2, " " + words.substr(0, fitting(words, end - begin - 5)) + " ");
  return line;
}

}  // namespace

std::string chart_text(const Transcript& transcript, std::string_view title) {
  const std::vector<std::size_t> present = transcript.present();
  const auto column = [&](std::size_t actor) {
    return static_cast<std::size_t>(std::find(present.begin(), present.end(), actor) - present.begin());
  };
  const std::size_t actors = present.size();
  std::string out = fmt::format("{}\n\n", title), head(actors * kApart, ' ');
  for (std::size_t i = 0; i < actors; ++i) put(head, i * kApart, transcript.actors()[present[i]]);
  const auto add = [&](std::string_view time, std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    out += fmt::format("{:>{}}  {}\n", time, kLeft - 2, line);
  };
  add("ns", head);
  const auto& entries = transcript.entries();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries.size() > kMostRows && i == kMostRows / 2) {
      const std::size_t left_out = entries.size() - kMostRows;
      add("...", fmt::format("{} more", left_out));
      i += left_out;
    }
    Entry e = entries[i];
    e.from = column(e.from);
    e.to = column(e.to);
    const bool same = i > 0 && entries[i - 1].at == e.at;
    const std::string line = row(e, actors);
    add(same ? "" : fmt::format("{}", e.at.ps() / 1000), line);
    // What did not fit on the arrow is below it.
    const std::string words = e.name + " " + e.fields;
    const std::size_t room = (std::max(e.from, e.to) - std::min(e.from, e.to)) * kApart - 7;
    if (e.from != e.to && words.size() > room) {
      std::string rest = life(actors);
      const std::string_view below = std::string_view{words}.substr(fitting(words, room));
      put(rest, std::min(e.from, e.to) * kApart + 4, below.substr(below.front() == ' ' ? 1 : 0));
      add("", rest);
    }
  }
  return out;
}

}  // namespace lparsim::vsp::kit
