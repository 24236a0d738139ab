#include "gui/runs/examples.hpp"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>

namespace lparsim::gui {

namespace {

/// Name and description stand at the beginning.
constexpr qint64 kHead = 16 * 1024;
constexpr int kAncestors = 5;

}  // namespace

QString exampleFolder() {
  const QString named = qEnvironmentVariable("LPARSIM_SCENARIOS");
  if (!named.isEmpty()) return named;
  QDir folder{QCoreApplication::applicationDirPath()};
  const QDir installed{folder.filePath("../share/lparsim/scenarios")};
  if (installed.exists()) return QDir::cleanPath(installed.absolutePath());
  for (int up = 0; up < kAncestors && folder.cdUp(); ++up)
    if (const QDir scenarios{folder.filePath("scenarios")}; !scenarios.entryList({"*.yaml"}, QDir::Files).isEmpty())
      return scenarios.absolutePath();
  return {};
}

std::vector<Example> examplesIn(const QString& folder) {
  std::vector<Example> examples;
  if (folder.isEmpty()) return examples;
  for (const QFileInfo& info : QDir{folder}.entryInfoList({"*.yaml", "*.yml"}, QDir::Files, QDir::Name)) {
    QFile file{info.absoluteFilePath()};
    if (!file.open(QIODevice::ReadOnly)) continue;
    const QString text = QString::fromUtf8(file.read(kHead));
    const QString name = topLevelValue(text, "name");
    examples.push_back({info.absoluteFilePath(), name.isEmpty() ? info.completeBaseName() : name, topLevelValue(text, "description")});
  }
  return examples;
}

QString topLevelValue(const QString& text, const QString& key) {
  const QRegularExpression line{"^" + QRegularExpression::escape(key) + ":[ \\t]+(.+)$", QRegularExpression::MultilineOption};
  QString value = line.match(text).captured(1);
  value.remove(QRegularExpression{"\\s#.*$"});
  value = value.trimmed();
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
    value = value.mid(1, value.size() - 2);
  return value;
}

}  // namespace lparsim::gui
