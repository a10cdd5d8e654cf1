// SPDX-License-Identifier: Apache-2.0
// Slices that together are all of a tensor, along one axis, as one Split. Exact.
#include <algorithm>
#include <map>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;

struct Piece {
  std::size_t node = 0;
  std::int64_t first = 0, end = 0;
};
/// An operand and one of its axes.
using SlicedAxis = std::pair<SourceValueId, std::int64_t>;

/// What a Slice by inputs takes of one axis, in steps of 1.
std::optional<std::pair<SlicedAxis, Piece>> piece_of(const SourceModel& model, std::size_t number) {
  const SourceNode& node = model.nodes[number];
  if (node.operation != "Slice" || !node.domain.empty() || node.is_folded) return std::nullopt;
  if (node.version < 10 || node.inputs.size() < 3 || !model[node.inputs[0]].type) {
    return std::nullopt;
  }
  const auto one = [&](std::size_t i, std::int64_t otherwise) -> std::optional<std::int64_t> {
    if (!node.has_input(i)) return otherwise;
    const auto numbers = wholes_of(model, node.inputs[i]);
    if (!numbers || numbers->size() != 1) return std::nullopt;
    return numbers->front();
  };
  const auto first = one(1, 0), end = one(2, 0), axis = one(3, 0), step = one(4, 1);
  if (!first || !end || !axis || step != 1) return std::nullopt;
  const graph::Shape& shape = model[node.inputs[0]].type->shape;
  const std::int64_t along = from_front(*axis, shape.size());
  const std::int64_t extent = shape[static_cast<std::size_t>(along)];
  const auto within = [extent](std::int64_t place) {
    return std::clamp<std::int64_t>(place < 0 ? place + extent : place, 0, extent);
  };
  return {{{node.inputs[0], along}, {number, within(*first), within(*end)}}};
}

/// One behind the other from the first element to the last.
bool are_whole(const std::vector<Piece>& pieces, std::int64_t extent) {
  std::int64_t at = 0;
  for (const Piece& one : pieces) {
    if (one.first != at || one.end <= one.first) return false;
    at = one.end;
  }
  return at == extent && pieces.size() > 1;
}

void put_split(Rewritten& to, const SlicedAxis& place, const std::vector<Piece>& pieces) {
  std::size_t earliest = pieces.front().node;
  for (const Piece& one : pieces) earliest = std::min(earliest, one.node);
  const SourceNode slice = to.model.nodes[earliest];
  Ids inputs{place.first}, outputs;
  Whole extents;
  for (const Piece& one : pieces) {
    SourceNode& node = to.model.nodes[one.node];
    extents.push_back(one.end - one.first);
    outputs.push_back(node.outputs[0]);
    to.changes.push_back(change_of("slices-to-split", node, {"Split"}));
    node.outputs.clear();
  }
  std::vector<SourceNode> made;
  Spelling spelling(to.model, slice, made);
  constexpr std::int64_t extents_as_input = 13;
  Attributes attributes{{"axis", place.second}};
  spelling.put_list("split", extents, extents_as_input, inputs, attributes);
  spelling.finish("Split", inputs, outputs, attributes);
  to.model.nodes[earliest] = made.front();
}

}  // namespace

void join_slices(Rewritten& to) {
  std::map<SlicedAxis, std::vector<Piece>> places;
  for (std::size_t i = 0; i < to.model.nodes.size(); ++i) {
    if (const auto found = piece_of(to.model, i)) places[found->first].push_back(found->second);
  }
  for (auto& [place, pieces] : places) {
    std::sort(pieces.begin(), pieces.end(),
              [](const Piece& a, const Piece& b) { return a.first < b.first; });
    const graph::Shape& shape = to.model[place.first].type->shape;
    if (are_whole(pieces, shape[static_cast<std::size_t>(place.second)])) {
      put_split(to, place, pieces);
    }
  }
}

}  // namespace weft::advice
