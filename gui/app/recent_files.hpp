#pragma once
#include <QObject>
#include <QStringList>

namespace lparsim::gui {

/// Files that were opened, the latest first, kept in the settings.
class RecentFiles : public QObject {
  Q_OBJECT
 public:
  static constexpr int kMost = 12;

  using QObject::QObject;
  QStringList paths() const;
  void add(const QString& path);
  void removeMissing();
  void clear();

 Q_SIGNALS:
  void changed();

 private:
  void keep(const QStringList& paths);
};

}  // namespace lparsim::gui
