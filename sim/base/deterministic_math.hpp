#pragma once

namespace lparsim {

// Elementary functions made of + - * / alone, so that a sample drawn with them is the same on every machine: the C library's differ
// from one release and processor to the next. Accurate to less than 2 units in the last place (deterministic_math_test).

/// Natural logarithm: -infinity at 0, not a number below.
double deterministic_log(double x);

/// e to the x: infinity beyond 709.78, 0 below -745.13.
double deterministic_exp(double x);

/// Probability that a standard normal variable is below `z`; absolute error below 1e-15.
double normal_probability(double z);

/// Density of the standard normal distribution at `z`.
double normal_density(double z);

}  // namespace lparsim
