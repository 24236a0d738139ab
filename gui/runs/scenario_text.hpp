#pragma once
#include <QPlainTextEdit>

#include "gui/runs/key_place.hpp"
#include "gui/runs/problem.hpp"
#include "gui/runs/scenario_keys.hpp"

class QCompleter;

namespace lparsim::gui {

class KeyHelp;
class YamlHighlighter;

/// The text of a scenario: line numbers, colours, underlined problems, help for the key under the mouse, completion.
class ScenarioText : public QPlainTextEdit {
  Q_OBJECT
 public:
  explicit ScenarioText(KeyHelp& help, QWidget* parent = nullptr);

  void setProblems(const std::vector<Problem>& problems);
  const std::vector<Problem>& problems() const { return problems_; }
  void setKeys(const ScenarioKeys& keys) { keys_ = keys; }
  /// The cursor to a problem, which is made visible.
  void goTo(const Problem& problem);
  /// Writes what the simulator thinks was meant, where it says so; can be undone.
  void replaceBySuggestion(const Problem& problem);
  KeyPlace placeAtCursor() const;
  void complete();

 Q_SIGNALS:
  void helpWanted();  ///< F1

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  class Gutter;
  void placeGutter();
  void paintGutter(QPaintEvent* event);
  void mark();
  void insertCompletion(const QString& word);
  void newLine();
  int gutterWidth() const;

  KeyHelp& help_;
  Gutter* gutter_;
  YamlHighlighter* highlighter_;
  QCompleter* completer_;
  ScenarioKeys keys_;
  std::vector<Problem> problems_;
  QPoint hovered_;
  QString hoveredKey_;
};

}  // namespace lparsim::gui
