// SPDX-License-Identifier: Apache-2.0
// What the mapper to units does not know yet: see rdu_tree_unmapped.hpp.
#include "program/rdu_tree_unmapped.hpp"

#include <string>

#include "base/error.hpp"

namespace weft::program::rdu_tree {
namespace {

/// Nothing where the mapper knows it.
std::string unmapped_part(const Tree& tree, const Controller& made) {
  const Transfer& transfer = made.transfer;
  if (transfer.local == none) return "";
  const MemoryKind local = tree.memories[transfer.local].kind;
  const bool known = local == MemoryKind::sram || local == MemoryKind::fifo ||
                     local == MemoryKind::lock_sram ||
                     (local == MemoryKind::line_buffer && made.kind == ControllerKind::load);
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
