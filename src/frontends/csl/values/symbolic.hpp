// SPDX-License-Identifier: Apache-2.0
// Where a known number came from, when that is a tile's parameters or coordinates: so that tiles
// with other parameters can share code, and compute only the number again.
#pragma once

#include <deque>
#include <map>
#include <span>
#include <tuple>

#include "frontends/csl/parse/source.hpp"
#include "frontends/csl/values/fold.hpp"

namespace weft::csl {

struct Symbolic {
  enum class Kind : std::uint8_t { leaf, tile_x, tile_y, constant, binary, unary, convert, bits };
  Kind kind = Kind::leaf;
  TokenKind op = TokenKind::end;
  bool checked = false;        ///< binary, unary, convert: what does not fit is an error
  std::uint32_t leaf = 0;      ///< number of the parameter
  std::uint32_t size = 1;      ///< nodes an evaluation visits
  const Type* type = nullptr;  ///< of the operands
  const Type* to = nullptr;    ///< convert, bits: of the result
  const Symbolic* a = nullptr;
  const Symbolic* b = nullptr;
  Scalar constant;
  Location where;
};

/// Larger expressions are decided instead of kept, so that evaluating one stays cheap.
inline constexpr std::uint32_t largest_symbolic = 200;

/// One tile's values for the leaves, and how it computes.
struct TileValues {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::span<const Scalar> leaves;
  FloatRules rules;
};

/// All symbolic numbers of one compilation; equal expressions are one object.
class SymbolicTable {
 public:
  const Symbolic* leaf(std::uint32_t number, const Type* type);
  const Symbolic* tile_x(const Type* type);
  const Symbolic* tile_y(const Type* type);
  const Symbolic* constant(const Type* type, Scalar value);
  const Symbolic* binary(TokenKind op, const Type* type, const Symbolic* a, const Symbolic* b,
                         bool checked, Location where);
  const Symbolic* unary(TokenKind op, const Type* type, const Symbolic* a, bool checked,
                        Location where);
  const Symbolic* convert(const Type* from, const Type* to, const Symbolic* a, bool checked,
                          Location where);
  const Symbolic* bitcast(const Type* from, const Type* to, const Symbolic* a);

 private:
  using Key =
      std::tuple<int, int, std::uint64_t, const void*, const void*, const void*, const void*>;
  const Symbolic* unique(const Symbolic& candidate);
  std::deque<Symbolic> nodes_;
  std::map<Key, const Symbolic*> index_;
};

/// The number for one tile. @throws weft::Error naming the place when it has none.
Scalar evaluate(const Sources& sources, const Symbolic& symbolic, const TileValues& tile);

}  // namespace weft::csl
