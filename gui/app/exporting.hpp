#pragma once
#include <QString>
#include <functional>

#include "gui/paint/view.hpp"

namespace lparsim::gui {

/// Asks for a name without stopping the program; `save` is told it and returns a sentence where saving fails, which `failed` is told.
void askWhereToSave(QWidget* parent, const QString& title, const QString& suggestion, const QString& kinds,
                    const std::function<QString(const QString&)>& save, const std::function<void(const QString&)>& failed);

// Each returns a sentence that says what to do where it fails, and leaves no half a file then.
QString saveWidgetPicture(QWidget& widget, const QString& path);
QString saveText(const QString& text, const QString& path);

}  // namespace lparsim::gui
