#include "gui/runs/scenario_text.hpp"

#include <QAbstractItemView>
#include <QCompleter>
#include <QFontDatabase>
#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTextBlock>
#include <QToolTip>
#include <algorithm>

#include "gui/paint/theme.hpp"
#include "gui/runs/key_help.hpp"
#include "gui/runs/yaml_highlighter.hpp"

namespace lparsim::gui {

namespace {

constexpr int kGutterMargin = 8;
constexpr int kDescription = Qt::UserRole;

}  // namespace

class ScenarioText::Gutter : public QWidget {
 public:
  explicit Gutter(ScenarioText& text) : QWidget{&text}, text_{text} {}

 protected:
  void paintEvent(QPaintEvent* event) override { text_.paintGutter(event); }

 private:
  ScenarioText& text_;
};

ScenarioText::ScenarioText(KeyHelp& help, QWidget* parent)
    : QPlainTextEdit{parent},
      help_{help},
      gutter_{new Gutter{*this}},
      highlighter_{new YamlHighlighter{document()}},
      completer_{new QCompleter{this}} {
  setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  setLineWrapMode(NoWrap);
  setTabChangesFocus(true);
  setAccessibleName(tr("Scenario"));
  completer_->setWidget(this);
  completer_->setModel(new QStandardItemModel{completer_});
  completer_->setCaseSensitivity(Qt::CaseInsensitive);
  connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &ScenarioText::insertCompletion);
  connect(this, &QPlainTextEdit::blockCountChanged, this, &ScenarioText::placeGutter);
  connect(this, &QPlainTextEdit::updateRequest, gutter_, [this](const QRect& area, int scrolled) {
    if (scrolled != 0)
      gutter_->scroll(0, scrolled);
    else
      gutter_->update(0, area.y(), gutter_->width(), area.height());
  });
  connect(this, &QPlainTextEdit::cursorPositionChanged, this, &ScenarioText::mark);
  connect(&help_, &KeyHelp::explained, this, [this](const QString& key, const QString& text) {
    if (key != hoveredKey_ || text.isEmpty() || !underMouse()) return;
    hoveredKey_.clear();
    QToolTip::showText(hovered_, "<pre>" + text.toHtmlEscaped() + "</pre>", this);
  });
  highlighter_->setDark(Theme::of(palette()).dark);
  placeGutter();
  mark();
}

int ScenarioText::gutterWidth() const {
  return fontMetrics().horizontalAdvance(QString::number(std::max(100, blockCount()))) + 2 * kGutterMargin;
}

void ScenarioText::placeGutter() {
  setViewportMargins(gutterWidth(), 0, 0, 0);
  const QRect inside = contentsRect();
  gutter_->setGeometry(inside.left(), inside.top(), gutterWidth(), inside.height());
}

void ScenarioText::resizeEvent(QResizeEvent* event) {
  QPlainTextEdit::resizeEvent(event);
  placeGutter();
}

void ScenarioText::changeEvent(QEvent* event) {
  QPlainTextEdit::changeEvent(event);
  if (event->type() != QEvent::PaletteChange || highlighter_ == nullptr) return;
  highlighter_->setDark(Theme::of(palette()).dark);
  mark();
}

void ScenarioText::paintEvent(QPaintEvent* event) {
  QPlainTextEdit::paintEvent(event);
  if (!document()->isEmpty()) return;
  QPainter painter{viewport()};
  painter.setPen(Theme::of(palette()).faintText);
  painter.drawText(viewport()->rect().adjusted(8, 6, -8, -8), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                   tr("Write a scenario here, open one (Ctrl+O), or take an example from the start page (Ctrl+1)."));
}

void ScenarioText::paintGutter(QPaintEvent* event) {
  const Theme& theme = Theme::of(palette());
  QPainter painter{gutter_};
  painter.fillRect(event->rect(), theme.raised);
  painter.setFont(font());
  const int height = fontMetrics().height();
  QTextBlock block = firstVisibleBlock();
  double top = blockBoundingGeometry(block).translated(contentOffset()).top();
  for (; block.isValid() && top <= event->rect().bottom(); block = block.next()) {
    const int number = block.blockNumber() + 1;
    const auto problem = std::ranges::find(problems_, number, &Problem::line);
    const bool current = block == textCursor().block();
    painter.setPen(problem != problems_.end() ? (problem->isWarning ? theme.warning : theme.error)
                   : current                  ? theme.text
                                              : theme.faintText);
    painter.drawText(QRectF(0, top, gutter_->width() - kGutterMargin, height), Qt::AlignRight, QString::number(number));
    if (problem != problems_.end()) {
      painter.setBrush(painter.pen().color());
      painter.drawEllipse(QPointF{kGutterMargin - 1.0, top + height / 2.0}, 2.5, 2.5);
    }
    top += blockBoundingRect(block).height();
  }
}

void ScenarioText::setProblems(const std::vector<Problem>& problems) {
  problems_ = problems;
  mark();
  gutter_->update();
}

void ScenarioText::mark() {
  const Theme& theme = Theme::of(palette());
  QList<QTextEdit::ExtraSelection> marks;
  QTextEdit::ExtraSelection line;
  line.format.setBackground(theme.raised);
  line.format.setProperty(QTextFormat::FullWidthSelection, true);
  line.cursor = textCursor();
  line.cursor.clearSelection();
  marks << line;
  for (const Problem& problem : problems_) {
    const QTextBlock block = document()->findBlockByNumber(problem.line - 1);
    if (!block.isValid() || block.length() <= 1) continue;
    const Stretch stretch = stretchOf(block.text(), problem.column);
    QTextEdit::ExtraSelection one;
    one.cursor = QTextCursor{block};
    one.cursor.setPosition(block.position() + stretch.begin);
    one.cursor.setPosition(block.position() + stretch.begin + stretch.length, QTextCursor::KeepAnchor);
    one.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    one.format.setUnderlineColor(problem.isWarning ? theme.warning : theme.error);
    one.format.setToolTip(problem.text);
    marks << one;
  }
  setExtraSelections(marks);
}

void ScenarioText::goTo(const Problem& problem) {
  const QTextBlock block = document()->findBlockByNumber(std::max(0, problem.line - 1));
  if (!block.isValid()) return;
  QTextCursor cursor{block};
  cursor.setPosition(block.position() + std::min(stretchOf(block.text(), problem.column).begin, block.length() - 1));
  setTextCursor(cursor);
  centerCursor();
  setFocus();
}

void ScenarioText::replaceBySuggestion(const Problem& problem) {
  const QTextBlock block = document()->findBlockByNumber(problem.line - 1);
  if (!block.isValid() || problem.suggestion().isEmpty()) return;
  const Stretch stretch = stretchOf(block.text(), problem.column);
  QTextCursor cursor{block};
  cursor.setPosition(block.position() + stretch.begin);
  cursor.setPosition(block.position() + stretch.begin + stretch.length, QTextCursor::KeepAnchor);
  cursor.insertText(problem.suggestion());
}

KeyPlace ScenarioText::placeAtCursor() const {
  return keyPlaceAt(toPlainText(), textCursor().position());
}

bool ScenarioText::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QPlainTextEdit::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const QTextCursor cursor = cursorForPosition(viewport()->mapFromGlobal(help->globalPos()));
  hovered_ = help->globalPos();
  for (const QTextEdit::ExtraSelection& each : extraSelections())
    if (!each.format.toolTip().isEmpty() && each.cursor.selectionStart() <= cursor.position() &&
        cursor.position() <= each.cursor.selectionEnd()) {
      QToolTip::showText(hovered_, "<p>" + each.format.toolTip().toHtmlEscaped() + "</p>", this);
      return true;
    }
  const KeyPlace place = keyPlaceAt(toPlainText(), cursor.position());
  hoveredKey_ = place.isKey && !place.word.isEmpty() ? place.path() : QString{};
  if (hoveredKey_.isEmpty())
    QToolTip::hideText();
  else
    help_.ask(hoveredKey_);
  return true;
}

void ScenarioText::keyPressEvent(QKeyEvent* event) {
  const bool choosing = completer_->popup()->isVisible();
  const int key = event->key();
  // Keys that the list of completions acts on itself.
  if (choosing && (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Escape || key == Qt::Key_Tab)) {
    event->ignore();
    return;
  }
  if (key == Qt::Key_F1) {
    Q_EMIT helpWanted();
    return;
  }
  if (key == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
    complete();
    return;
  }
  if (key == Qt::Key_Return && event->modifiers() == Qt::NoModifier) {
    newLine();
    return;
  }
  QPlainTextEdit::keyPressEvent(event);
  if (choosing) complete();
}

// A line begins where the one before did, deeper after a key without a value.
void ScenarioText::newLine() {
  const QString line = textCursor().block().text().left(textCursor().positionInBlock());
  qsizetype indent = 0;
  while (indent < line.size() && (line[indent] == ' ' || line.mid(indent, 2) == "- ")) ++indent;
  if (line.trimmed().endsWith(':')) indent += 2;
  textCursor().insertText('\n' + QString{indent, ' '});
  ensureCursorVisible();
}

void ScenarioText::complete() {
  const KeyPlace place = placeAtCursor();
  auto* model = static_cast<QStandardItemModel*>(completer_->model());
  model->clear();
  if (place.isKey) {
    for (const KeyHint& hint : keys_.keysUnder(place.parents)) {
      auto* item = new QStandardItem{hint.key};
      item->setToolTip(hint.description);
      item->setData(hint.description, kDescription);
      model->appendRow(item);
    }
  } else {
    for (const QString& word : keys_.wordsOf(place.parents)) model->appendRow(new QStandardItem{word});
  }
  completer_->setCompletionPrefix(toPlainText().mid(place.begin, textCursor().position() - place.begin));
  if (completer_->completionCount() == 0) {
    completer_->popup()->hide();
    return;
  }
  completer_->popup()->setCurrentIndex(completer_->completionModel()->index(0, 0));
  QRect at = cursorRect();
  at.translate(gutterWidth(), 0);
  at.setWidth(completer_->popup()->sizeHintForColumn(0) + completer_->popup()->verticalScrollBar()->sizeHint().width() + 20);
  completer_->complete(at);
}

void ScenarioText::insertCompletion(const QString& word) {
  const KeyPlace place = placeAtCursor();
  QTextCursor cursor = textCursor();
  cursor.setPosition(place.begin);
  cursor.setPosition(place.begin + static_cast<int>(place.word.size()), QTextCursor::KeepAnchor);
  const bool colon = toPlainText().mid(cursor.selectionEnd(), 1) == ":";
  cursor.insertText(place.isKey && !colon ? word + ": " : word);
  setTextCursor(cursor);
}

}  // namespace lparsim::gui
