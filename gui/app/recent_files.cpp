#include "gui/app/recent_files.hpp"

#include <QFileInfo>
#include <QSettings>

namespace lparsim::gui {

namespace {

constexpr auto kKey = "recent";

}  // namespace

QStringList RecentFiles::paths() const {
  return QSettings{}.value(kKey).toStringList();
}

void RecentFiles::add(const QString& path) {
  const QString absolute = QFileInfo{path}.absoluteFilePath();
  QStringList all = paths();
  all.removeAll(absolute);
  all.prepend(absolute);
  keep(all.mid(0, kMost));
}

void RecentFiles::removeMissing() {
  QStringList there;
  for (const QString& path : paths())
    if (QFileInfo::exists(path)) there << path;
  keep(there);
}

void RecentFiles::clear() {
  keep({});
}

void RecentFiles::keep(const QStringList& all) {
  QSettings{}.setValue(kKey, all);
  Q_EMIT changed();
}

}  // namespace lparsim::gui
