// SPDX-License-Identifier: Apache-2.0
// Groups copies by the bytes that they touch.
#include "frontends/poplar/copy_group.hpp"

#include <utility>

namespace weft::frontends::poplar {

using program::ipu::Move;

bool CopyGroup::independent_of(const Moves& moves) {
  if (empty()) return true;
  note_latest();
  bool independent = true;
  for_each_move(moves, [&](const Move& move) {
    const std::uint32_t read_end = move.from_address + move.bytes;
    const std::uint32_t write_end = move.to_address + move.bytes;
    independent = independent && !written_.overlaps(move.from_tile, move.from_address, read_end) &&
                  !written_.overlaps(move.to_tile, move.to_address, write_end) &&
                  !read_.overlaps(move.to_tile, move.to_address, write_end);
  });
  return independent;
}

void CopyGroup::add(const std::string& name, Moves moves) {
  if (empty()) {
    name_ = name;
  } else if (name != name_ && !name_.ends_with(" ...")) {
    name_ += " ...";
  }
  note_latest();
  latest_ = std::move(moves);
  holds_latest_ = true;
}

void CopyGroup::note_latest() {
  for_each_move(latest_, [&](const Move& move) {
    read_.add(move.from_tile, move.from_address, move.from_address + move.bytes);
    written_.add(move.to_tile, move.to_address, move.to_address + move.bytes);
  });
  merged_.append(std::move(latest_));
  latest_ = {};
}

MoveNumbers CopyGroup::take(MoveSets& sets) {
  merged_.append(std::move(latest_));
  const MoveNumbers numbers = sets.take(name_, merged_);
  *this = {};
  return numbers;
}

}  // namespace weft::frontends::poplar
