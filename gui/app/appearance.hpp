#pragma once
#include <QString>
#include <optional>

namespace lparsim::gui {

enum class Appearance { system, light, dark };

/// `light`, as the command line and the settings have it.
QString wordFor(Appearance appearance);
std::optional<Appearance> appearanceOf(const QString& word);

/// Gives all of the program the look; `system` is the desktop's own palette.
void apply(Appearance appearance);

}  // namespace lparsim::gui
