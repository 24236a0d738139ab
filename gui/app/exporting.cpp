#include "gui/app/exporting.hpp"

#include <QCoreApplication>
#include <QFileDialog>
#include <QPixmap>
#include <QSaveFile>

namespace lparsim::gui {

namespace {

QString notWritten(const QString& path, const QString& why) {
  return QCoreApplication::translate("Export", "%1 could not be written: %2. Choose another folder or name.").arg(path, why);
}

}  // namespace

void askWhereToSave(QWidget* parent, const QString& title, const QString& suggestion, const QString& kinds,
                    const std::function<QString(const QString&)>& save, const std::function<void(const QString&)>& failed) {
  auto* dialog = new QFileDialog{parent, title, suggestion, kinds};
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(suggestion.section('.', -1));
  dialog->selectFile(suggestion);
  QObject::connect(dialog, &QFileDialog::fileSelected, parent, [save, failed](const QString& path) {
    const QString sentence = save(path);
    if (!sentence.isEmpty()) failed(sentence);
  });
  dialog->open();
}

QString saveWidgetPicture(QWidget& widget, const QString& path) {
  QSaveFile file{path};
  if (!file.open(QIODevice::WriteOnly) || !widget.grab().save(&file, "PNG") || !file.commit()) return notWritten(path, file.errorString());
  return {};
}

QString saveText(const QString& text, const QString& path) {
  QSaveFile file{path};
  if (!file.open(QIODevice::WriteOnly)) return notWritten(path, file.errorString());
  file.write(text.toUtf8());
  if (!file.commit()) return notWritten(path, file.errorString());
  return {};
}

}  // namespace lparsim::gui
