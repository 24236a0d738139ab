#include "gui/app/about.hpp"

#include <QApplication>
#include <QMessageBox>

namespace lparsim::gui {

QString aboutText() {
  const auto tr = [](const char* text) {
    return QCoreApplication::translate("About", text);
  };
  return QString{"<h3>lparsim-gui %1</h3>"}.arg(QCoreApplication::applicationVersion()) + "<p>" +
         tr("Shows runs of lparsim, a simulator of PowerVM-like servers.") + "</p><p>" +
         tr("Its source is under the Apache License, version 2.0.") + "<br>" +
         tr("It uses Qt %1 under the GNU LGPL, version 3, and Qt Charts, which is under the GNU GPL, version 3: this program as a whole, "
            "as it is built, may be passed on under the terms of the GNU GPL, version 3, only. The simulator <i>lparsim</i> contains no "
            "Qt.")
             .arg(qVersion()) +
         "<br>" + tr("SQLite is in the public domain; SQLiteCpp, fmt and tl::expected are under permissive licences.") + "</p><p>" +
         tr("Not affiliated with IBM; PowerVM, POWER and AIX are IBM's trademarks.") + "</p>";
}

void showAbout(QWidget* parent) {
  auto* box =
      new QMessageBox{QMessageBox::NoIcon, QCoreApplication::translate("About", "About lparsim"), aboutText(), QMessageBox::Close, parent};
  box->setObjectName("about");
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setTextFormat(Qt::RichText);
  box->setIconPixmap(QApplication::windowIcon().pixmap(64, 64));
  box->open();
}

}  // namespace lparsim::gui
