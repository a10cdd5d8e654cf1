// SPDX-License-Identifier: Apache-2.0
// Runs a Poplar program of ours inside `weft validate`, on all ranks.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/validation/cases.hpp"
#include "engine/profile.hpp"

namespace weft::cli::validation {

/// What a program's last engine has cost; there once that engine is gone.
class Costs {
 public:
  void set(engine::Profile profile) { profile_ = std::move(profile); }
  /// What all engines so far have looked up in their machines' topologies.
  std::vector<Ground> grounds;
  /// Cycles of the slowest tile in compute set `name`, a run of it.
  double compute_cycles(const std::string& name) const;
  /// Cycles of all stages of a kind: "exchange", "sync", "host" ...
  double cycles_of_kind(const std::string& kind) const;
  /// A counter's mean over tiles.
  double tile_mean(const std::string& counter) const;
  const engine::Profile& profile() const { return profile_; }

 private:
  engine::Profile profile_;
};

/// `body` builds and runs Poplar engines on rank 0 and gives figures; the other ranks serve. Every
/// rank gets the figures; a failure is thrown on every rank. What the engines looked up joins what
/// the next rows rest on.
std::vector<double> run_poplar(Context& context,
                               const std::function<std::vector<double>(Costs&)>& body);

}  // namespace weft::cli::validation
