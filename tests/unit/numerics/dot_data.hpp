// SPDX-License-Identifier: Apache-2.0
// Seeded fp16 activations and weights of several kinds, ordinary and adverse.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "numerics/half.hpp"
#include "numerics/tsp_products.hpp"
#include "unit/numerics/random_bits.hpp"

namespace weft::numerics::tsp {

enum class Data {
  ordinary,    ///< both about normal, deviation 1
  small,       ///< weights of deviation 0.03, activations not negative, half of them 0
  any,         ///< any finite bits
  subnormal,   ///< subnormal activations, weights of any exponent
  cancelling,  ///< products come in pairs of opposite sign, save for a few tiny ones
  tie,         ///< sums midway between two fp32, or beside that by 2^-48 to 2^-30
  special,     ///< any bits, a few of them infinite or NaN
  count_
};
inline constexpr std::array<std::string_view, 7> data_names = {
    "ordinary", "small", "any", "subnormal", "cancelling", "tie", "special"};

struct DotData {
  std::size_t elements = 0;
  std::vector<Half> activations;  ///< [element][160]
  std::vector<Half> weights;      ///< [160][320]
};

class DotDataMaker {
 public:
  explicit DotDataMaker(std::uint32_t seed) : random_(seed) {}

  DotData make(Data kind, std::size_t elements) {
    DotData d{elements, std::vector<Half>(elements * fp16_depth),
              std::vector<Half>(fp16_depth * lane_count)};
    for (Half& a : d.activations) a = activation(kind);
    for (Half& w : d.weights) w = weight(kind);
    if (kind == Data::cancelling) cancel(d);
    if (kind == Data::tie) tie(d);
    return d;
  }

 private:
  std::uint32_t below(std::uint32_t limit) { return random_() % limit; }
  double uniform() { return static_cast<double>(random_()) * 0x1p-31 - 1.0; }
  Half normal(double deviation) {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return half_from_double(sum * 0.5 * deviation);
  }
  Half finite() {
    const auto bits = static_cast<Half>(random_());
    return (bits & 0x7c00U) == 0x7c00U ? static_cast<Half>(bits & 0xbfffU) : bits;
  }
  Half sign() { return static_cast<Half>(below(2) << 15U); }

  Half activation(Data kind) {
    switch (kind) {
      case Data::small:
        return below(2) == 0 ? Half{0} : static_cast<Half>(normal(1.0) & 0x7fffU);
      case Data::any:
      case Data::cancelling:
        return finite();
      case Data::subnormal:
        return static_cast<Half>(below(0x400) | sign());
      case Data::special:
        return below(2000) == 0 ? static_cast<Half>(random_() | 0x7c00U) : finite();
      default:
        return normal(1.0);
    }
  }
  Half weight(Data kind) {
    switch (kind) {
      case Data::small:
        return normal(0.03);
      case Data::ordinary:
        return normal(1.0);
      case Data::special:
        return below(4000) == 0 ? static_cast<Half>(0x7c00U | sign()) : finite();
      case Data::tie:
        return 0;
      default:
        return finite();
    }
  }

  // Activations in equal pairs and weights in opposite ones, in places drawn anew; then a few
  // weights change by their last place.
  void cancel(DotData& d) {
    std::vector<std::size_t> place(fp16_depth);
    for (std::size_t i = 0; i < place.size(); ++i) place[i] = i;
    for (std::size_t i = place.size(); i > 1; --i) {
      std::swap(place[i - 1], place[below(static_cast<std::uint32_t>(i))]);
    }
    for (std::size_t pair = 0; pair < place.size(); pair += 2) {
      const std::size_t one = place[pair];
      const std::size_t other = place[pair + 1];
      for (std::size_t e = 0; e < d.elements; ++e) {
        d.activations[e * fp16_depth + other] = d.activations[e * fp16_depth + one];
      }
      for (std::size_t n = 0; n < lane_count; ++n) {
        Half w = static_cast<Half>(d.weights[one * lane_count + n] ^ 0x8000U);
        if (below(200) == 0 && (w & 0x03ffU) != 0) --w;
        d.weights[other * lane_count + n] = w;
      }
    }
  }

  // w0 2^13 + w1 has 24 bits, w2 / 2 is half of its last place, and w3 (2^-24 or so) lies far
  // below. Where each stands is drawn anew.
  void tie(DotData& d) {
    const std::array<std::size_t, 4> row = {below(40), 40 + below(40), 80 + below(40),
                                            120 + below(40)};
    const std::array<Half, 4> scale = {half_from_float(8192), half_from_float(1),
                                       half_from_float(0.5F), Half{1}};
    for (std::size_t e = 0; e < d.elements; ++e) {
      const Half turn = sign();
      for (std::size_t i = 0; i < row.size(); ++i) {
        d.activations[e * fp16_depth + row[i]] = static_cast<Half>(scale[i] ^ turn);
      }
    }
    for (std::size_t n = 0; n < lane_count; ++n) {
      const std::array<Half, 4> w = {
          half_from_float(static_cast<float>(1024 + below(1024))),
          half_from_float(static_cast<float>(below(2048))),
          static_cast<Half>(half_from_float(1) ^ sign()),
          static_cast<Half>((below(3) == 0 ? 0 : below(0x4c00)) ^ sign())};
      for (std::size_t i = 0; i < row.size(); ++i) d.weights[row[i] * lane_count + n] = w[i];
    }
  }

  RandomBits random_;
};

}  // namespace weft::numerics::tsp
