// SPDX-License-Identifier: Apache-2.0
// The output-stationary body of a context: what firings add to it, and the rows that come out.
#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

/// Rows are those that stood there before the run: a run ends where sums come out.
void Run::read_row(std::uint32_t n, std::uint32_t first, std::uint32_t end) {
  const form::Node& node = c_.nodes[n];
  const numerics::OutputStationaryBody& body = s_.bodies.front();
  std::uint32_t* out = values(n, first);
  for (std::uint32_t i = first; i < end; ++i) {
    const std::uint32_t row = value(node.operands[1], i);
    for (std::uint32_t lane = 0; lane < width(n); ++lane) {
      *out++ = body.word(row, 2 * lane + node.at);
    }
  }
}

void Run::keep_body(std::uint32_t n) {
  const form::Node& node = c_.nodes[n];
  numerics::OutputStationaryBody& body = s_.bodies.front();
  Lanes left;
  Lanes right;
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (is_first(node.level, i)) body.clear();
    if (node.operands[2] == form::none || value(node.operands[2], i) != 0) {
      for (std::uint32_t lane = 0; lane < form::lanes_most; ++lane) {
        left[lane] = value(node.operands[0], i, lane);
        right[lane] = value(node.operands[1], i, lane);
      }
      body.step(left.data(), right.data(), q_.masks[i]);
    }
    if (is_at(plan_.node_levels[n], i)) body.finish();
  }
}

}  // namespace weft::machine::rdu
