#include "gui/app/welcome_page.hpp"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/app/two_line_delegate.hpp"
#include "gui/runs/examples.hpp"

namespace lparsim::gui {

namespace {

constexpr int kPath = Qt::UserRole;
constexpr int kWidest = 1040;

QLabel* heading(const QString& text, double scale) {
  auto* label = new QLabel{text};
  QFont font = label->font();
  font.setPointSizeF(font.pointSizeF() * scale);
  font.setBold(true);
  label->setFont(font);
  return label;
}

QToolButton* button(QAction* action) {
  auto* made = new QToolButton;
  made->setDefaultAction(action);
  made->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  made->setIconSize({20, 20});
  made->setMinimumHeight(34);
  made->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  made->setFocusPolicy(Qt::StrongFocus);
  return made;
}

}  // namespace

WelcomePage::WelcomePage(RecentFiles& recent, QAction* open, QAction* newScenario, QWidget* parent) : QWidget{parent}, recent_{recent} {
  auto* title = heading(tr("lparsim"), 2.2);
  auto* claim = new QLabel{tr("Look at a simulated PowerVM server: its processors, partitions and I/O, dispatch by dispatch.")};
  claim->setWordWrap(true);
  auto* columns = new QHBoxLayout;
  columns->setSpacing(28);
  columns->addWidget(recentColumn(open, newScenario), 4);
  columns->addWidget(examplesColumn(), 5);
  auto* content = new QWidget;
  content->setMaximumWidth(kWidest);
  auto* column = new QVBoxLayout{content};
  column->setContentsMargins(24, 24, 24, 20);
  column->setSpacing(6);
  column->addWidget(title);
  column->addWidget(claim);
  column->addSpacing(14);
  column->addLayout(columns, 1);
  auto* centred = new QHBoxLayout{this};
  centred->setContentsMargins(0, 0, 0, 0);
  centred->addStretch(1);
  centred->addWidget(content, 100);
  centred->addStretch(1);
  connect(&recent_, &RecentFiles::changed, this, &WelcomePage::showRecent);
  showRecent();
}

QListWidget* WelcomePage::list(const QString& name) {
  auto* made = new QListWidget;
  made->setAccessibleName(name);
  made->setItemDelegate(new TwoLineDelegate{made});
  made->setUniformItemSizes(true);
  made->setMouseTracking(true);
  made->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  const auto choose = [this](const QListWidgetItem* item) {
    Q_EMIT chosen(item->data(kPath).toString());
  };
  connect(made, &QListWidget::itemActivated, this, choose);
  // One click is enough, as in every such list, but where the desktop activates with one click itself.
  connect(made, &QListWidget::itemClicked, this, [made, choose](const QListWidgetItem* item) {
    if (made->style()->styleHint(QStyle::SH_ItemView_ActivateItemOnSingleClick, nullptr, made) == 0) choose(item);
  });
  return made;
}

QWidget* WelcomePage::recentColumn(QAction* open, QAction* newScenario) {
  auto* box = new QWidget;
  auto* column = new QVBoxLayout{box};
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  column->addWidget(button(open));
  column->addWidget(button(newScenario));
  column->addSpacing(6);
  column->addWidget(heading(tr("Recent"), 1.15));
  recentList_ = list(tr("Recent files"));
  column->addWidget(recentList_, 1);
  noRecent_ = new QLabel{tr("What you open appears here.\nOr drop a run file (.db) or a scenario (.yaml) anywhere in this window.")};
  noRecent_->setWordWrap(true);
  noRecent_->setAlignment(Qt::AlignTop);
  column->addWidget(noRecent_, 1);
  return box;
}

QWidget* WelcomePage::examplesColumn() {
  auto* box = new QWidget;
  auto* column = new QVBoxLayout{box};
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  auto* top = new QHBoxLayout;
  top->addWidget(heading(tr("Examples to simulate"), 1.15));
  filter_ = new QLineEdit;
  filter_->setPlaceholderText(tr("Filter examples"));
  filter_->setAccessibleName(tr("Filter examples"));
  filter_->setClearButtonEnabled(true);
  filter_->setMaximumWidth(220);
  top->addWidget(filter_, 1);
  column->addLayout(top);
  examples_ = list(tr("Examples"));
  for (const Example& example : examplesIn(exampleFolder())) {
    auto* item = new QListWidgetItem{example.name, examples_};
    item->setData(kPath, example.path);
    item->setData(TwoLineDelegate::kSecondLine, example.description);
    item->setToolTip(example.description);
  }
  column->addWidget(examples_, 1);
  if (examples_->count() == 0) {
    examples_->hide();
    filter_->hide();
    auto* none = new QLabel{tr("The folder of examples is not where this program was installed. Open any scenario (.yaml) instead.")};
    none->setWordWrap(true);
    none->setAlignment(Qt::AlignTop);
    column->addWidget(none, 1);
  }
  connect(filter_, &QLineEdit::textChanged, this, &WelcomePage::filter);
  return box;
}

void WelcomePage::showRecent() {
  recentList_->clear();
  for (const QString& path : recent_.paths()) {
    const QFileInfo file{path};
    auto* item = new QListWidgetItem{file.fileName(), recentList_};
    item->setData(kPath, path);
    const QString folder = QDir::toNativeSeparators(file.absolutePath());
    item->setData(TwoLineDelegate::kSecondLine, file.exists() ? folder : tr("missing: %1").arg(folder));
    item->setToolTip(path);
    if (!file.exists()) item->setFlags(Qt::NoItemFlags);
  }
  const bool any = recentList_->count() > 0;
  recentList_->setVisible(any);
  noRecent_->setVisible(!any);
}

void WelcomePage::filter(const QString& words) {
  for (int row = 0; row < examples_->count(); ++row) {
    QListWidgetItem* item = examples_->item(row);
    const QString text = item->text() + ' ' + item->data(TwoLineDelegate::kSecondLine).toString();
    bool hidden = false;
    for (const QString& word : words.split(' ', Qt::SkipEmptyParts)) hidden = hidden || !text.contains(word, Qt::CaseInsensitive);
    item->setHidden(hidden);
  }
}

}  // namespace lparsim::gui
