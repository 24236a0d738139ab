#pragma once
#include <QProcess>
#include <QWidget>
#include <functional>

#include "gui/runs/key_help.hpp"
#include "gui/runs/live_run.hpp"
#include "gui/runs/problem.hpp"
#include "gui/runs/scenario_check.hpp"

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace lparsim::gui {

class RunForm;
class ScenarioText;

/// The page of the scenario: its text, what is wrong with it, what its keys mean, and how it is run.
class ScenarioEditor : public QWidget {
  Q_OBJECT
 public:
  explicit ScenarioEditor(LiveRun& live, QWidget* parent = nullptr);
  ~ScenarioEditor() override;

  /// Asks first what becomes of unsaved changes; `done` when the text is there.
  void openSafely(const QString& path, const std::function<void()>& done);
  void beginNew(const std::function<void()>& done);
  /// False: it was not saved, and why has been said.
  bool save();
  void saveAs();
  /// Asks what becomes of unsaved changes; false: nothing may happen to them.
  bool mayDiscard();
  /// Simulates what is in the editor, saved or not.
  void run();
  void takeFocus();

  bool isModified() const;
  QString path() const { return path_; }
  /// The file's name, or what to call a text without one.
  QString title() const;
  ScenarioText& text() { return *text_; }
  bool isSettled() const { return !check_.isBusy(); }

 Q_SIGNALS:
  void said(const QString& sentence);  ///< what went wrong and what to do
  void fileChanged();
  void modifiedChanged();

 private:
  QWidget* problemsBox();
  QWidget* wordsBox();
  QWidget* runBox();
  void askForKeys();
  void follow();
  void showProblems(const std::vector<Problem>& problems);
  void showHelp();
  void showState();
  void take(const QString& text, const QString& path);
  bool write(const QString& path);

  LiveRun& live_;
  KeyHelp help_;
  ScenarioCheck check_;
  QProcess schema_;
  QString path_;
  std::unique_ptr<QTemporaryFile> running_;  ///< the text that is being simulated, where it differs from the file
  ScenarioText* text_;
  QListWidget* list_ = nullptr;
  QLabel* verdict_ = nullptr;
  QTabWidget* words_ = nullptr;
  QPlainTextEdit *keyText_ = nullptr, *report_ = nullptr;
  RunForm* form_ = nullptr;
  QPushButton* run_ = nullptr;
  QTimer helpDue_;
};

}  // namespace lparsim::gui
