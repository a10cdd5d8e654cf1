// SPDX-License-Identifier: Apache-2.0
// Rows of stream "layers" where a program's layers run at the same time: of each tile, or other
// part of the machine, that works for a layer, when and how long. Whoever reads them takes the
// first begin, the last end and the busiest of a layer's.
#pragma once

#include <string>

#include "base/recorder.hpp"

namespace weft::machine {

/// What a part of the machine did for a layer, in cycles.
struct LayerPart {
  Cycle begin = never;
  Cycle end = 0;  ///< first cycle behind the last
  Cycle busy = 0;
  bool worked() const { return begin < end; }
};

/// `description` ends a table of layers: "busy: cycles in which ...".
inline StreamInfo told_of_layers(std::string description) {
  return {"layers",
          std::move(description),
          "name",
          "begin, end: first cycle, first behind the last; busy: cycles",
          {"begin", "end", "busy"},
          TraceLevel::phases};
}

/// Rows of one part that worked, at the end of the run in `cycle`. `number`: the part's among those
/// of its tile.
inline void append_layer(Recorder& recorder, std::uint32_t stream, Cycle cycle, TileId tile,
                         std::uint32_t number, std::uint32_t layer, const LayerPart& part) {
  std::uint32_t kind = 0;
  for (const std::uint64_t value : {part.begin, part.end, part.busy}) {
    recorder.append(stream, {cycle, tile, number * 3 + kind, kind, layer, 0, 0, value});
    ++kind;
  }
}

}  // namespace weft::machine
