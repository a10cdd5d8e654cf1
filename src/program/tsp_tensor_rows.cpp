// SPDX-License-Identifier: Apache-2.0
// Rows whose elements meet, step by step as the page on arithmetic lists the steps.
#include "program/tsp_tensor_rows.hpp"

#include <algorithm>
#include <cstddef>

#include "numerics/tsp_scalar.hpp"

namespace weft::program::tsp {
namespace {

using numerics::VectorOperation;
using numerics::tsp::operate;

constexpr std::size_t vector_lanes = 320;
constexpr std::size_t folded_lanes = 256;

float plus(float a, float b) { return operate<VectorOperation::add>(a, b); }

/// Vector by vector into one, then its upper half onto its lower until one lane is left.
float sum_of_row(const std::vector<float>& row) {
  std::vector<float> lanes(vector_lanes, 0.0F);
  for (std::size_t i = 0; i < row.size(); ++i) {
    float& lane = lanes[i % vector_lanes];
    lane = i < vector_lanes ? row[i] : plus(lane, row[i]);
  }
  if (row.size() > vector_lanes) {  // the last vector's other lanes hold zero
    for (std::size_t lane = row.size() % vector_lanes; lane % vector_lanes != 0; ++lane) {
      lanes[lane] = plus(lanes[lane], 0.0F);
    }
  }
  std::size_t among = folded_lanes;
  if (row.size() > among) {
    for (std::size_t lane = 0; lane < among; ++lane) {
      const std::size_t other = lane + among;
      lanes[lane] = plus(lanes[lane], other < vector_lanes ? lanes[other] : 0.0F);
    }
  } else {
    while (among > 1 && among / 2 >= row.size()) among /= 2;
  }
  for (std::size_t half = among / 2; half > 0; half /= 2) {
    for (std::size_t lane = 0; lane < half; ++lane) {
      lanes[lane] = plus(lanes[lane], lanes[lane + half]);
    }
  }
  return lanes.front();
}

}  // namespace

void softmax_row(std::vector<float>& row) {
  float most = row.front();
  for (const float value : row) most = operate<VectorOperation::maximum>(most, value);
  for (float& value : row) {
    value = operate<VectorOperation::exponential>(operate<VectorOperation::subtract>(value, most),
                                                  0.0F);
  }
  const float sum = sum_of_row(row);
  for (float& value : row) value = operate<VectorOperation::divide>(value, sum);
}

void normalise_row(std::vector<float>& row, float epsilon) {
  const auto count = static_cast<float>(row.size());
  const float mean = operate<VectorOperation::divide>(sum_of_row(row), count);
  std::vector<float> squares;
  for (float& value : row) {
    value = operate<VectorOperation::subtract>(value, mean);
    squares.push_back(operate<VectorOperation::multiply>(value, value));
  }
  const float variance = operate<VectorOperation::divide>(sum_of_row(squares), count);
  const float scale =
      operate<VectorOperation::reciprocal_square_root>(plus(variance, epsilon), 0.0F);
  for (float& value : row) value = operate<VectorOperation::multiply>(value, scale);
}

}  // namespace weft::program::tsp
