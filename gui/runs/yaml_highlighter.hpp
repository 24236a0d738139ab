#pragma once
#include <QSyntaxHighlighter>

namespace lparsim::gui {

/// Colours a scenario: keys, quantities, words, comments.
class YamlHighlighter : public QSyntaxHighlighter {
  Q_OBJECT
 public:
  using QSyntaxHighlighter::QSyntaxHighlighter;
  void setDark(bool dark);

 protected:
  void highlightBlock(const QString& text) override;

 private:
  bool dark_ = false;
};

}  // namespace lparsim::gui
