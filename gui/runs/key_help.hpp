#pragma once
#include <QHash>
#include <QObject>
#include <QProcess>
#include <QStringList>

namespace lparsim::gui {

/// What `lparsim explain` says of keys, asked once each.
class KeyHelp : public QObject {
  Q_OBJECT
 public:
  explicit KeyHelp(QObject* parent = nullptr);
  ~KeyHelp() override;

  /// explained() comes later, unless a newer key was asked for; where it is known, at once.
  void ask(const QString& key);
  /// Empty: not asked yet, or there is no such key.
  QString known(const QString& key) const { return known_.value(key); }

 Q_SIGNALS:
  void explained(const QString& key, const QString& text);  ///< text: empty where there is no such key

 private:
  void start();

  QProcess process_;
  QString asked_, running_;
  QHash<QString, QString> known_;
};

}  // namespace lparsim::gui
