// SPDX-License-Identifier: Apache-2.0
// The output-stationary body of a context: what a firing adds to it, and the rows that come out.
#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

void Firing::read_row(const form::Node& node, Lanes& out) const {
  const numerics::OutputStationaryBody& body = s_.bodies.front();
  const std::uint32_t row = values_[node.operands[1]][0];
  for (std::uint32_t lane = 0; lane < form::lanes_most; ++lane) {
    out[lane] = body.word(row, 2 * lane + node.at);
  }
}

void Firing::keep_body(const form::Node& node) {
  numerics::OutputStationaryBody& body = s_.bodies.front();
  if (is_first(node.level)) body.clear();
  if (node.operands[2] == form::none || values_[node.operands[2]][0] != 0) {
    body.step(values_[node.operands[0]].data(), values_[node.operands[1]].data(), mask_);
  }
  if (is_at(node.level)) body.finish();
}

}  // namespace weft::machine::rdu
