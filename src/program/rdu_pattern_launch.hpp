// SPDX-License-Identifier: Apache-2.0
// Who loads sections, tells them their arguments and starts them, one behind the other.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "program/rdu_make.hpp"
#include "program/rdu_pattern.hpp"

namespace weft::program::rdu {

class SectionLauncher {
 public:
  /// `timing` has sections; all three live as long as this.
  SectionLauncher(GraphMaker& graph, const Timing& timing, const PatternOptions& options)
      : g_(graph), timing_(timing), options_(options) {}

  void make_unit() { launch_ = g_.unit("launch", Unit::Kind::address, 0); }
  /// Program load: the programs of so many units from `dram`. Argument load: what the address units
  /// are told. Then these start, a token along each of `starts`, and the section ends when all that
  /// it stores is stored: a token along each of `dones`. It begins behind the section launched
  /// before.
  void launch(std::uint32_t dram, std::uint32_t units, const std::vector<std::uint32_t>& starts,
              const std::vector<std::uint32_t>& dones);
  /// The channel along which the last section says that it is done.
  std::uint32_t finished() const { return finished_; }
  /// Programs of sections lie one behind the other in `dram`, behind what is there.
  void place_programs(std::uint32_t dram);

 private:
  /// Gives the channel along which it says that it is done.
  std::uint32_t load_program(const std::string& name, std::uint32_t dram, std::uint32_t bytes);

  GraphMaker& g_;
  const Timing& timing_;
  const PatternOptions& options_;
  std::uint32_t launch_ = none;
  std::uint32_t finished_ = none;
  std::vector<std::uint32_t> programs_;                             ///< bytes of each section's
  std::vector<std::pair<std::uint32_t, std::uint32_t>> addresses_;  ///< of each: context, node
};

}  // namespace weft::program::rdu
