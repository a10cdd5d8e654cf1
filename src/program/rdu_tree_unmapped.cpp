// SPDX-License-Identifier: Apache-2.0
// What the mapper to units does not know yet: see rdu_tree_unmapped.hpp.
#include "program/rdu_tree_unmapped.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace weft::program::rdu_tree {
namespace {

/// Nothing where the mapper knows it.
std::string unmapped_part(const Tree& tree, const Controller& made) {
  if (made.kind == ControllerKind::state_machine) return "an FSM";
  const Transfer& transfer = made.transfer;
  const bool steps = std::any_of(transfer.ranges.begin(), transfer.ranges.end(),
                                 [](const TileRange& range) { return range.step != none; });
  if (steps) return "a tile with a step";
  if (transfer.local == none) return "";
  const MemoryKind local = tree.memories[transfer.local].kind;
  const bool known = local == MemoryKind::sram || local == MemoryKind::fifo;
  return known ? "" : "a transfer of a " + std::string(to_text(local));
}

}  // namespace

void require_mapped(const Tree& tree) {
  for (const Controller& made : tree.controllers) {
    const std::string part = unmapped_part(tree, made);
    if (part.empty()) continue;
    const SourcePlace place = made.place;
    const std::string where = place.line == 0
                                  ? ""
                                  : tree.files[place.file] + ":" + std::to_string(place.line) +
                                        ":" + std::to_string(place.column) + ": ";
    fail(Category::unsupported, where + "the mapper to units does not take " + part + " yet");
  }
}

}  // namespace weft::program::rdu_tree
