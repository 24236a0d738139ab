#pragma once
#include <QString>
#include <QStringList>

namespace lparsim::gui {

/// What stands at a place of a scenario's text.
struct KeyPlace {
  QStringList parents;  ///< the keys that the word is under: server, partitions, processors; of lists' elements nothing
  QString word;         ///< may be empty
  int begin = 0;        ///< where the word begins in the text
  bool isKey = false;   ///< it is a key, or stands where one may be written; otherwise part of the value of the last parent

  /// As `lparsim explain` takes it: of a value, the key that it is of.
  QString path() const;
};

/// Block and flow collections, quotes and comments are understood; anchors and multi-line texts, which scenarios have no use for, are not.
KeyPlace keyPlaceAt(const QString& text, qsizetype position);

}  // namespace lparsim::gui
