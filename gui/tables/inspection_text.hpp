#pragma once
#include <QFont>
#include <QString>

#include "gui/data/inspect.hpp"
#include "gui/paint/theme.hpp"

class QTextDocument;

namespace lparsim::gui {

/// Sets an inspection as a document: title, sections of sentences and of figures in two columns. Links lead to `#N`, N being the place of
/// the fact among all of them, from 0.
void writeInspection(const Inspection& inspection, const Theme& theme, const QFont& font, bool explains, QTextDocument& document);
/// The fact that a link `#N` belongs to; null: none.
const Fact* factAt(const Inspection& inspection, const QString& link);
QString csvOf(const Inspection& inspection);

}  // namespace lparsim::gui
