#include "gui/runs/run_form.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpressionValidator>
#include <QSettings>
#include <QStandardPaths>
#include <QToolButton>

namespace lparsim::gui {

namespace {

constexpr auto kFolder = "runs/folder";
constexpr auto kTrace = "runs/trace";

}  // namespace

RunForm::RunForm(QWidget* parent)
    : QWidget{parent},
      trace_{new QComboBox},
      pace_{new QComboBox},
      duration_{new QLineEdit},
      seed_{new QLineEdit},
      file_{new QLineEdit},
      paused_{new QCheckBox{tr("Wait at the beginning")}} {
  trace_->addItem(tr("everything"), "full");
  trace_->addItem(tr("a summary"), "summary");
  trace_->addItem(tr("results only"), "off");
  trace_->setItemData(0, tr("Every dispatch and every request: what the timeline needs"), Qt::ToolTipRole);
  trace_->setItemData(1, tr("Figures of each simulated second"), Qt::ToolTipRole);
  trace_->setItemData(2, tr("Metrics and expectations"), Qt::ToolTipRole);
  trace_->setCurrentIndex(std::max(0, trace_->findData(QSettings{}.value(kTrace, "full"))));
  pace_->addItem(tr("as fast as it can"), 0.0);
  pace_->addItem(tr("as in reality"), 1.0);
  pace_->addItem(tr("ten times slower"), 0.1);
  pace_->addItem(tr("a hundred times slower"), 0.01);
  duration_->setPlaceholderText(tr("the scenario's"));
  duration_->setToolTip(tr("Simulated time, such as 20 s"));
  seed_->setPlaceholderText(tr("the scenario's"));
  seed_->setValidator(new QRegularExpressionValidator{QRegularExpression{"\\d{0,19}"}, seed_});
  auto* choose = new QToolButton;
  choose->setText("…");
  choose->setToolTip(tr("Choose a run file"));
  choose->setAccessibleName(tr("Choose a run file"));
  auto* fileRow = new QHBoxLayout;
  fileRow->addWidget(file_, 1);
  fileRow->addWidget(choose);
  auto* form = new QFormLayout{this};
  form->setContentsMargins(0, 0, 0, 0);
  form->setVerticalSpacing(4);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form->addRow(tr("&Record"), trace_);
  form->addRow(tr("&Duration"), duration_);
  form->addRow(tr("&Seed"), seed_);
  form->addRow(tr("&Pace"), pace_);
  form->addRow(QString{}, paused_);
  auto* fileLabel = new QLabel{tr("Run &file")};
  fileLabel->setBuddy(file_);
  form->addRow(fileLabel, fileRow);
  connect(choose, &QToolButton::clicked, this, &RunForm::chooseFile);
  connect(trace_, &QComboBox::currentIndexChanged, this, [this] { QSettings{}.setValue(kTrace, trace_->currentData()); });
}

void RunForm::propose(const QString& scenarioName) {
  const QString file = freeRunFile(runFolder(), scenarioName);
  file_->setText(QDir::toNativeSeparators(file));
  file_->setToolTip(file);
  file_->setCursorPosition(static_cast<int>(file.size()));
}

RunOrder RunForm::order() const {
  return {.scenario = {},
          .runFile = QDir::fromNativeSeparators(file_->text().trimmed()),
          .trace = trace_->currentData().toString(),
          .duration = duration_->text().trimmed(),
          .seed = seed_->text(),
          .pace = pace_->currentData().toDouble(),
          .paused = paused_->isChecked()};
}

void RunForm::chooseFile() {
  auto* dialog = new QFileDialog{this, tr("Where the run is recorded"), file_->text(), tr("Run files (*.db)")};
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix("db");
  dialog->selectFile(file_->text());
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
    file_->setText(path);
    QSettings{}.setValue(kFolder, QFileInfo{path}.absolutePath());
  });
  dialog->open();
}

QString runFolder() {
  const QString kept = QSettings{}.value(kFolder).toString();
  if (!kept.isEmpty() && QDir{kept}.exists()) return kept;
  return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + "/runs";
}

QString freeRunFile(const QString& folder, const QString& name) {
  const QString stem = name.isEmpty() ? QString{"run"} : name;
  QString path = QString{"%1/%2.db"}.arg(folder, stem);
  for (int number = 2; QFileInfo::exists(path); ++number) path = QString{"%1/%2-%3.db"}.arg(folder, stem).arg(number);
  return path;
}

}  // namespace lparsim::gui
