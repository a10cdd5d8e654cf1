// SPDX-License-Identifier: Apache-2.0
// What `weft bench` measures: groups of rows, each beside a baseline of the same run where there is
// one.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace weft::comm {
class Communicator;
}

namespace weft::cli::bench {

/// One line of `weft bench`.
struct Row {
  std::string name;     ///< "fabric halo 256x256"
  double value = 0;     ///< in `unit`
  std::string unit;     ///< "M wavelet-hops/s"
  std::string against;  ///< what `ratio` compares with, in words; empty: nothing
  double ratio = 0;     ///< ours over the baseline's, measured in this run; 0: no baseline
};

struct Context {
  const comm::Communicator& world;
  bool quick = false;               ///< small sizes, for tests: seconds
  std::vector<std::string> graphs;  ///< files: unit graphs, measured besides
  std::vector<std::string> models;  ///< files: ONNX models, measured besides
};

struct Group {
  std::string name;     ///< "fabric": what the user types
  std::string summary;  ///< one line for --list
  /// Called on every rank; rows of rank 0 are shown.
  std::function<std::vector<Row>(Context&)> run;
};

/// All groups, in the order in which they run.
const std::vector<Group>& groups();

// One function a group; groups.cpp lists them.
std::vector<Row> fabric(Context& context);
std::vector<Row> tiles(Context& context);
std::vector<Row> ipu(Context& context);
std::vector<Row> ipu_blur(Context& context);  ///< of the group ipu
std::vector<Row> ipu_models(Context& context);
std::vector<Row> onnx_models(Context& context);
std::vector<Row> rdu(Context& context);
std::vector<Row> tsp_numerics(Context& context);
std::vector<Row> tsp_check(Context& context);
std::vector<Row> tsp_resnet(Context& context);  ///< of the group tsp-check

/// What `body` gives, which builds and runs Poplar engines on rank 0 while the others serve; on
/// every rank. A failure is thrown on every rank.
double poplar_figure(const comm::Communicator& world, const std::function<double()>& body);
/// The same with rank 0 for the only rank of the engines; the others sleep, and get 0.
double poplar_figure_alone(const comm::Communicator& world, const std::function<double()>& body);
/// Calls `body` on rank 0, with a communicator of its own; the others sleep. A failure is thrown on
/// every rank.
void on_root_alone(const comm::Communicator& world,
                   const std::function<void(const comm::Communicator&)>& body);

/// Processor seconds of this process so far: a busy machine disturbs them less than a clock.
double cpu_seconds();

}  // namespace weft::cli::bench
