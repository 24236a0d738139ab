#include "gui/testing/golden.hpp"

#include <gtest/gtest.h>

#include <QDir>
#include <QFileInfo>
#include <cstdlib>

namespace lparsim::gui::testing {

namespace {

constexpr int kChannelTolerance = 24;

bool near(QRgb a, QRgb b) {
  const auto far = [](int x, int y) {
    return std::abs(x - y) > kChannelTolerance;
  };
  return !far(qRed(a), qRed(b)) && !far(qGreen(a), qGreen(b)) && !far(qBlue(a), qBlue(b));
}

}  // namespace

void expectGolden(const QImage& picture, const QString& path, double share) {
  const QString kept = QDir{LPARSIM_SOURCE_DIR}.filePath(path);
  if (std::getenv("LPARSIM_RENEW_GOLDEN") != nullptr) {
    ASSERT_TRUE(picture.save(kept)) << kept.toStdString();
    return;
  }
  const QImage golden{kept};
  const QString fresh = QDir::current().filePath("fresh-" + QFileInfo{path}.fileName());
  const std::string advice = "; the new picture is " + fresh.toStdString() + ", to keep it run the test with LPARSIM_RENEW_GOLDEN=1";
  if (golden.size() != picture.size()) {
    picture.save(fresh);
    FAIL() << path.toStdString() << " has another size or is missing" << advice;
  }
  qint64 different = 0;
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x)
      if (!near(picture.pixel(x, y), golden.pixel(x, y))) ++different;
  const double part = static_cast<double>(different) / (static_cast<double>(picture.width()) * picture.height());
  if (part <= share) return;
  picture.save(fresh);
  FAIL() << path.toStdString() << ": " << part * 100 << " % of the pixels differ" << advice;
}

}  // namespace lparsim::gui::testing
