#include "gui/runs/problem.hpp"

#include <QRegularExpression>
#include <algorithm>

namespace lparsim::gui {

QString Problem::suggestion() const {
  static const QRegularExpression form{"did you mean `([^`]+)`\\?"};
  return form.match(text).captured(1);
}

std::vector<Problem> problemsIn(const QString& output) {
  static const QRegularExpression form{"^.*?:(\\d+):(\\d+): (warning: )?(.+)$"};
  static const QRegularExpression override{"^(--set \\S+): (warning: )?(.+)$"};
  std::vector<Problem> problems;
  for (const QString& line : output.split('\n', Qt::SkipEmptyParts)) {
    if (const auto match = form.match(line); match.hasMatch())
      problems.push_back({match.captured(1).toInt(), match.captured(2).toInt(), !match.captured(3).isEmpty(), match.captured(4)});
    else if (const auto set = override.match(line); set.hasMatch())
      problems.push_back({0, 0, !set.captured(2).isEmpty(), set.captured(1) + ": " + set.captured(3)});
  }
  return problems;
}

Stretch stretchOf(const QString& line, int column) {
  // From bytes to letters.
  const int begin =
      std::min(static_cast<int>(QString::fromUtf8(line.toUtf8().left(std::max(0, column - 1))).size()), static_cast<int>(line.size()));
  if (begin >= line.size()) return {std::max(0, static_cast<int>(line.size()) - 1), 1};
  const QChar first = line[begin];
  if (first == '"' || first == '\'') {
    const auto close = line.indexOf(first, begin + 1);
    return {begin, static_cast<int>((close < 0 ? line.size() - 1 : close) - begin + 1)};
  }
  int end = begin;
  while (end < line.size() && !QString{",[]{}#"}.contains(line[end]) &&
         !(line[end] == ':' && (end + 1 == line.size() || line[end + 1].isSpace())))
    ++end;
  while (end > begin + 1 && line[end - 1].isSpace()) --end;
  return {begin, std::max(1, end - begin)};
}

}  // namespace lparsim::gui
