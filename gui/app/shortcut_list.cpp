#include "gui/app/shortcut_list.hpp"

#include <QAction>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace lparsim::gui {

namespace {

QString plain(QString text) {
  text.remove('&');
  while (text.endsWith(QChar{0x2026})) text.chop(1);
  return text;
}

QString keysOf(const QAction& action) {
  QStringList keys;
  for (const QKeySequence& sequence : action.shortcuts()) keys << sequence.toString(QKeySequence::NativeText);
  return keys.join(", ");
}

void filter(const QTreeWidget& list, const QString& words) {
  for (int row = 0; row < list.topLevelItemCount(); ++row) {
    QTreeWidgetItem* item = list.topLevelItem(row);
    item->setHidden(!item->text(0).contains(words, Qt::CaseInsensitive) && !item->text(1).contains(words, Qt::CaseInsensitive));
  }
}

}  // namespace

std::vector<Shortcut> shortcutsOf(const std::vector<QAction*>& actions) {
  const auto tr = [](const char* text) {
    return QCoreApplication::translate("Shortcuts", text);
  };
  std::vector<Shortcut> all;
  for (const QAction* action : actions)
    if (!action->shortcuts().isEmpty()) all.push_back({keysOf(*action), plain(action->text())});
  const std::vector<Shortcut> views = {
      {tr("W, S, A, D"), tr("Timeline: zoom in and out, move to the left and to the right")},
      {tr("F, Shift+F"), tr("Timeline: fit the selection, the whole run")},
      {tr(". and ,"), tr("Timeline: to the next and to the previous slice")},
      {tr("Up, Down, P"), tr("Timeline: to another lane; pin it")},
      {tr("1, 2, 3"), tr("Timeline: lanes by core, by partition, by virtual processor")},
      {tr("Wheel, Shift+wheel, drag"), tr("Timeline: zoom at the pointer, move in time, move")},
      {tr("Shift+drag"), tr("Timeline: select a range of time")},
      {tr("F1 in the editor"), tr("Explains the key at the cursor")},
      {tr("Ctrl+Space in the editor"), tr("Completes the key at the cursor")},
  };
  all.insert(all.end(), views.begin(), views.end());
  return all;
}

void showShortcuts(QWidget* parent, const std::vector<QAction*>& actions) {
  const auto tr = [](const char* text) {
    return QCoreApplication::translate("Shortcuts", text);
  };
  auto* dialog = new QDialog{parent};
  dialog->setObjectName("shortcut_list");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("Keyboard shortcuts"));
  dialog->resize(560, 560);
  auto* words = new QLineEdit;
  words->setPlaceholderText(tr("Filter"));
  words->setAccessibleName(tr("Filter"));
  words->setClearButtonEnabled(true);
  auto* list = new QTreeWidget;
  list->setAccessibleName(tr("Keyboard shortcuts"));
  list->setHeaderLabels({tr("Keys"), tr("What they do")});
  list->setRootIsDecorated(false);
  list->setAlternatingRowColors(true);
  for (const Shortcut& shortcut : shortcutsOf(actions)) new QTreeWidgetItem{list, {shortcut.keys, shortcut.does}};
  list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
  auto* buttons = new QDialogButtonBox{QDialogButtonBox::Close};
  auto* column = new QVBoxLayout{dialog};
  column->addWidget(words);
  column->addWidget(list, 1);
  column->addWidget(buttons);
  QObject::connect(words, &QLineEdit::textChanged, list, [list](const QString& text) { filter(*list, text); });
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
  dialog->open();
}

}  // namespace lparsim::gui
