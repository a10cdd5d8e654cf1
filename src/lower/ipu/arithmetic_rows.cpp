// SPDX-License-Identifier: Apache-2.0
// Sums over rows, and what is made of them: each row whole on a tile, shared by its workers.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "lower/ipu/arithmetic.hpp"
#include "numerics/elementary.hpp"

namespace weft::lower::ipu {

using program::ipu::Part;
using program::ipu::part_of;

namespace {

std::size_t index(std::int64_t number) { return static_cast<std::size_t>(number); }

float times(Kind kind, float a, float b) { return rounded(kind, a * b); }

}  // namespace

std::int64_t RowSums::rows_of_tile(const Machine& machine, std::int64_t rows) {
  const auto tiles = static_cast<std::int64_t>(machine.tiles);
  return (rows + tiles - 1) / tiles;
}

RowSums::RowSums(const Machine& machine, std::int64_t rows, std::int64_t length)
    : rows_(index(rows)),
      length_(index(length)),
      each_(index(rows_of_tile(machine, rows))),
      workers_(machine.workers) {}

template <class Term, class Join>
float RowSums::joined(std::int64_t row_number, const Term& term, const Join& join) const {
  const std::size_t first = index(row_number) / each_ * each_;
  const std::size_t here = std::min(each_, rows_ - first);
  const std::size_t shares = program::ipu::shares_of_sum(here, length_, workers_);
  float total = 0.0F;
  for (std::size_t share = 0; share < shares; ++share) {
    const Part own = part_of(length_, shares, share);
    float of_share = 0.0F;
    for (std::size_t i = own.begin; i < own.end; ++i) {
      of_share = i == own.begin ? term(i) : join(of_share, term(i));
    }
    total = share == 0 ? of_share : join(total, of_share);
  }
  return total;
}

float RowSums::sum(const float* row, std::int64_t row_number, bool squares) const {
  return joined(
      row_number, [&](std::size_t i) { return squares ? row[i] * row[i] : row[i]; },
      [](float a, float b) { return a + b; });
}

float RowSums::product(const float* row, std::int64_t row_number) const {
  return joined(
      row_number, [&](std::size_t i) { return row[i]; }, [](float a, float b) { return a * b; });
}

Numbers reduced(const Machine& machine, graph::ReduceKind kind, const Numbers& rows) {
  const std::int64_t count = rows.shape[0];
  const std::int64_t length = rows.shape[1];
  const RowSums sums(machine, count, length);
  Numbers out = zeros(rows.kind, {count});
  for (std::int64_t r = 0; r < count; ++r) {
    if (!rows.floating()) {
      const std::int32_t* row = rows.whole.data() + r * length;
      const bool multiplies = kind == graph::ReduceKind::product;
      std::uint32_t total = multiplies ? 1 : 0;
      for (std::int64_t i = 0; i < length; ++i) {
        const auto one = static_cast<std::uint32_t>(row[i]);
        total = multiplies ? total * one : total + one;
      }
      std::int32_t value = static_cast<std::int32_t>(total);
      if (kind == graph::ReduceKind::maximum) value = *std::max_element(row, row + length);
      if (kind == graph::ReduceKind::minimum) value = *std::min_element(row, row + length);
      out.whole[index(r)] = value;
      continue;
    }
    const float* row = rows.floats.data() + r * length;
    float value = row[0];
    if (kind == graph::ReduceKind::sum) value = sums.sum(row, r);
    if (kind == graph::ReduceKind::product) value = sums.product(row, r);
    if (kind == graph::ReduceKind::mean) value = sums.sum(row, r) / static_cast<float>(length);
    for (std::int64_t i = 1; i < length; ++i) {
      if (kind == graph::ReduceKind::maximum) value = larger_of(value, row[i]);
      if (kind == graph::ReduceKind::minimum) value = -larger_of(-value, -row[i]);
    }
    out.floats[index(r)] = rounded(rows.kind, value);
  }
  return out;
}

Numbers softmax(const Machine& machine, const Numbers& rows, bool logarithm) {
  const std::int64_t length = rows.shape[1];
  const RowSums sums(machine, rows.shape[0], length);
  Numbers out = rows;
  std::vector<float> powers(index(length));
  for (std::int64_t r = 0; r < rows.shape[0]; ++r) {
    float* row = out.floats.data() + r * length;
    float largest = row[0];
    for (std::int64_t i = 1; i < length; ++i) largest = larger_of(largest, row[i]);
    for (std::int64_t i = 0; i < length; ++i) {
      row[i] = rounded(rows.kind, row[i] - largest);
      powers[index(i)] = rounded(rows.kind, numerics::elementary::exp(static_cast<double>(row[i])));
    }
    const float sum = sums.sum(powers.data(), r);
    if (logarithm) {
      const float shift = rounded(
          rows.kind, static_cast<float>(numerics::elementary::log(static_cast<double>(sum))));
      for (std::int64_t i = 0; i < length; ++i) row[i] = rounded(rows.kind, row[i] - shift);
      continue;
    }
    const float factor = rounded(rows.kind, 1.0F / sum);
    for (std::int64_t i = 0; i < length; ++i) row[i] = times(rows.kind, powers[index(i)], factor);
  }
  return out;
}

Numbers normalised(const Machine& machine, const Numbers& rows, const graph::Normalise& what,
                   const std::optional<Numbers>& scale, const std::optional<Numbers>& shift) {
  const std::int64_t length = rows.shape[1];
  const RowSums sums(machine, rows.shape[0], length);
  const auto share = static_cast<float>(1.0 / static_cast<double>(length));
  const auto epsilon = static_cast<float>(what.epsilon);
  Numbers out = rows;
  std::vector<float> centred(index(length));
  for (std::int64_t r = 0; r < rows.shape[0]; ++r) {
    float* row = out.floats.data() + r * length;
    const float mean = what.centered ? sums.sum(row, r) * share : 0.0F;
    for (std::int64_t i = 0; i < length; ++i) centred[index(i)] = row[i] - mean;
    const float variance = sums.sum(centred.data(), r, true) * share;
    const auto inverse =
        rounded(rows.kind, static_cast<float>(1.0 / std::sqrt(static_cast<double>(variance) +
                                                              static_cast<double>(epsilon))));
    const float typed_mean = rounded(rows.kind, mean);
    for (std::int64_t i = 0; i < length; ++i) {
      float value = row[i];
      if (what.centered) value = rounded(rows.kind, value - typed_mean);
      value = times(rows.kind, value, inverse);
      if (scale) value = times(rows.kind, value, scale->floats[index(i)]);
      if (shift) value = rounded(rows.kind, value + shift->floats[index(i)]);
      row[i] = value;
    }
  }
  return out;
}

Numbers cumulative_sums(Numbers rows, const graph::CumulativeSum& what) {
  const std::int64_t length = rows.shape[1];
  for (std::int64_t r = 0; r < rows.shape[0]; ++r) {
    // Where element i of the line, as it is summed, lies.
    const auto at = [&](std::int64_t i) {
      return index(r * length + (what.reverse ? length - 1 - i : i));
    };
    for (std::int64_t reach = 1; reach < length; reach *= 2) {
      for (std::int64_t i = length - 1; i >= reach; --i) {
        if (rows.floating()) {
          float& sum = rows.floats[at(i)];
          sum = rounded(rows.kind, sum + rows.floats[at(i - reach)]);
        } else {
          std::int32_t& sum = rows.whole[at(i)];
          sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                          static_cast<std::uint32_t>(rows.whole[at(i - reach)]));
        }
      }
    }
    for (std::int64_t i = length - 1; what.exclusive && i >= 0; --i) {
      if (rows.floating()) {
        rows.floats[at(i)] = i == 0 ? 0.0F : rows.floats[at(i - 1)];
      } else {
        rows.whole[at(i)] = i == 0 ? 0 : rows.whole[at(i - 1)];
      }
    }
  }
  return rows;
}

Numbers converted(const Numbers& from, Kind to) {
  Numbers out = zeros(to, from.shape);
  for (std::size_t i = 0; i < index(out.count()); ++i) {
    if (from.floating() && out.floating()) {
      out.floats[i] = rounded(to, from.floats[i]);
    } else if (out.floating()) {
      out.floats[i] = rounded(to, static_cast<float>(from.whole[i]));
    } else if (from.floating()) {
      const float value = from.floats[i];
      const bool fits = value > -2147483904.0F && value < 2147483648.0F;
      if (to == Kind::whole && !fits) {
        fail(Category::input, "a float beyond 32 bits is made a whole number");
      }
      out.whole[i] = to == Kind::boolean ? (value != 0.0F ? 1 : 0) : static_cast<int>(value);
    } else {
      out.whole[i] = to == Kind::boolean ? (from.whole[i] != 0 ? 1 : 0) : from.whole[i];
    }
  }
  return out;
}

}  // namespace weft::lower::ipu
