#include "gui/tables/inspector_view.hpp"

#include <QAction>
#include <QEvent>
#include <QLabel>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "gui/tables/inspection_text.hpp"

namespace lparsim::gui {

InspectorView::InspectorView(Session& session, Focus& focus, QWidget* parent)
    : View{parent},
      session_{session},
      focus_{focus},
      text_{new QTextBrowser{this}},
      hint_{new QLabel{this}},
      pages_{new QStackedWidget{this}},
      explain_{new QAction{tr("Explain figures"), this}} {
  setAccessibleName(title());
  setAccessibleDescription(tr("Everything about what is selected, with the reasons why it waited."));
  text_->setAccessibleName(title());
  text_->setOpenLinks(false);
  text_->setFrameShape(QFrame::NoFrame);
  text_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  text_->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
  text_->setUndoRedoEnabled(false);
  explain_->setCheckable(true);
  explain_->setChecked(explains_);
  explain_->setShortcut(Qt::CTRL | Qt::Key_E);
  explain_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  explain_->setToolTip(tr("Says beneath each figure what it means."));
  addAction(explain_);
  text_->setContextMenuPolicy(Qt::ActionsContextMenu);
  auto* copy = new QAction{tr("Copy"), this};
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  auto* all = new QAction{tr("Select all"), this};
  text_->addActions({copy, all, explain_});
  connect(copy, &QAction::triggered, text_, &QTextBrowser::copy);
  connect(all, &QAction::triggered, text_, &QTextBrowser::selectAll);
  connect(explain_, &QAction::toggled, this, &InspectorView::setExplains);
  connect(text_, &QTextBrowser::anchorClicked, this, &InspectorView::follow);
  auto* layout = new QVBoxLayout{this};
  layout->setContentsMargins(0, 0, 0, 0);
  hint_->setAlignment(Qt::AlignCenter);
  hint_->setWordWrap(true);
  hint_->setMargin(24);
  hint_->setAutoFillBackground(true);
  pages_->addWidget(text_);
  pages_->addWidget(hint_);
  layout->addWidget(pages_);
  setFocusProxy(text_);

  due_.setSingleShot(true);
  connect(&due_, &QTimer::timeout, this, &InspectorView::ask);
  const auto replace = [this] {
    askSoon(true);
  };
  const auto afterwards = [this] {
    askSoon(false);
  };
  connect(&session_, &Session::opened, this, replace);
  connect(&session_, &Session::closed, this, replace);
  connect(&session_, &Session::grew, this, afterwards);
  connect(&session_, &Session::finished, this, afterwards);
  connect(&focus_, &Focus::selectionChanged, this, replace);
  connect(&focus_, &Focus::playheadChanged, this, afterwards);
}

// While the playhead moves, an answer is waited for: one that is replaced all the time would never come.
void InspectorView::askSoon(bool replaces) {
  stale_ = true;
  if (!isVisible()) return;
  if (asking_ && !replaces) {
    again_ = true;
    return;
  }
  if (!due_.isActive()) due_.start(0);
}

void InspectorView::ask() {
  stale_ = again_ = false;
  const bool nothing = std::holds_alternative<std::monostate>(focus_.selection());
  if (!session_.isOpen() || nothing) {
    session_.forget(this, 0);
    asking_ = false;
    showHint(session_.isOpen() ? tr("Click a partition, a processor, a slice of the timeline, a request or a row of a table: everything "
                                    "that is known of it is shown here, and why it waited.")
                               : tr("Open a run file to see everything about what is selected here."));
    return;
  }
  asking_ = true;
  session_.askInSteps<Inspection>(
      this, 0,
      [selection = focus_.selection(), at = focus_.playhead()](Sources& sources, const std::function<void(Inspection)>& soFar) {
        return inspect(sources, selection, at, soFar);
      },
      [this](Result<Inspection> answer) {
        if (!answer) {
          asking_ = false;
          showHint(QString::fromStdString(answer.error()));
        } else {
          asking_ = !answer->final;
          inspection_ = std::move(*answer);
          showText();
        }
        if (!asking_ && again_) askSoon(true);
      },
      Pace::patient);
}

void InspectorView::showText() {
  // The same thing at another moment keeps its place.
  const int scrolled = text_->verticalScrollBar()->value();
  writeInspection(inspection_, theme(), font(), explains_, *text_->document());
  text_->verticalScrollBar()->setValue(scrolled);
  pages_->setCurrentWidget(text_);
}

void InspectorView::showHint(const QString& hint) {
  inspection_ = {};
  hint_->setText(hint);
  pages_->setCurrentWidget(hint_);
  showLooks();
}

void InspectorView::showLooks() {
  QPalette faint = palette();
  faint.setColor(QPalette::Window, theme().background);
  faint.setColor(QPalette::WindowText, theme().faintText);
  hint_->setPalette(faint);
  if (!inspection_.title.empty()) showText();
}

QString InspectorView::hint() const {
  return pages_->currentWidget() == hint_ ? hint_->text() : QString{};
}

void InspectorView::follow(const QUrl& link) {
  const Fact* fact = factAt(inspection_, link.toString());
  if (fact == nullptr || !fact->link) return;
  const Link leads = *fact->link;
  if (!std::holds_alternative<std::monostate>(leads.selection)) focus_.select(leads.selection);
  if (leads.at) focus_.showPlayhead(*leads.at);
}

void InspectorView::setExplains(bool explains) {
  if (explains_ == explains) return;
  explains_ = explains;
  explain_->setChecked(explains);
  if (!inspection_.title.empty()) showText();
}

QString InspectorView::asCsv() const {
  return inspection_.title.empty() ? QString{} : csvOf(inspection_);
}

void InspectorView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  showLooks();
  if (stale_) askSoon(true);
}

void InspectorView::changeEvent(QEvent* event) {
  View::changeEvent(event);
  if (pages_ != nullptr && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)) showLooks();
}

}  // namespace lparsim::gui
