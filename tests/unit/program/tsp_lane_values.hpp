// SPDX-License-Identifier: Apache-2.0
// Reductions over a tensor's last axis, plainly, in the order in which a TSP's schedule adds.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "numerics/tsp_scalar.hpp"
#include "program/tsp_chip.hpp"

namespace weft::program::tsp::test {

using Row = std::vector<float>;

template <numerics::VectorOperation operation>
float operate(float a, float b = 0) {
  return numerics::tsp::operate<operation>(a, b);
}

inline float add(float a, float b) { return operate<numerics::VectorOperation::add>(a, b); }

/// As tsp_schedule_lanes.hpp says.
inline float lane_sum(const Row& row) {
  std::array<float, lanes> sum{};
  for (std::size_t first = 0; first < row.size(); first += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const float value = first + lane < row.size() ? row[first + lane] : 0.0F;
      sum[lane] = first == 0 ? value : add(sum[lane], value);
    }
  }
  std::size_t among = 256;
  if (row.size() > among) {
    for (std::size_t lane = 0; lane < among; ++lane) {
      sum[lane] = add(sum[lane], lane < lanes - among ? sum[lane + among] : 0.0F);
    }
  } else {
    while (among / 2 >= row.size() && among > 1) among /= 2;
  }
  for (std::size_t half = among / 2; half > 0; half /= 2) {
    for (std::size_t lane = 0; lane < half; ++lane) sum[lane] = add(sum[lane], sum[lane + half]);
  }
  return sum[0];
}

inline Row softmax_of(const Row& row) {
  using Op = numerics::VectorOperation;
  float most = row[0];
  for (const float value : row) most = operate<Op::maximum>(most, value);
  Row out;
  for (const float value : row) {
    out.push_back(operate<Op::exponential>(operate<Op::subtract>(value, most)));
  }
  const float sum = lane_sum(out);
  for (float& value : out) value = operate<Op::divide>(value, sum);
  return out;
}

inline Row layer_norm_of(const Row& row, float epsilon) {
  using Op = numerics::VectorOperation;
  const auto count = static_cast<float>(row.size());
  const float mean = operate<Op::divide>(lane_sum(row), count);
  Row out;
  Row squares;
  for (const float value : row) {
    out.push_back(operate<Op::subtract>(value, mean));
    squares.push_back(operate<Op::multiply>(out.back(), out.back()));
  }
  const float variance = operate<Op::divide>(lane_sum(squares), count);
  const float scale = operate<Op::reciprocal_square_root>(add(variance, epsilon));
  for (float& value : out) value = operate<Op::multiply>(value, scale);
  return out;
}

}  // namespace weft::program::tsp::test
