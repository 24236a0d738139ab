#include "gui/tables/inspection_text.hpp"

#include <QCoreApplication>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextTable>

#include "gui/tables/table.hpp"

namespace lparsim::gui {

namespace {

QString inspected(const std::string& text) {
  return QString::fromStdString(text);
}

/// Writes one after the other into a document.
class InspectionWriter {
 public:
  InspectionWriter(QTextDocument& document, const Theme& theme, const QFont& font, bool explains)
      : cursor_{&document}, theme_{theme}, font_{font}, explains_{explains} {
    normal_.setForeground(theme.text);
    faint_.setForeground(theme.faintText);
    small_ = faint_;
    small_.setFontPointSize(font.pointSizeF() * 0.92);
  }

  void paragraph(const QString& text, const QTextCharFormat& format, double above, double below) {
    QTextBlockFormat block;
    block.setTopMargin(above);
    block.setBottomMargin(below);
    block.setLineHeight(115, QTextBlockFormat::ProportionalHeight);
    // The document's first block and the one behind a table are there already.
    if (cursor_.block().length() == 1)
      cursor_.setBlockFormat(block);
    else
      cursor_.insertBlock(block);
    cursor_.insertText(text, format);
  }

  QTextCharFormat heading(double scale) const {
    QTextCharFormat format = normal_;
    format.setFontWeight(QFont::Bold);
    format.setFontPointSize(font_.pointSizeF() * scale);
    return format;
  }
  const QTextCharFormat& normal() const { return normal_; }
  const QTextCharFormat& faint() const { return faint_; }

  void facts(const std::vector<Fact>& facts, int firstNumber) {
    if (facts.empty()) return;
    QTextTableFormat format;
    format.setBorder(0);
    format.setCellPadding(1.5);
    format.setCellSpacing(0);
    format.setTopMargin(2);
    format.setWidth(QTextLength{QTextLength::PercentageLength, 100});
    format.setColumnWidthConstraints({QTextLength{QTextLength::PercentageLength, 38}, QTextLength{QTextLength::PercentageLength, 62}});
    QTextTable* table = cursor_.insertTable(static_cast<int>(facts.size()), 2, format);
    for (std::size_t i = 0; i < facts.size(); ++i) {
      const Fact& fact = facts[i];
      QTextCharFormat label = faint_;
      QTextCharFormat value = normal_;
      label.setToolTip(inspected(fact.meaning));
      value.setToolTip(inspected(fact.meaning));
      if (fact.link) {
        value.setAnchor(true);
        value.setAnchorHref(QStringLiteral("#%1").arg(firstNumber + static_cast<int>(i)));
        value.setForeground(theme_.accent);
        value.setFontUnderline(true);
      }
      const int row = static_cast<int>(i);
      table->cellAt(row, 0).firstCursorPosition().insertText(inspected(fact.label), label);
      QTextCursor cell = table->cellAt(row, 1).firstCursorPosition();
      cell.insertText(inspected(fact.value), value);
      if (!explains_ || fact.meaning.empty()) continue;
      cell.insertBlock();
      cell.insertText(inspected(fact.meaning), small_);
    }
    cursor_.movePosition(QTextCursor::End);
  }

 private:
  QTextCursor cursor_;
  const Theme& theme_;
  QFont font_;
  bool explains_;
  QTextCharFormat normal_, faint_, small_;
};

}  // namespace

void writeInspection(const Inspection& inspection, const Theme& theme, const QFont& font, bool explains, QTextDocument& document) {
  document.clear();
  document.setDefaultFont(font);
  document.setDocumentMargin(10);
  InspectionWriter writer{document, theme, font, explains};
  writer.paragraph(inspected(inspection.title), writer.heading(1.35), 0, 2);
  if (!inspection.subtitle.empty()) writer.paragraph(inspected(inspection.subtitle), writer.faint(), 0, 2);
  int number = 0;
  for (const Section& section : inspection.sections) {
    writer.paragraph(inspected(section.title), writer.heading(1.08), 12, 3);
    for (const std::string& sentence : section.sentences) writer.paragraph(inspected(sentence), writer.normal(), 0, 4);
    writer.facts(section.facts, number);
    number += static_cast<int>(section.facts.size());
  }
  if (!inspection.final)
    writer.paragraph(QCoreApplication::translate("lparsim::gui::InspectorView", "More is being looked for…"), writer.faint(), 10, 0);
}

const Fact* factAt(const Inspection& inspection, const QString& link) {
  bool isNumber = false;
  std::size_t number = link.mid(1).toUInt(&isNumber);
  if (!isNumber) return nullptr;
  for (const Section& section : inspection.sections) {
    if (number < section.facts.size()) return &section.facts[number];
    number -= section.facts.size();
  }
  return nullptr;
}

QString csvOf(const Inspection& inspection) {
  const auto word = [](const char* text) {
    return QCoreApplication::translate("lparsim::gui::InspectorView", text);
  };
  const std::vector<Column> columns{{word("Section"), {}, {}, 0, true},
                                    {word("Label"), {}, {}, 0, true},
                                    {word("Value"), {}, {}, 0, true},
                                    {word("Meaning"), {}, {}, 0, true}};
  std::vector<Row> rows;
  const auto add = [&](const std::string& section, const std::string& label, const std::string& value, const std::string& meaning) {
    Row row;
    for (const std::string& text : {section, label, value, meaning}) row.cells.push_back(textFrom(text));
    rows.push_back(std::move(row));
  };
  for (const Section& section : inspection.sections) {
    for (const std::string& sentence : section.sentences) add(section.title, {}, sentence, {});
    for (const Fact& fact : section.facts) add(section.title, fact.label, fact.value, fact.meaning);
  }
  std::vector<const Row*> shown;
  for (const Row& row : rows) shown.push_back(&row);
  return csvOf(columns, shown);
}

}  // namespace lparsim::gui
