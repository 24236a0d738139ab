#include "sim/base/distribution.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/deterministic_math.hpp"

namespace lparsim {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

// Clang 14 does not deduce the arguments of aggregates by itself.
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

template <class Stream>
double standard_normal(Stream& stream) {
  // Marsaglia's polar method; its second value is dropped so that a sample depends on the stream alone.
  for (;;) {
    const double x = 2 * stream.uniform() - 1;
    const double y = 2 * stream.uniform() - 1;
    const double s = x * x + y * y;
    if (s < 1 && s > 0) return x * std::sqrt(-2 * deterministic_log(s) / s);
  }
}

template <class Stream>
double standard_exponential(Stream& stream) {
  return -deterministic_log(stream.uniform());
}

/// Probability of the faster branch of a balanced two-branch hyperexponential; their means are mean/(2p) and mean/(2(1-p)).
double first_branch(const Hyperexponential& h) {
  const double squared = h.cv * h.cv;
  return 0.5 * (1 + std::sqrt((squared - 1) / (squared + 1)));
}

template <class Stream>
double sample_erlang(const Erlang& erlang, Stream& stream) {
  double sum = 0;
  double product = 1;
  for (int i = 0; i < erlang.phases; ++i) {
    product *= stream.uniform();
    if (product < 1e-250) {
      sum -= deterministic_log(product);
      product = 1;
    }
  }
  return (sum - deterministic_log(product)) * erlang.mean / erlang.phases;
}

template <class Stream>
double sample_shape(const Distribution::Shape& shape, Stream& stream) {
  return std::visit(
      Overloaded{[](const Constant& c) { return c.value; }, [&](const Exponential& e) { return e.mean * standard_exponential(stream); },
                 [&](const Uniform& u) { return u.low + (u.high - u.low) * stream.uniform(); },
                 [&](const Normal& n) {
                   double x = -1;
                   while (x < 0) x = n.mean + n.sd * standard_normal(stream);
                   return x;
                 },
                 [&](const Lognormal& l) {
                   const double variance = deterministic_log(1 + l.cv * l.cv);
                   return l.mean * deterministic_exp(std::sqrt(variance) * standard_normal(stream) - variance / 2);
                 },
                 [&](const Erlang& e) { return sample_erlang(e, stream); },
                 [&](const Hyperexponential& h) {
                   const double p = first_branch(h);
                   const double branch = stream.uniform() < p ? p : 1 - p;
                   return h.mean / (2 * branch) * standard_exponential(stream);
                 }},
      shape);
}

struct MeanAndCv {
  double mean;
  double cv;
};

MeanAndCv moments(const Distribution::Shape& shape) {
  return std::visit(Overloaded{[](const Constant& c) {
                                 return MeanAndCv{c.value, 0};
                               },
                               [](const Exponential& e) {
                                 return MeanAndCv{e.mean, 1};
                               },
                               [](const Uniform& u) {
                                 const double mean = (u.low + u.high) / 2;
                                 return MeanAndCv{mean, mean > 0 ? (u.high - u.low) / std::sqrt(12.0) / mean : 0};
                               },
                               [](const Normal& n) {
                                 if (n.sd == 0) return MeanAndCv{n.mean, 0};
                                 // A normal variable truncated at 0 (Johnson, Kotz and Balakrishnan, ch. 13, section 10.1).
                                 const double a = n.mean / n.sd;
                                 const double hazard = normal_density(a) / normal_probability(a);
                                 const double mean = n.mean + n.sd * hazard;
                                 return MeanAndCv{mean, n.sd * std::sqrt(1 - hazard * (a + hazard)) / mean};
                               },
                               [](const Lognormal& l) {
                                 return MeanAndCv{l.mean, l.cv};
                               },
                               [](const Erlang& e) {
                                 return MeanAndCv{e.mean, 1 / std::sqrt(static_cast<double>(e.phases))};
                               },
                               [](const Hyperexponential& h) {
                                 return MeanAndCv{h.mean, h.cv};
                               }},
                    shape);
}

SimTime to_time(double ps) {
  constexpr double kLongest = 9.2e18;  // of SimTime's 9.22e18 ps
  return SimTime::from_ps(ps < kLongest ? static_cast<std::int64_t>(ps + 0.5) : static_cast<std::int64_t>(kLongest));
}

template <class Stream>
SimTime sample_of(const Distribution::Shape& shape, Stream& stream) {
  // Nearly six days: added to any time of a run (at most 100 days of the 106 that fit), a sample from the far tail does not overflow.
  constexpr SimTime kLongest = SimTime::from_s(500'000);
  return std::min(to_time(sample_shape(shape, stream)), kLongest);
}

}  // namespace

Distribution Distribution::at(Hertz frequency) const {
  if (!in_cycles()) return *this;
  const double f = 1e12 / frequency.value;  // picoseconds a cycle
  return Distribution{std::visit(
      Overloaded{[f](Constant c) { return Shape{Constant{c.value * f}}; }, [f](Exponential e) { return Shape{Exponential{e.mean * f}}; },
                 [f](Uniform u) {
                   return Shape{Uniform{u.low * f, u.high * f}};
                 },
                 [f](Normal n) {
                   return Shape{Normal{n.mean * f, n.sd * f}};
                 },
                 [f](Lognormal l) {
                   return Shape{Lognormal{l.mean * f, l.cv}};
                 },
                 [f](Erlang e) {
                   return Shape{Erlang{e.phases, e.mean * f}};
                 },
                 [f](Hyperexponential h) {
                   return Shape{Hyperexponential{h.mean * f, h.cv}};
                 }},
      shape_)};
}

SimTime Distribution::mean() const {
  LPARSIM_CHECK(!in_cycles(), "the mean time of a distribution of cycles depends on the clock rate");
  return to_time(moments(shape_).mean);
}

double Distribution::cv() const {
  return moments(shape_).cv;
}

SimTime Distribution::sample(RandomStream& stream) const {
  LPARSIM_CHECK(!in_cycles(), "a sample of a distribution of cycles is a time only at a clock rate");
  return sample_of(shape_, stream);
}

SimTime Distribution::sample(KeyedStream stream) const {
  LPARSIM_CHECK(!in_cycles(), "a sample of a distribution of cycles is a time only at a clock rate");
  return sample_of(shape_, stream);
}

}  // namespace lparsim
