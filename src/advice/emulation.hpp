// SPDX-License-Identifier: Apache-2.0
// What a target's emulator takes for a model: for one layer of each kind, and for all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace weft::advice {

/// What a run takes, without the host's copies; or why there is none.
struct RunCost {
  std::string refused;  ///< then nothing below is known
  std::uint64_t cycles = 0;
  double seconds = 0;
  /// Cycles if each time that no source gives (assumed or fitted constants) were twice as long;
  /// nothing: not asked, or `why_not`.
  std::optional<std::uint64_t> slower_cycles;
  std::uint64_t asked_cycles = 0;  ///< of a sum: those of layers that `slower_cycles` are of
  std::string why_not;

  bool is_known() const { return refused.empty(); }
};

/// Layers that are alike (graph::LayerKind), of which one ran alone.
struct EmulatedLayer {
  std::string what;
  std::vector<std::vector<graph::Origin>> nodes;  ///< where each of them comes from
  double multiplications = 0;                     ///< of one
  RunCost cost;                                   ///< of one
};

struct EmulatedWhole {
  RunCost cost;
  std::string chip;  ///< "IPU"
  std::string unit;  ///< what `tiles_used` counts, "tiles"
  std::uint64_t chips = 0, tiles_used = 0;
};

struct Emulation {
  std::string precision;              ///< that programs computed in; "" where none ran
  std::string refused;                ///< why no layer was even tried
  std::vector<EmulatedLayer> layers;  ///< the most cycles in all first, what is not known last
  std::optional<EmulatedWhole> whole;
};

/// All layers, each kind as often as the model has it.
struct LayerSum {
  /// Of those that are known; `slower_cycles` of those of which it was asked, unless one has none.
  RunCost cost;
  std::int64_t layers = 0, not_known = 0;  ///< not known: of the layers
  double multiplications = 0, multiplications_not_known = 0;

  bool is_whole() const { return layers > 0 && not_known == 0; }
};
LayerSum sum_of(const Emulation& emulation);
/// Puts `layers` in their order.
void sort_layers(Emulation& emulation);

/// How much longer a run would be, or of a sum the layers of which it was asked; nothing where
/// that is not known.
std::optional<double> share_on_choices(const RunCost& cost);
/// Which share of a sum's cycles these layers take; 1 where all were asked.
double asked_share(const RunCost& cost);

/// What the sum of layers that ran alone is not, and what a second run of some tells where there
/// was one.
std::string estimate_note(const Emulation& emulation);
inline constexpr const char* sum_name = "layers alone, summed";
inline constexpr const char* whole_name = "the whole model";

}  // namespace weft::advice
