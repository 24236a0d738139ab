#include "gui/app/search_palette.hpp"

#include <QCoreApplication>
#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <map>

#include "gui/paint/theme.hpp"

namespace lparsim::gui {

namespace {

constexpr int kWidth = 620;
constexpr int kHeight = 420;
constexpr int kTop = 70;
constexpr int kMostHits = 60;
constexpr int kHitRole = Qt::UserRole;

QString headingOf(Hit::Kind kind) {
  const auto tr = [](const char* text) {
    return SearchPalette::tr(text);
  };
  switch (kind) {
    case Hit::Kind::partition:
      return tr("Partitions");
    case Hit::Kind::lane:
      return tr("Lanes");
    case Hit::Kind::core:
      return tr("Cores");
    case Hit::Kind::workload:
      return tr("Workloads");
    case Hit::Kind::target:
      return tr("Disks and peers");
    case Hit::Kind::device:
      return tr("Devices");
    case Hit::Kind::metric:
      return tr("Metrics");
    case Hit::Kind::request:
      return tr("Requests");
    case Hit::Kind::time:
      return tr("Moments");
    case Hit::Kind::event:
      return tr("Steps");
    case Hit::Kind::server:
      return tr("Servers");
    case Hit::Kind::pool:
      return tr("Processor pools");
  }
  return {};
}

}  // namespace

SearchPalette::SearchPalette(Stage& stage, QWidget* parent)
    : QFrame{parent}, stage_{stage}, words_{new QLineEdit}, list_{new QTreeWidget}, hint_{new QLabel} {
  setObjectName("search_palette");
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setAccessibleName(tr("Search"));
  words_->setPlaceholderText(tr("Partition, processor, disk, metric, `request 1234`, `3.25 s` …"));
  words_->setAccessibleName(tr("Search"));
  words_->setClearButtonEnabled(true);
  words_->setMinimumHeight(30);
  list_->setAccessibleName(tr("Found"));
  list_->setHeaderHidden(true);
  list_->setColumnCount(2);
  list_->setRootIsDecorated(false);
  list_->setIndentation(10);
  list_->setUniformRowHeights(true);
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setItemsExpandable(false);
  list_->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
  hint_->setText(tr("↑ ↓ choose   Enter goes there   Esc closes"));
  hint_->setMargin(3);
  auto* column = new QVBoxLayout{this};
  column->setContentsMargins(8, 8, 8, 4);
  column->addWidget(words_);
  column->addWidget(list_, 1);
  column->addWidget(hint_);
  words_->installEventFilter(this);
  parent->installEventFilter(this);
  connect(words_, &QLineEdit::textChanged, this, &SearchPalette::find);
  connect(list_, &QTreeWidget::itemClicked, this, &SearchPalette::chooseCurrent);
  connect(&stage.session, &Session::closed, this, &QWidget::hide);
  hide();
}

void SearchPalette::begin() {
  const auto facts = stage_.session.facts();
  if (!facts) return;
  if (facts != indexed_) {
    indexed_ = facts;
    index_ = std::make_unique<SearchIndex>(*facts);
  }
  words_->selectAll();
  find();
  place();
  show();
  raise();
  words_->setFocus(Qt::ShortcutFocusReason);
}

void SearchPalette::place() {
  const QSize around = parentWidget()->size();
  const int width = std::min(kWidth, around.width() - 40);
  const int height = std::min(kHeight, around.height() - kTop - 40);
  setGeometry((around.width() - width) / 2, kTop, width, height);
}

// Groups in the order of their best hits, so that what fits best stays on top.
void SearchPalette::find() {
  list_->clear();
  hits_.clear();
  if (!index_) return;
  std::vector<Hit::Kind> order;
  std::map<Hit::Kind, std::vector<Hit>> groups;
  for (Hit& hit : index_->find(words_->text().toStdString(), kMostHits)) {
    if (!groups.contains(hit.kind)) order.push_back(hit.kind);
    groups[hit.kind].push_back(std::move(hit));
  }
  const QColor faint = Theme::of(palette()).faintText;
  QTreeWidgetItem* first = nullptr;
  for (const Hit::Kind kind : order) {
    auto* heading = new QTreeWidgetItem{list_, {headingOf(kind)}};
    heading->setFlags(Qt::ItemIsEnabled);
    heading->setForeground(0, faint);
    heading->setFirstColumnSpanned(true);
    heading->setExpanded(true);
    for (Hit& hit : groups[kind]) {
      auto* item = new QTreeWidgetItem{heading, {QString::fromStdString(hit.text), QString::fromStdString(hit.detail)}};
      item->setForeground(1, faint);
      item->setData(0, kHitRole, static_cast<int>(hits_.size()));
      if (first == nullptr) first = item;
      hits_.push_back(std::move(hit));
    }
  }
  list_->setCurrentItem(first);
  if (first == nullptr) {
    auto* none = new QTreeWidgetItem{
        list_, {tr("Nothing has such a name. Names of partitions, disks and metrics are found, and moments such as `3.25 s`.")}};
    none->setFlags(Qt::NoItemFlags);
    none->setFirstColumnSpanned(true);
  }
}

void SearchPalette::move(int rows) {
  const int direction = rows < 0 ? -1 : 1;
  QTreeWidgetItem* item = list_->currentItem();
  for (int left = std::abs(rows); item != nullptr && left > 0;) {
    item = direction < 0 ? list_->itemAbove(item) : list_->itemBelow(item);
    if (item == nullptr || (item->flags() & Qt::ItemIsSelectable) == 0) continue;
    list_->setCurrentItem(item);
    --left;
  }
}

void SearchPalette::chooseCurrent() {
  const QTreeWidgetItem* item = list_->currentItem();
  if (item == nullptr || (item->flags() & Qt::ItemIsSelectable) == 0) return;
  const Hit hit = hits_.at(static_cast<std::size_t>(item->data(0, kHitRole).toInt()));
  hide();
  choose(hit);
}

void SearchPalette::choose(const Hit& hit) {
  if (!std::holds_alternative<std::monostate>(hit.selection)) stage_.focus.select(hit.selection);
  if (hit.at) stage_.focus.showPlayhead(*hit.at);
  if (hit.event) stage_.playback.step(*hit.event);
  if (!hit.metric.empty()) Q_EMIT metricChosen(QString::fromStdString(hit.metric));
}

bool SearchPalette::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parentWidget()) {
    if (event->type() == QEvent::Resize && isVisible()) place();
    return false;
  }
  if (event->type() == QEvent::FocusOut && !list_->underMouse()) hide();
  if (event->type() != QEvent::KeyPress) return false;
  constexpr int kPage = 10;
  switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape:
      hide();
      parentWidget()->setFocus();
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      chooseCurrent();
      return true;
    case Qt::Key_Down:
      move(1);
      return true;
    case Qt::Key_Up:
      move(-1);
      return true;
    case Qt::Key_PageDown:
      move(kPage);
      return true;
    case Qt::Key_PageUp:
      move(-kPage);
      return true;
    default:
      return false;
  }
}

void SearchPalette::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && isVisible()) find();
}

}  // namespace lparsim::gui
