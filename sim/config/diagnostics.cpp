#include "sim/config/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/base/text.hpp"

namespace lparsim::config {
namespace {

// So many problems can be sorted and looked at; a file of junk may have a million.
constexpr std::size_t kKept = 10'000;

auto order(const Diagnostic& d) {
  const Place& p = d.place;
  return std::tie(p.override_path, p.file, p.line, p.column);
}

bool same(const Diagnostic& a, const Diagnostic& b) {
  return order(a) == order(b) && a.severity == b.severity && a.path == b.path && a.message == b.message;
}

}  // namespace

std::string Place::text() const {
  if (!override_path.empty()) return fmt::format("--set {}", escaped(override_path));
  return fmt::format("{}:{}:{}", escaped(file), line, column);
}

std::string Diagnostic::text() const {
  const std::string_view label = severity == Severity::warning ? "warning: " : "";
  const bool told_by_place = path.empty() || path == place.override_path;
  return fmt::format("{}: {}{}{}{}", place.text(), label, told_by_place ? "" : escaped(path), told_by_place ? "" : ": ", message);
}

void Diagnostics::add(Diagnostic diagnostic) {
  ++(diagnostic.severity == Severity::error ? errors_ : warnings_);
  if (!full()) kept_.push_back(std::move(diagnostic));
}

bool Diagnostics::full() const {
  return kept_.size() >= kKept;
}

void Diagnostics::error_at(std::string_view path, std::string message) {
  // Beyond what is kept, the place is not worth a search.
  add({place_of_ && !full() ? place_of_(path) : Place{}, Severity::error, std::string(path), std::move(message)});
}

void Diagnostics::warning_at(std::string_view path, std::string message) {
  add({place_of_ ? place_of_(path) : Place{}, Severity::warning, std::string(path), std::move(message)});
}

bool Diagnostics::has_errors_under(std::string_view path) const {
  return std::ranges::any_of(kept_, [&](const Diagnostic& d) {
    const bool below = path.empty() || d.path == path || (d.path.starts_with(path) && d.path[path.size()] == '.');
    return d.severity == Severity::error && below;
  });
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> out = kept_;
  std::ranges::stable_sort(out, [](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
  // An alias repeats the problems of what it stands for, at the same place but possibly not next to each other.
  std::vector<Diagnostic> unique;
  for (auto& diagnostic : out) {
    bool repeated = false;
    for (auto earlier = unique.rbegin(); earlier != unique.rend() && !repeated && order(*earlier) == order(diagnostic); ++earlier)
      repeated = same(*earlier, diagnostic);
    if (!repeated) unique.push_back(std::move(diagnostic));
  }
  return unique;
}

std::string Diagnostics::text(std::size_t at_most) const {
  const auto all = sorted();
  std::string out;
  for (std::size_t i = 0; i < std::min(at_most, all.size()); ++i) {
    out += all[i].text();
    out += '\n';
  }
  const std::size_t uncounted = errors_ + warnings_ - kept_.size();
  if (const std::size_t more = (all.size() > at_most ? all.size() - at_most : 0) + uncounted; more != 0)
    out += fmt::format("and {} more\n", more);
  return out;
}

}  // namespace lparsim::config
