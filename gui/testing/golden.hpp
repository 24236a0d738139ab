#pragma once
#include <QImage>
#include <QString>

namespace lparsim::gui::testing {

/// Whether a picture is the one kept in the source tree (`path` from its root), but for differences that a font renderer makes: at most
/// `share` of the pixels may differ by more than 24 of 255 in a channel. Fails the test that runs otherwise and leaves the new picture in
/// the build tree; says where. With LPARSIM_RENEW_GOLDEN set in the environment it writes the kept picture instead.
void expectGolden(const QImage& picture, const QString& path, double share = 0.01);

}  // namespace lparsim::gui::testing
