// SPDX-License-Identifier: Apache-2.0
// Which strips a model has, where they stand, and on which lanes their values travel.
#pragma once

#include <string>
#include <vector>

#include "lower/lowered.hpp"
#include "lower/wse/machine.hpp"
#include "lower/wse/window.hpp"

namespace weft::lower::wse {

/// A layer's values on their way.
struct Lane {
  graph::ValueId value{};
  std::size_t from = 0;         ///< strip
  std::vector<std::size_t> to;  ///< strips
  unsigned color = 0;
};

/// An array that the host copies to PEs of a strip, [row][column][elements].
struct Part {
  std::string symbol;             ///< of the PEs' program
  std::int64_t first_column = 0;  ///< of the strip's that have it; the others are all behind
  Array array;                    ///< of the strip's upper rows

  std::int64_t rows() const { return array.data.type().shape[0]; }
};

struct Strip {
  std::string function;            ///< of the layout that makes it: "window"
  std::vector<std::string> files;  ///< templates that its PEs run
  std::string sizes;               ///< its parameters, as text: ".kind = 0, .height = 8"
  std::string comment;             ///< what it is for; "" of one that gives a node's value
  std::string layer;               ///< by the value that it gives
  std::int64_t x = 0, columns = 1, rows = 1;
  std::vector<std::size_t> in;  ///< lanes
  std::size_t out = 0;          ///< lane
  std::vector<Part> parts;
  bool to_host = false;               ///< its value is an output of the model
  const graph::Node* node = nullptr;  ///< whose value it gives; nullptr of what only moves values
  graph::ValueId value{};             ///< that value
  graph::TensorType type;             ///< as it leaves
  bool channels_last = false;         ///< how an image leaves
  std::int64_t input = -1;            ///< of the model, that it takes from the host
};

struct Plan {
  std::vector<Strip> strips;
  std::vector<Lane> lanes;
  std::int64_t width = 0, height = 0;
};

/// Category::unsupported as `lower` says, with `lacks` before what is found here, but for plans
/// that are too wide or too high.
Plan plan_of(const graph::Graph& graph, const Machine& machine, const Lacks& lacks = {});

}  // namespace weft::lower::wse
