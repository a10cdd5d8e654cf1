// SPDX-License-Identifier: Apache-2.0
// What the vertices of poplin, popnn and popops compute, in their order of additions.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "graph/operator.hpp"
#include "lower/ipu/numbers.hpp"
#include "program/ipu_product.hpp"
#include "topology/topology.hpp"

namespace weft::lower::ipu {

/// What the order of additions depends on.
struct Machine {
  program::ipu::ProductMachine single, half;
  std::size_t tiles = 0, workers = 0;
  const program::ipu::ProductMachine& of(Kind kind) const {
    return kind == Kind::half ? half : single;
  }
};
Machine machine_of(const topology::Topology& topology);

/// poplin::matMulGrouped of [groups][m][k] and [groups][k][n], with its default options.
Numbers product(const Machine& machine, const Numbers& a, const Numbers& b);

/// poplin::convolution of [batch][channels][field...] of one or two dimensions.
Numbers convolution(const Machine& machine, const Numbers& x, const Numbers& weights,
                    const graph::Convolution& what, const graph::Shape& result);

/// popnn::pooling::pool, or where `fixed_count` is not 0 its sums divided by that number.
Numbers pooling(const Numbers& x, const graph::Pool& what, std::int64_t fixed_count,
                const graph::Shape& result);

/// How a sum over a row [rows][length] goes where every row lies whole on a tile, as
/// `rows_on_tiles` of the program places them.
class RowSums {
 public:
  RowSums(const Machine& machine, std::int64_t rows, std::int64_t length);
  /// In float; `squares`: of the squares.
  float sum(const float* row, std::int64_t row_number, bool squares = false) const;
  float product(const float* row, std::int64_t row_number) const;
  static std::int64_t rows_of_tile(const Machine& machine, std::int64_t rows);

 private:
  template <class Term, class Join>
  float joined(std::int64_t row_number, const Term& term, const Join& join) const;

  std::size_t rows_, length_, each_, workers_;
};

/// popops::reduce of [rows][length] over the rows' elements.
Numbers reduced(const Machine& machine, graph::ReduceKind kind, const Numbers& rows);
/// popnn::softmax, or popnn::logSoftmax, of [rows][length].
Numbers softmax(const Machine& machine, const Numbers& rows, bool logarithm);
/// popnn's layer normalisation of [rows][length], or that by the root mean square; scale and shift
/// [length].
Numbers normalised(const Machine& machine, const Numbers& rows, const graph::Normalise& what,
                   const std::optional<Numbers>& scale, const std::optional<Numbers>& shift);
/// Of [rows][length] sums up to each element: in steps, each of which adds to every element the one
/// that lies 1, 2, 4 ... before it.
Numbers cumulative_sums(Numbers rows, const graph::CumulativeSum& what);

/// A recurrence's inputs, as graph::Recurrent has them; nullptr: absent.
using RecurrentOperands = std::array<const Numbers*, 7>;
/// The program's lstm or gru: all states, the last hidden state, the last cell state (lstm).
std::vector<Numbers> recurrent(const Machine& machine, const graph::Recurrent& what,
                               const RecurrentOperands& in);

/// popops::cast.
Numbers converted(const Numbers& from, Kind to);

}  // namespace weft::lower::ipu
