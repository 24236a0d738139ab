#include "gui/paint/theme.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

namespace lparsim::gui {
namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

// Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, table 1, severity 1.
const std::array<std::pair<const char*, Matrix>, 4> kEyes{
    {{"normal", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
     {"protanopia", {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}}},
     {"deuteranopia", {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}}},
     {"tritanopia", {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}}}}};

double linear(double c) {
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

/// CIELAB, white D65.
Triple labSeenBy(const Matrix& eye, const QColor& colour) {
  const Triple in{linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())};
  Triple rgb{};
  for (std::size_t i = 0; i < 3; ++i) rgb[i] = std::clamp(eye[i][0] * in[0] + eye[i][1] * in[1] + eye[i][2] * in[2], 0.0, 1.0);
  const auto f = [](double t) {
    return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116;
  };
  const double x = f((0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.95047);
  const double y = f(0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]);
  const double z = f((0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(const Matrix& eye, const QColor& a, const QColor& b) {
  const Triple p = labSeenBy(eye, a), q = labSeenBy(eye, b);
  return std::sqrt((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]) + (p[2] - q[2]) * (p[2] - q[2]));
}

class Themes : public ::testing::TestWithParam<const Theme*> {
 protected:
  const Theme& theme = *GetParam();
};
INSTANTIATE_TEST_SUITE_P(LightAndDark, Themes, ::testing::Values(&Theme::light(), &Theme::darkOne()),
                         [](const auto& sample) { return std::string{sample.param->dark ? "Dark" : "Light"}; });

TEST_P(Themes, TextsAreReadableOnBothBackgrounds) {
  for (const QColor& ground : {theme.background, theme.raised})
    for (const QColor& text : {theme.text, theme.faintText, theme.accent, theme.warning, theme.error})
      EXPECT_GE(Theme::contrast(text, ground), 4.5) << text.name().toStdString() << " on " << ground.name().toStdString();
}

TEST_P(Themes, WhatIsWrittenOnAnyColourIsReadable) {
  for (std::size_t state = 0; state < kStates; ++state) {
    const QColor colour = theme.of(static_cast<State>(state));
    EXPECT_GE(Theme::contrast(Theme::textOn(colour), colour), 4.5) << colour.name().toStdString();
  }
  for (std::size_t i = 0; i < 12; ++i) EXPECT_GE(Theme::contrast(Theme::textOn(theme.ofPartition(i)), theme.ofPartition(i)), 4.5);
  for (int load = 0; load <= 10; ++load)
    EXPECT_GE(Theme::contrast(Theme::textOn(theme.ofLoad(load / 10.0)), theme.ofLoad(load / 10.0)), 4.5);
}

TEST_P(Themes, StatesOfALaneDifferToEveryEye) {
  const std::vector<State> processors{State::entitled,         State::excess, State::dedicated, State::waitingCapacity,
                                      State::waitingProcessor, State::ceded,  State::conferred, State::folded};
  const std::vector<State> requests{State::request, State::failedRequest, State::call, State::ceded};
  for (const auto& [eye, matrix] : kEyes)
    for (const auto& states : {processors, requests})
      for (std::size_t i = 0; i < states.size(); ++i)
        for (std::size_t j = i + 1; j < states.size(); ++j)
          EXPECT_GE(distance(matrix, theme.of(states[i]), theme.of(states[j])), 18)
              << eye << ": states " << static_cast<int>(states[i]) << " and " << static_cast<int>(states[j]);
}

TEST_P(Themes, WaitsAreHatchedSoThatTheyDifferWithoutColour) {
  EXPECT_EQ(Theme::fillOf(State::waitingCapacity), Fill::hatched);
  EXPECT_EQ(Theme::fillOf(State::waitingProcessor), Fill::hatched);
  EXPECT_EQ(Theme::fillOf(State::entitled), Fill::solid);
  // Without any colour the two hatched ones still differ, in lightness.
  EXPECT_GE(Theme::contrast(theme.of(State::waitingCapacity), theme.of(State::waitingProcessor)), 2.0);
}

TEST_P(Themes, PartitionsInARowDiffer) {
  for (std::size_t i = 0; i < 12; ++i)
    for (const auto& [eye, matrix] : kEyes)
      EXPECT_GE(distance(matrix, theme.ofPartition(i), theme.ofPartition(i + 1)), 15) << eye << ": " << i << " and the next";
  EXPECT_EQ(theme.ofPartition(3), theme.ofPartition(15));
}

TEST_P(Themes, PartitionsAreNotTakenForStates) {
  for (std::size_t i = 0; i < 12; ++i)
    for (const State state : {State::entitled, State::excess, State::dedicated, State::waitingCapacity, State::waitingProcessor})
      EXPECT_GE(distance(kEyes[0].second, theme.ofPartition(i), theme.of(state)), 20) << i << " and state " << static_cast<int>(state);
}

TEST_P(Themes, LoadIsReadFromLightnessAlone) {
  const auto lightness = [&](double load) {
    return labSeenBy(kEyes[0].second, theme.ofLoad(load))[0] * (theme.dark ? 1 : -1);
  };
  for (int i = 0; i < 100; ++i) EXPECT_LE(lightness(i / 100.0), lightness((i + 1) / 100.0)) << i;
  EXPECT_GT(lightness(1), lightness(0) + 40);
  EXPECT_EQ(theme.ofLoad(1.7), theme.ofLoad(1));
  EXPECT_EQ(theme.ofLoad(std::nan("")), theme.ofLoad(0));
}

TEST_P(Themes, IsFoundAgainFromItsPalette) {
  EXPECT_EQ(&Theme::of(theme.palette()), &theme);
}

}  // namespace
}  // namespace lparsim::gui
