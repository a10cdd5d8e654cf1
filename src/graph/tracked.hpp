// SPDX-License-Identifier: Apache-2.0
// Numbers that carry how far a machine's may be from them (running error analysis: Wilkinson;
// Higham, Accuracy and Stability of Numerical Algorithms, 3.3): each operation adds what it makes
// of its operands' errors and its own rounding.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "graph/bounds.hpp"

namespace weft::graph {

/// What rounding to a format may do.
struct Rounding {
  double unit = 0;      ///< relative: half of the distance from 1 to the next number
  double least = 0;     ///< absolute, near zero
  double overflow = 0;  ///< magnitudes from here on become infinite
};
Rounding rounding_of(Element element, bool flushes);

struct Tracked {
  double value = 0;
  double error = 0;  ///< of the machine's number: at most this far off
};

/// Operations in one format.
class Tracker {
 public:
  explicit Tracker(const Formats& formats);

  const Rounding& rounding() const { return arithmetic_; }
  Tracked rounded(Tracked x) const { return within(x, arithmetic_); }
  /// As results are stored, where that is less than arithmetic has; an error of 0 says that nothing
  /// was rounded.
  Tracked stored(Tracked x) const;

  Tracked add(Tracked a, Tracked b) const {
    return rounded({a.value + b.value, a.error + b.error});
  }
  Tracked subtract(Tracked a, Tracked b) const { return add(a, {-b.value, b.error}); }
  Tracked multiply(Tracked a, Tracked b) const {
    return rounded({a.value * b.value, product_error(a, b)});
  }
  /// Twice rounded: it may be a product with a reciprocal.
  Tracked divide(Tracked a, Tracked b) const;
  Tracked square_root(Tracked a) const;
  Tracked exponential(Tracked a) const;
  /// A function that changes by at most `slope` times what its argument does.
  Tracked function(double value, double argument_error, double slope) const;
  Tracked sigmoid(Tracked a) const;
  Tracked tanh(Tracked a) const;

  /// A sum of `count` terms: `total` and the sum of their magnitudes, errors included in both.
  Tracked sum(Tracked total, double magnitudes, std::int64_t count) const;
  /// A dot product of as many terms.
  Tracked dot(Tracked total, double magnitudes, std::int64_t count) const;

 private:
  static Tracked within(Tracked x, const Rounding& to) {
    return {x.value, x.error + to.unit * (std::fabs(x.value) + x.error) + to.least};
  }
  static double product_error(Tracked a, Tracked b) {
    return scaled(std::fabs(a.value), b.error) + scaled(std::fabs(b.value), a.error) +
           a.error * b.error;
  }
  /// a b, 0 where either is: an infinite value may be free of error.
  static double scaled(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }
  double spread(std::int64_t roundings) const;

  Formats formats_;
  Rounding arithmetic_, result_;
};

}  // namespace weft::graph
