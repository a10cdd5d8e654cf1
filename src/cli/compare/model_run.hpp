// SPDX-License-Identifier: Apache-2.0
// A model compiled for one machine, run on it, and what the run said.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/layers.hpp"
#include "cli/compare/energy.hpp"
#include "cli/compare/rounding.hpp"
#include "cli/compile/compiled_model.hpp"
#include "cli/json_output.hpp"
#include "comm/communicator.hpp"
#include "machine/limits.hpp"

namespace weft::cli::compare {

/// The model as all machines get it, on rank 0.
struct Subject {
  ModelOptions options;
  std::shared_ptr<const graph::Graph> graph;
  double products = 0;  ///< multiply-adds
  /// Its outputs in fp64 for the inputs as the user gave them, by run; none: nobody asks how far
  /// the machine's are off.
  std::vector<std::vector<graph::Numbers>> exact;
  bool checked = true;  ///< hold the run against the same arithmetic without a machine
  bool choices = true;  ///< ask what the cycles rest on, which takes a second run
};

/// Reads and evaluates the model; rank 0.
Subject read_subject(const ModelOptions& options);

/// How much of a run's cycles are times that no source gives.
struct Choices {
  std::optional<double> share;  ///< of the cycles; nothing: `why`
  std::string why;
  std::uint64_t cycles = 0;  ///< without the host's copies, each of these constants twice as slow
  std::optional<std::uint64_t> layer_cycles;  ///< of ModelRun::layer_cycles, likewise
  std::vector<std::string> keys, left_out;
  std::vector<std::string> changes;  ///< that make `keys` twice as slow: "link.latency_cycles=2"
};

/// One column of the table. Figures are the report's of its run, or follow from them.
struct ModelRun {
  std::string machine;  ///< the topology's name
  std::string refused;  ///< why there is no run; then nothing below but `family` is known
  /// How far it came without one: what the machine has no words or no room for; a defect of weft's,
  /// in compiling the model or in running it; a check of the run that did not hold.
  enum class Fault : std::uint8_t { no_room, not_compiled, not_run, wrong_values };
  Fault fault = Fault::no_room;
  int exit_code = 0;  ///< of weft, where the fault is weft's
  std::string family;
  std::string language;    ///< of the program: "C++"
  std::string precision;   ///< that was asked for, or is the machine's own: "fp16"
  std::string arithmetic;  ///< what products are computed in: as `precision`, but fp16 in an int8
                           ///< program that has no product in int8
  std::uint64_t runs = 1;  ///< of the model
  std::string chip;        ///< what a chip is: "IPU", "wafer"
  std::uint64_t chips = 0, tiles_used = 0;
  machine::Limits limits;
  std::uint64_t cycles = 0;       ///< without the host's copies
  std::uint64_t host_cycles = 0;  ///< of these copies
  double seconds = 0;             ///< of `cycles`
  /// Cycles in layers, without those in which their inputs come and their outputs go; nothing where
  /// layers run at the same time, or none is told.
  std::optional<std::uint64_t> layer_cycles;
  double layer_seconds = 0;
  double host_seconds = 0;
  topology::Origin clock_origin = topology::Origin::assumed;
  double operations = 0;       ///< of the products of all runs of the model
  std::optional<double> peak;  ///< operations a cycle of the chips used
  std::vector<machine::Traffic> traffic;
  Rounding rounding;
  Energy energy;
  Choices choices;
  analysis::Layers layers;
  std::string trace_hash;
  Json report;  ///< the run's own summary

  double utilisation() const;
};

/// "no room", "did not compile", "did not run", "gives wrong values".
std::string_view name_of(ModelRun::Fault fault);

/// Collective; the column on rank 0, an empty one elsewhere. A model that the machine's language or
/// its memory has not room for is a column that says so, and so is one whose program, as weft wrote
/// it, is wrong; everything else is thrown, the same on every rank.
ModelRun run_model(const comm::Communicator& world, const Subject& subject,
                   const std::string& target);

/// Collective: only the second run, of a model that run_model() has run without it on this machine,
/// here or elsewhere. `changes`: the Choices::changes of that run. On rank 0 `cycles` and
/// `layer_cycles`, or `why` there are none; errors are never thrown, they are `why` on every rank.
Choices run_slower(const comm::Communicator& world, const Subject& subject,
                   const std::string& target, const std::vector<std::string>& changes);

}  // namespace weft::cli::compare
