#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sim/base/xml.hpp"
#include "vsp/kit/transcript.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr int kLeftMargin = 150, kLifelines = 330, kTop = 70, kRow = 22;

std::string text_at(int x, int y, std::string_view style, std::string_view text) {
  return fmt::format("  <text x=\"{}\" y=\"{}\" {}>{}</text>\n", x, y, style, xml_escaped(text));
}

}  // namespace

std::string chart_svg(const Transcript& transcript, std::string_view title) {
  const auto& entries = transcript.entries();
  const std::vector<std::size_t> present = transcript.present();
  const std::size_t shown = std::min(entries.size(), kMostRows);
  const int rows = static_cast<int>(shown) + (entries.size() > shown ? 1 : 0);
  const int width = kLeftMargin + kLifelines * static_cast<int>(present.size()), height = kTop + kRow * (rows + 2);
  const auto x_of = [](std::size_t actor) {
    return kLeftMargin + kLifelines * static_cast<int>(actor);
  };
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" "
      "font-size=\"12\">\n"
      "  <title>{2}</title>\n"
      "  <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">"
      "<path d=\"M0,0 L8,4 L0,8 z\"/></marker></defs>\n"
      "  <rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n",
      width, height, xml_escaped(title));
  out += text_at(10, 20, "font-size=\"14\" font-weight=\"bold\"", title);
  for (const std::size_t actor : present) {
    out += text_at(x_of(actor), 50, "text-anchor=\"middle\" font-weight=\"bold\"", transcript.actors()[actor]);
    out += fmt::format("  <line x1=\"{0}\" y1=\"58\" x2=\"{0}\" y2=\"{1}\" stroke=\"#888\"/>\n", x_of(actor), height - 10);
  }
  int y = kTop;
  SimTime last = SimTime::from_ps(-1);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries.size() > shown && i == shown / 2) {
      y += kRow;
      out += text_at(kLeftMargin + 12, y, "fill=\"#555\"", fmt::format("... {} more ...", entries.size() - shown));
      i += entries.size() - shown;
    }
    const Entry& e = entries[i];
    y += kRow;
    if (e.at != last) out += text_at(kLeftMargin - 70, y, "text-anchor=\"end\" fill=\"#555\"", fmt::format("{} ns", e.at.ps() / 1000));
    last = e.at;
    if (e.from == e.to) {
      const std::string colour = e.bad ? "fill=\"red\" font-weight=\"bold\"" : "fill=\"#555\" font-style=\"italic\"";
      if (e.bad) out += fmt::format("  <circle cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"red\"/>\n", x_of(e.from), y - 4);
      out += text_at(x_of(e.from) + 10, y, colour, e.fields);
      continue;
    }
    const std::string colour = e.bad ? "red" : "black";
    out += fmt::format("  <line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" marker-end=\"url(#head)\"/>\n", x_of(e.from), y,
                       x_of(e.to), y, colour);
    const int middle = (x_of(e.from) + x_of(e.to)) / 2;
    out += text_at(middle, y - 4, fmt::format("text-anchor=\"middle\" fill=\"{}\"", colour),
                   e.fields.empty() ? e.name : e.name + " " + e.fields);
  }
  return out + "</svg>\n";
}

}  // namespace lparsim::vsp::kit
