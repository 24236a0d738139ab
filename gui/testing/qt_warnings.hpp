#pragma once

namespace lparsim::gui::testing {

/// From now on a warning of Qt (a model that breaks its rules, a connection that leads nowhere, a painter twice) fails the test that runs.
void failOnQtWarnings();

}  // namespace lparsim::gui::testing
