// SPDX-License-Identifier: Apache-2.0
// The closed forms, one by one.
#include "cli/validation/row_forms.hpp"

#include <algorithm>
#include <cmath>

namespace weft::cli::validation {
namespace {

constexpr double ramp = 2;
constexpr double step = 2 * ramp + 1;

double one_way(std::uint32_t tiles, std::uint32_t words) { return words + tiles + 2 * ramp; }

double star_cycles(std::uint32_t tiles, std::uint32_t words) {
  const double p = tiles;
  const double b = words;
  return std::max(b * (p - 1), b * p / 2 + p - 1) + step;
}

double chain_cycles(std::uint32_t tiles, std::uint32_t words) {
  return words + (step + 1) * (tiles - 1.0);
}

double tree_cycles(std::uint32_t tiles, std::uint32_t words) {
  const double p = tiles;
  const double b = words;
  const double depth = std::log2(p);
  return std::max(b * depth, b * p * depth / (2 * (p - 1)) + p - 1) + step * depth;
}

double two_phase_cycles(std::uint32_t tiles, std::uint32_t words) {
  const double group = two_phase_group(tiles);
  const double leaders = std::ceil(tiles / group);
  return 2.0 * words + tiles - 1 + step * (group - 1 + leaders - 1);
}

RowProgram two_phase_program(std::uint32_t tiles, std::uint32_t words) {
  return two_phase(tiles, words, two_phase_group(tiles), Stamp::loaded);
}

bool always(std::uint32_t, std::uint32_t) { return true; }

/// Words a receiver takes against words a link carries.
bool receiver_decides(double received, double on_links, double distance) {
  return received >= on_links + distance || on_links <= 40;
}
bool star_applies(std::uint32_t tiles, std::uint32_t words) {
  const double b = words;
  return receiver_decides(b * (tiles - 1.0), b * tiles / 2.0, tiles - 1.0);
}
bool tree_applies(std::uint32_t tiles, std::uint32_t words) {
  const double p = tiles;
  const double depth = std::log2(p);
  // A tile has eight input queues, one a round.
  return tiles <= 256 && receiver_decides(words * depth, words * p * depth / (2 * (p - 1)), p - 1);
}

}  // namespace

std::uint32_t two_phase_group(std::uint32_t tiles) {
  std::uint32_t group = 1;
  while (group * group < tiles) group *= 2;
  return group;
}

const std::vector<Form>& row_forms() {
  static const std::vector<Form> forms = {
      {"message", one_way, message, always},
      {"broadcast", one_way, broadcast, always},
      {"star", star_cycles, star, star_applies},
      {"chain", chain_cycles, chain, always},
      {"tree", tree_cycles, tree, tree_applies},
      {"two-phase", two_phase_cycles, two_phase_program, always},
  };
  return forms;
}

}  // namespace weft::cli::validation
