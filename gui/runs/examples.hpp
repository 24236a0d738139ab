#pragma once
#include <QString>
#include <vector>

namespace lparsim::gui {

struct Example {
  QString path;
  QString name;
  QString description;
};

/// Where the scenarios that come with the program are: LPARSIM_SCENARIOS in the environment, installed beside it, or in the source tree
/// that it was built in. Empty: nowhere.
QString exampleFolder();
/// The scenarios of a folder, by name.
std::vector<Example> examplesIn(const QString& folder);
/// A key's value at the top level of a scenario's text, where it is on one line. Empty: it is not there.
QString topLevelValue(const QString& text, const QString& key);

}  // namespace lparsim::gui
