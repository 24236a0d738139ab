#include "gui/runs/scenario_keys.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QMap>

namespace lparsim::gui {

namespace {

/// Of references and alternatives within each other; the schema has far less.
constexpr int kDeepest = 16;

}  // namespace

ScenarioKeys::ScenarioKeys(const QByteArray& schema) : schema_{QJsonDocument::fromJson(schema).object()} {}

// A node and all that it may stand for: what it refers to, its alternatives, the elements of a list.
void ScenarioKeys::spread(const QJsonObject& node, QList<QJsonObject>& into, int depth) const {
  if (depth > kDeepest) return;
  into << node;
  const QString reference = node.value("$ref").toString();
  if (reference.startsWith("#/definitions/"))
    spread(schema_.value("definitions").toObject().value(reference.mid(14)).toObject(), into, depth + 1);
  for (const char* alternatives : {"anyOf", "oneOf", "allOf"})
    for (const QJsonValue& one : node.value(QLatin1String{alternatives}).toArray()) spread(one.toObject(), into, depth + 1);
  for (const char* branch : {"then", "else", "items"})
    if (node.value(QLatin1String{branch}).isObject()) spread(node.value(QLatin1String{branch}).toObject(), into, depth + 1);
}

QList<QJsonObject> ScenarioKeys::nodesAt(const QStringList& path) const {
  QList<QJsonObject> nodes;
  spread(schema_, nodes, 0);
  for (const QString& key : path) {
    QList<QJsonObject> below;
    for (const QJsonObject& node : nodes) {
      const QJsonObject properties = node.value("properties").toObject();
      if (properties.contains(key)) spread(properties.value(key).toObject(), below, 0);
    }
    nodes = below;
  }
  return nodes;
}

std::vector<KeyHint> ScenarioKeys::keysUnder(const QStringList& parents) const {
  QMap<QString, QString> found;
  for (const QJsonObject& node : nodesAt(parents)) {
    const QJsonObject properties = node.value("properties").toObject();
    for (auto each = properties.begin(); each != properties.end(); ++each) {
      const QString description = each.value().toObject().value("description").toString();
      if (!found.contains(each.key()) || found.value(each.key()).isEmpty()) found.insert(each.key(), description);
    }
  }
  std::vector<KeyHint> hints;
  for (auto each = found.begin(); each != found.end(); ++each) hints.push_back({each.key(), each.value()});
  return hints;
}

QStringList ScenarioKeys::wordsOf(const QStringList& path) const {
  QStringList words;
  for (const QJsonObject& node : nodesAt(path)) {
    if (node.value("type").toString() == "boolean")
      words << "true"
            << "false";
    for (const QJsonValue& one : node.value("enum").toArray())
      if (one.isString()) words << one.toString();
    if (node.value("const").isString()) words << node.value("const").toString();
  }
  words.removeDuplicates();
  return words;
}

}  // namespace lparsim::gui
