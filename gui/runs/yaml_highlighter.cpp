#include "gui/runs/yaml_highlighter.hpp"

#include <QRegularExpression>

namespace lparsim::gui {

namespace {

struct Colours {
  QColor key, quantity, text, comment, mark;
};

// Contrast with the editor's ground is 4.5 at least (WCAG 2.1, 1.4.3).
const Colours& coloursOf(bool dark) {
  static const Colours light{"#1b4f9c", "#8a3b12", "#256029", "#666a73", "#6a3d9a"};
  static const Colours ofDark{"#8ab8ff", "#f0a878", "#8fd19e", "#9aa0ab", "#c9a6f0"};
  return dark ? ofDark : light;
}

int commentIn(const QString& text) {
  QChar quote;
  for (int at = 0; at < text.size(); ++at) {
    const QChar c = text[at];
    if (!quote.isNull()) {
      if (c == quote) quote = {};
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#' && (at == 0 || text[at - 1].isSpace())) {
      return at;
    }
  }
  return static_cast<int>(text.size());
}

}  // namespace

void YamlHighlighter::setDark(bool dark) {
  if (dark == dark_) return;
  dark_ = dark;
  rehighlight();
}

void YamlHighlighter::highlightBlock(const QString& text) {
  static const QRegularExpression key{R"((?<=^|[\s{,-])([A-Za-z_][\w-]*)(?=:(\s|$)))"};
  static const QRegularExpression quantity{
      R"((?<=[\s:\[{,(=<>]|^)-?\d[\d.]*( ?(ns|us|ms|s|min|h|d|PU|%|[kMG]?Hz|[KMGT]iB|[kMGT]?B(/s)?|[kMGT]?b/s|[kMG]?cycles|/s|/ms))?(?=[\s,\]}):]|$))"};
  static const QRegularExpression quoted{R"("[^"]*"|'[^']*')"};
  static const QRegularExpression mark{R"(^\s*-(?=\s)|[\[\]{}])"};
  static const QRegularExpression word{R"((?<=[\s:,])(true|false|null)(?=[\s,\]}]|$))"};
  const Colours& colours = coloursOf(dark_);
  const int end = commentIn(text);
  const auto paint = [&](const QRegularExpression& form, const QColor& colour, int weight = QFont::Normal) {
    QTextCharFormat format;
    format.setForeground(colour);
    format.setFontWeight(weight);
    for (auto found = form.globalMatch(text); found.hasNext();) {
      const QRegularExpressionMatch match = found.next();
      if (match.capturedStart() < end) setFormat(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), format);
    }
  };
  paint(mark, colours.mark);
  paint(quantity, colours.quantity);
  paint(word, colours.mark);
  paint(quoted, colours.text);
  paint(key, colours.key, QFont::DemiBold);
  QTextCharFormat comment;
  comment.setForeground(colours.comment);
  comment.setFontItalic(true);
  setFormat(end, static_cast<int>(text.size()) - end, comment);
}

}  // namespace lparsim::gui
