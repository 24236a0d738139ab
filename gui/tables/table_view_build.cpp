// How a table's view is put together: widgets, actions, what is said where there are no rows.
#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProgressBar>
#include <QProxyStyle>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/paint/time_text.hpp"
#include "gui/tables/table_view.hpp"

namespace lparsim::gui {

namespace {

/// Room between a column whose figures end at its right and the next one, whose texts begin at its left.
class RoomyCells : public QProxyStyle {
 public:
  explicit RoomyCells(QObject* parent) { setParent(parent); }
  int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override {
    constexpr int kMargin = 7;
    if (metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin) return kMargin;
    return QProxyStyle::pixelMetric(metric, option, widget);
  }
};

}  // namespace

void TableView::build() {
  setAccessibleName(kind_.title);
  setAccessibleDescription(kind_.purpose);

  choice_ = new QComboBox{this};
  choice_->addItems(kind_.choices);
  choice_->setVisible(!kind_.choices.isEmpty());
  choice_->setAccessibleName(tr("What is shown"));
  connect(choice_, &QComboBox::currentIndexChanged, this, [this] { askSoon(true); });

  filter_ = new QLineEdit{this};
  filter_->setPlaceholderText(tr("Filter (Ctrl+F)"));
  filter_->setToolTip(tr("Shows the rows that have all these words in them."));
  filter_->setAccessibleName(tr("Filter of %1").arg(kind_.title));
  filter_->setClearButtonEnabled(true);
  filter_->setMaximumWidth(36 * fontMetrics().averageCharWidth());
  filter_->installEventFilter(this);
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& words) {
    following_ = true;
    order_.setFilter(words);
    following_ = false;
    showCounts();
    showHint();
  });
  count_ = new QLabel{this};

  grid_ = new QTableView{this};
  grid_->setModel(&order_);
  auto* roomy = new RoomyCells{this};
  grid_->setStyle(roomy);
  grid_->horizontalHeader()->setStyle(roomy);
  grid_->setAccessibleName(kind_.title);
  grid_->setAccessibleDescription(kind_.purpose);
  grid_->setSelectionBehavior(QAbstractItemView::SelectRows);
  grid_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  grid_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  grid_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  grid_->setAlternatingRowColors(true);
  grid_->setShowGrid(false);
  grid_->setWordWrap(false);
  grid_->setTabKeyNavigation(false);
  grid_->setCornerButtonEnabled(false);
  grid_->setFrameShape(QFrame::NoFrame);
  grid_->verticalHeader()->hide();
  grid_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  grid_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
  QHeaderView& header = *grid_->horizontalHeader();
  header.setResizeContentsPrecision(100);
  header.setHighlightSections(false);
  header.setMinimumSectionSize(24);
  header.setStretchLastSection(kind_.columns.back().isText);
  grid_->setSortingEnabled(true);
  header.setSortIndicatorClearable(true);
  grid_->sortByColumn(kind_.sortColumn, kind_.sortOrder);
  for (int i = 0; i < model_.columnCount(); ++i) grid_->setColumnWidth(i, header.sectionSizeHint(i));
  grid_->installEventFilter(this);
  connect(grid_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TableView::chose);
  connect(grid_, &QTableView::doubleClicked, this, &TableView::jump);

  hint_ = new QLabel{this};
  hint_->setAlignment(Qt::AlignCenter);
  hint_->setWordWrap(true);
  hint_->setMargin(24);
  hint_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  remark_ = new QLabel{this};
  remark_->setWordWrap(true);
  remark_->setContentsMargins(6, 2, 6, 4);
  progress_ = new QProgressBar{this};
  progress_->setRange(0, 1000);
  progress_->setTextVisible(false);
  progress_->setFixedHeight(6);
  progress_->setAccessibleName(tr("How much has been read"));
  QSizePolicy kept = progress_->sizePolicy();
  kept.setRetainSizeWhenHidden(true);
  progress_->setSizePolicy(kept);
  progress_->hide();
  pages_ = new QStackedWidget{this};
  pages_->addWidget(grid_);
  pages_->addWidget(hint_);

  auto* top = new QHBoxLayout;
  top->setContentsMargins(6, 4, 6, 2);
  top->setSpacing(6);
  top->addWidget(choice_);
  top->addWidget(filter_);
  top->addStretch();
  top->addWidget(count_);
  auto* all = new QVBoxLayout{this};
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(0);
  all->addLayout(top);
  all->addWidget(progress_);
  all->addWidget(pages_, 1);
  all->addWidget(remark_);
  setTabOrder(choice_, filter_);
  setTabOrder(filter_, grid_);
  setFocusProxy(grid_);
  addActions();
  showHint();
}

void TableView::addActions() {
  const auto add = [this](const QString& text, const QKeySequence& keys, auto&& action) {
    auto* made = new QAction{text, this};
    made->setShortcut(keys);
    made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(made, &QAction::triggered, this, action);
    addAction(made);
    grid_->addAction(made);
  };
  add(tr("Go there"), {}, [this] { jump(); });
  add(tr("Copy rows"), QKeySequence::Copy, [this] { copy(); });
  add(tr("Filter"), QKeySequence::Find, [this] {
    filter_->setFocus(Qt::ShortcutFocusReason);
    filter_->selectAll();
  });
  add(tr("Save as CSV…"), {}, [this] { askForCsv(); });
  grid_->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void TableView::askForCsv() {
  const QString path = QFileDialog::getSaveFileName(this, tr("Save %1 as CSV").arg(kind_.title), kind_.name + QLatin1String(".csv"),
                                                    tr("Comma-separated values (*.csv)"));
  if (path.isEmpty()) return;
  const QString problem = saveCsv(path);
  if (!problem.isEmpty()) QMessageBox::warning(this, kind_.title, problem);
}

void TableView::showHint() {
  if (!error_.isEmpty())
    hint_->setText(error_);
  else if (asking_ || (stale_ && model_.rowCount() == 0))
    hint_->setText(tr("Reading…"));
  else if (model_.rowCount() > 0)
    hint_->setText(tr("No row has “%1” in it.").arg(filter_->text()));
  else
    hint_->setText(kind_.hint);
  pages_->setCurrentWidget(order_.rowCount() > 0 ? static_cast<QWidget*>(grid_) : hint_);
  remark_->setVisible(!remark_->text().isEmpty() && order_.rowCount() > 0);
  QPalette faint = palette();
  faint.setColor(QPalette::WindowText, theme().faintText);
  for (QLabel* label : {hint_, remark_, count_}) label->setPalette(faint);
}

void TableView::showCounts() {
  const auto number = [](int n) {
    return countText(static_cast<std::uint64_t>(n));
  };
  const int all = model_.rowCount();
  const int shown = order_.rowCount();
  count_->setText(all == 0       ? QString{}
                  : shown != all ? tr("%1 of %2 rows").arg(number(shown), number(all))
                  : all == 1     ? tr("1 row")
                                 : tr("%1 rows").arg(number(all)));
  progress_->setVisible(asking_ && done_ > 0);
  progress_->setValue(static_cast<int>(done_ * 1000));
}

void TableView::changeEvent(QEvent* event) {
  View::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  model_.setTheme(theme());
  showHint();
}

bool TableView::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return View::eventFilter(watched, event);
  const int key = static_cast<QKeyEvent*>(event)->key();
  const bool isReturn = key == Qt::Key_Return || key == Qt::Key_Enter;
  if (watched == grid_ && isReturn) {
    jump();
    return true;
  }
  if (watched == filter_ && (isReturn || key == Qt::Key_Down)) {
    grid_->setFocus();
    if (!grid_->currentIndex().isValid() && order_.rowCount() > 0) grid_->selectRow(0);
    return true;
  }
  if (watched == filter_ && key == Qt::Key_Escape) {
    filter_->clear();
    grid_->setFocus();
    return true;
  }
  return View::eventFilter(watched, event);
}

}  // namespace lparsim::gui
