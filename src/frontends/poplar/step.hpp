// SPDX-License-Identifier: Apache-2.0
// The control program of a Poplar engine, as a tree.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "frontends/poplar/graph.hpp"

namespace weft::frontends::poplar {

enum class StepKind : std::uint8_t {
  sequence,           ///< children in order
  execute,            ///< compute set `id`
  copy,               ///< views[0] to views[1], same number of elements and type
  fill,               ///< views[0] gets `value` (one element), by the tiles that hold it
  stream_to_view,     ///< host stream `name` to views[0]
  view_to_stream,     ///< views[0] to host stream `name`
  remote_to_view,     ///< remote buffer `name` to views[0]; views[1] (optional): row offsets
  view_to_remote,     ///< the reverse
  print,              ///< views[0], titled `name`
  host_function,      ///< `name`; the first `count` views are its arguments, the others its results
  repeat,             ///< children[0], `count` times
  repeat_while_true,  ///< children[0] computes views[0]; while it is not 0, children[1], again
  repeat_while_false,
  if_,          ///< views[0] not 0: children[0], else children[1]
  switch_,      ///< views[0] equal to cases[i].first: children[i]; else the last child
  call,         ///< function `id` of Steps::functions
  sync,         ///< count: 0 internal, 1 external or global
  cycle_count,  ///< children[0]; its cycles on tile `id` to views[0] (2 unsigned int there)
  cycle_stamp,  ///< the clock of tile `id` to views[0] (2 unsigned int)
  stochastic,   ///< stochastic rounding `count` (0 off, 1 on) from here on
  abort,        ///< fails with `name`; views[0] (optional): only when it is not 0
  block,        ///< children[0], whose cycles are told under `name`
};

struct Step {
  StepKind kind = StepKind::sequence;
  std::string name;
  std::vector<std::shared_ptr<const Step>> children;
  std::vector<View> views;
  std::vector<std::pair<std::int64_t, std::uint32_t>> cases;  ///< value, child
  std::uint64_t count = 0;
  std::uint32_t id = 0;
  Bytes value;
};
using StepPointer = std::shared_ptr<const Step>;

/// What an engine holds: its programs (run by index) and the functions they call.
struct Steps {
  std::vector<StepPointer> programs;
  std::vector<StepPointer> functions;
};

}  // namespace weft::frontends::poplar
