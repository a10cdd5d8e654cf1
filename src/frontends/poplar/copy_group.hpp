// SPDX-License-Identifier: Apache-2.0
// Copies and fills that follow each other in a program and can be done at once.
#pragma once

#include <string>

#include "frontends/poplar/byte_set.hpp"
#include "frontends/poplar/move_sets.hpp"

namespace weft::frontends::poplar {

/// Moves of several copies, none of which reads or writes a byte that another writes. They become
/// one exchange: one sync, and every tile sends what it has to send in any of them.
class CopyGroup {
 public:
  bool empty() const { return !holds_latest_; }
  /// Whether the copies of the group can be done before, after or together with `moves`.
  bool independent_of(const Moves& moves);
  /// Adds a copy that the group is independent of.
  void add(const std::string& name, Moves moves);
  /// Writes the group's exchange and rearrangements, and empties the group.
  MoveNumbers take(MoveSets& sets);

 private:
  /// Most groups hold one copy, which nobody compares with anything: what it reads and writes is
  /// noted when the next one comes.
  void note_latest();

  Moves merged_;
  Moves latest_;
  bool holds_latest_ = false;
  std::string name_;
  ByteSet read_;
  ByteSet written_;
};

}  // namespace weft::frontends::poplar
