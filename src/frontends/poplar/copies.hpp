// SPDX-License-Identifier: Apache-2.0
// Copies between tensors and fills of tensors, as moves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "frontends/poplar/lower_context.hpp"

namespace weft::frontends::poplar {

/// "'x' of shape [2, 3]", for messages.
std::string text_of(const GraphModel& graph, const View& view);

/// views[0] to views[1] of the step. Elements that are copied to themselves stay. Complaint::alias
/// when an element is written twice, or written and copied elsewhere; Complaint::type when types or
/// numbers of elements differ.
Moves moves_of_copy(const LowerContext& context, const Step& step);

/// Fills copy from small blocks that hold nothing but the value; every tile that needs one has one.
class Fills {
 public:
  /// Reserves the blocks of all fills that there are.
  Fills(LowerContext& context, const std::vector<const Step*>& fills);
  Moves moves_of(const Step& fill) const;

 private:
  /// Of one value.
  struct Blocks {
    std::vector<std::uint32_t> bytes;    ///< [tile], 0: none
    std::vector<std::uint32_t> address;  ///< [tile]
  };
  void measure(const Step& fill);
  void reserve(const Bytes& value, Blocks& blocks);
  std::vector<Segment> segments_of(const Step& fill) const;

  LowerContext& context_;
  /// By value. Written out, because g++ 12 warns of its own <=> of vectors of bytes at -O3.
  struct ByContent {
    bool operator()(const Bytes& a, const Bytes& b) const {
      return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    }
  };
  std::map<Bytes, Blocks, ByContent> blocks_;
};

}  // namespace weft::frontends::poplar
