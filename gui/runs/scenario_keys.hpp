#pragma once
#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QStringList>
#include <vector>

namespace lparsim::gui {

/// A key that a scenario may have, from its JSON Schema.
struct KeyHint {
  QString key;
  QString description;
};

/// What may stand where in a scenario: the JSON Schema that `lparsim schema` prints.
class ScenarioKeys {
 public:
  ScenarioKeys() = default;
  explicit ScenarioKeys(const QByteArray& schema);

  bool isEmpty() const { return schema_.isEmpty(); }
  /// Under these keys, by name; lists are seen through.
  std::vector<KeyHint> keysUnder(const QStringList& parents) const;
  /// The words that the value of a key may be.
  QStringList wordsOf(const QStringList& path) const;

 private:
  QList<QJsonObject> nodesAt(const QStringList& path) const;
  void spread(const QJsonObject& node, QList<QJsonObject>& into, int depth) const;

  QJsonObject schema_;
};

}  // namespace lparsim::gui
