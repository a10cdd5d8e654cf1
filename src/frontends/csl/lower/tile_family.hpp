// SPDX-License-Identifier: Apache-2.0
// Tiles that run one file with parameters of one shape. Each compiled variant rests on decisions;
// a tile finds its variant by making the same decisions with its own parameters.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "frontends/csl/lower/tile_unit.hpp"

namespace weft::csl {

/// One compiled program and what it needs from each tile.
struct Variant {
  std::uint32_t code = 0;                  ///< index into Program::codes
  std::vector<const Symbolic*> constants;  ///< the tile constants
  std::vector<wse::ColorRoute> routes;     ///< @set_local_color_config
  std::vector<Location> route_places;
  std::uint32_t configured_colors = 0;  ///< TileUnit::configured_colors
};

/// Parameters without the numbers in them, and the numbers.
class ParameterSplit {
 public:
  explicit ParameterSplit(Context& context) : context_(context) {}
  /// Reads `parameters`; afterwards key() and leaves() are theirs.
  void split(const Value& parameters);
  const std::vector<std::uint64_t>& key() const { return key_; }
  const std::vector<Scalar>& leaves() const { return leaves_; }
  /// The parameters with each number marked as the leaf it is.
  Value mark(const Value& parameters);

 private:
  void visit(const Value& value);
  Value mark_value(const Value& value);

  Context& context_;
  std::vector<std::uint64_t> key_;
  std::vector<Scalar> leaves_;
  std::uint32_t next_leaf_ = 0;
};

class TileFamily {
 public:
  using Compile = std::function<std::uint32_t(std::vector<Decision>& decisions)>;

  TileFamily() : nodes_(1) {}
  /// The variant of a tile; `compile` makes a new one (returning its number and what it decided).
  std::uint32_t find(const Sources& sources, const TileValues& tile, const Compile& compile);

 private:
  struct Step {
    const Symbolic* symbolic = nullptr;
    std::unordered_map<std::int64_t, std::uint32_t> next;
    std::int64_t variant = -1;
  };
  void add(const std::vector<Decision>& decisions, std::uint32_t variant);
  std::vector<Step> nodes_;
};

}  // namespace weft::csl
