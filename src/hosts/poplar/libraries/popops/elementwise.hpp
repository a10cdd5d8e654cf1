// SPDX-License-Identifier: Apache-2.0
// popops: how elementwise operations become vertices on the tiles where their results lie.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hosts/poplar/libraries/support.hpp"
#include "poplar/Graph.hpp"
#include "poplar/Program.hpp"
#include "popops/ExprOp.hpp"

namespace weft::libraries {

/// Contiguous pieces of a flat tensor on one tile: each a list of intervals that lie one after the
/// other in memory.
struct TileRegions {
  unsigned tile = 0;
  std::vector<Intervals> regions;
};
/// The tiles that hold elements of `t`, ascending, with those elements once each.
std::vector<TileRegions> regions_by_tile(poplar::Graph& graph, const poplar::Tensor& t);

/// The order of dimensions in which `t` lies in memory in one piece, where a simple one does: an
/// elementwise operation may go in any order, and its regions are then few. Applied to `t` and,
/// with dimensions of length 1 added in front, to operands that are broadcast to its shape.
class MemoryOrder {
 public:
  explicit MemoryOrder(const poplar::Tensor& t);
  poplar::Tensor of(const poplar::Tensor& t) const;

 private:
  std::size_t rank_;
  std::vector<unsigned> order_;  ///< empty: as it is
};

/// How an operand that is broadcast repeats within a region: element i of the region is element
/// ((start + i) / inner) % unique.size() of `unique`, which are element numbers of the operand.
struct Repetition {
  std::uint32_t inner = 1;
  std::uint32_t start = 0;
  std::vector<std::uint32_t> unique;
};
/// Nothing when the numbers do not repeat in such a way.
std::optional<Repetition> find_repetition(const std::vector<std::uint32_t>& numbers);

/// An operand as the user gave it, and as broadcast to the shape of the result.
class Operand {
 public:
  Operand(const poplar::Tensor& given, const Shape& shape);
  bool scalar() const { return given_.numElements() == 1; }
  bool broadcast() const { return given_.numElements() != elements_; }
  const poplar::Tensor& given() const { return given_; }
  /// The elements for a region of the result, repeated where they are broadcast.
  poplar::Tensor for_region(const Intervals& region) const;
  /// The same, or one element where all are the same one.
  poplar::Tensor scalar_or_region(const Intervals& region) const;
  std::optional<Repetition> repetition(const Intervals& region) const;
  poplar::Tensor unique(const Repetition& repetition) const;

 private:
  std::vector<std::uint32_t> numbers(const Intervals& region) const;
  poplar::Tensor given_, flat_given_, flat_;
  Shape shape_;
  std::vector<std::size_t> strides_;  ///< of the operand, along the dimensions of the result
  std::size_t elements_;
};

/// Adds the vertices of `out = op(a)`; in place when `out` is `a`.
void add_unary(poplar::Graph& graph, poplar::ComputeSet cs, popops::expr::UnaryOpType op,
               const poplar::Tensor& a, const poplar::Tensor& out);
/// `out = op(a, b)`, broadcast; in place when `out` is `a`.
void add_binary(poplar::Graph& graph, poplar::ComputeSet cs, popops::expr::BinaryOpType op,
                const poplar::Tensor& a, const poplar::Tensor& b, const poplar::Tensor& out);
/// `out = op(a, number)`, or op(number, a) when reversed; in place when `out` is `a`.
void add_number(poplar::Graph& graph, poplar::ComputeSet cs, popops::expr::BinaryOpType op,
                const poplar::Tensor& a, double number, bool reversed, const poplar::Tensor& out);
/// `out = c ? a : b`, and a between b and c.
void add_ternary(poplar::Graph& graph, poplar::ComputeSet cs, popops::expr::TernaryOpType op,
                 const poplar::Tensor& a, const poplar::Tensor& b, const poplar::Tensor& c,
                 const poplar::Tensor& out);

/// Type of a result; poplibs_error where the operation has no meaning for the type.
poplar::Type result_type(popops::expr::UnaryOpType op, const poplar::Type& type);
poplar::Type result_type(popops::expr::BinaryOpType op, const poplar::Type& type);
const char* name_of(popops::expr::UnaryOpType op);
const char* name_of(popops::expr::BinaryOpType op);

/// Sets a state field of the element type `type`, kept as codelets keep numbers: half as float.
void set_number(poplar::Graph& graph, poplar::FieldRef field, const poplar::Type& type,
                double number);

}  // namespace weft::libraries
