// SPDX-License-Identifier: Apache-2.0
// The call that each operator is in a program: what takes elements by their places, and
// recurrences.
#include "base/error.hpp"
#include "lower/ipu/formula.hpp"
#include "lower/ipu/writer.hpp"

namespace weft::lower::ipu {

using graph::Shape;

namespace {

const char* boolean(bool value) { return value ? "true" : "false"; }

}  // namespace

Layer Writer::of(const graph::Pad& what) {
  Layer layer;
  layer.operands = {in(0)};
  layer.view = true;
  if (what.mode == graph::PadMode::wrap) {
    layer.call = "$0";
    for (std::size_t axis = 0; axis < what.before.size(); ++axis) {
      if (what.before[axis] == 0 && what.behind[axis] == 0) continue;
      use("wrapped");
      layer.call = "wrapped(" + layer.call + ", " + std::to_string(what.before[axis]) + ", " +
                   std::to_string(what.behind[axis]) + ", " + std::to_string(axis) + ")";
    }
    return layer;
  }
  use("pad");
  const std::string borders = braces(what.before) + ", " + braces(what.behind) + ", ";
  if (what.mode != graph::PadMode::constant) {
    layer.call = "popops::pad($0, " + borders + "popops::padding::Type::" +
                 (what.mode == graph::PadMode::edge ? "EDGE" : "REFLECT") + ")";
    return layer;
  }
  float value = 0.0F;
  if (has(1)) {
    const Numbers numbers = model_.numbers(node_->inputs[1]);
    value = numbers.floating() ? numbers.floats[0] : static_cast<float>(numbers.whole[0]);
  }
  layer.call = "popops::pad(net.graph, $0, " + borders + text_of(value) + ")";
  return layer;
}

/// `call` of input 0 in place of '@': conditions are taken as numbers, as the libraries take no
/// others from a table.
std::string Writer::of_numbers(const std::string& call) {
  const bool conditions = model_.kind(node_->inputs[0]) == Kind::boolean;
  const std::size_t at = call.find('@');
  const std::string from = conditions ? "popops::cast(net.graph, $0, INT, net.prog)" : "$0";
  const std::string made = call.substr(0, at) + from + call.substr(at + 1);
  if (conditions) use("cast");
  return conditions ? "popops::cast(net.graph, " + made + ", BOOL, net.prog)" : made;
}

Layer Writer::of(const graph::Gather& what) {
  Layer layer;
  constexpr std::int64_t most_picked = 64;
  const graph::ValueId places_id = node_->inputs[1];
  const std::string axis = std::to_string(what.axis);
  layer.operands = {in(0)};
  if (model_.constant(places_id) && graph::count_of(shape(1)) <= most_picked) {
    use("picked");
    std::vector<std::int64_t> rows;
    const std::int64_t length = shape(0)[static_cast<std::size_t>(what.axis)];
    for (const std::int32_t row : model_.numbers(places_id).whole) {
      const std::int64_t place = row < 0 ? row + length : row;
      if (place < 0 || place >= length) {
        fail(Category::input, text_of(node_->origins.front()) + ": index " + std::to_string(row) +
                                  " of " + std::to_string(length));
      }
      rows.push_back(place);
    }
    layer.view = true;
    layer.call = "picked($0, " + braces(rows) + ", " + axis + ", " + braces(result()) + ")";
    return layer;
  }
  use("gather");
  layer.operands.push_back(in(1));
  layer.call = of_numbers("gather(net, @, $1, " + axis + ", " + braces(result()) + ")");
  return layer;
}

Layer Writer::of(const graph::GatherElements& what) {
  use("gather_elements");
  Layer layer;
  layer.operands = {in(0), in(1)};
  layer.call = of_numbers("gather_elements(net, @, $1, " + std::to_string(what.axis) + ")");
  return layer;
}
Layer Writer::of(const graph::GatherPoints& what) {
  use("gather_points");
  Layer layer;
  layer.operands = {in(0), in(1)};
  layer.call = of_numbers("gather_points(net, @, $1, " + std::to_string(what.batch_axes) + ", " +
                          braces(result()) + ")");
  return layer;
}
Layer Writer::of(const graph::CumulativeSum& what) {
  use("cumulative_sums");
  Layer layer;
  layer.operands = {in(0)};
  layer.call = "cumulative_sums(net, $0, " + std::to_string(what.axis) + ", " +
               boolean(what.exclusive) + ", " + boolean(what.reverse) + ")";
  return layer;
}

Layer Writer::of(const graph::Recurrent& what) {
  const bool lstm = what.kind == graph::RecurrentKind::lstm;
  use(lstm ? "lstm" : "gru");
  Layer layer;
  layer.several = true;
  const auto matrices = [&](std::size_t i, std::int64_t rows) {
    const graph::ValueId id = node_->inputs[i];
    if (!model_.constant(id)) return in(i);
    return weight(id, "gate_weights(net, $0, " + std::string(name_of(model_.floats)) + ", " +
                          std::to_string(rows) + ", " + braces(shape(i)) + ")");
  };
  const std::int64_t batch = shape(0)[1];
  layer.operands = {in(0), matrices(1, shape(0)[0] * batch), matrices(2, batch)};
  std::string given = "$0, $1, $2";
  for (const std::size_t i : {3U, 5U, 6U}) {
    if (!has(i)) {
      given += ", none";
      continue;
    }
    given += ", $" + std::to_string(layer.operands.size());
    layer.operands.push_back(in(i));
  }
  const char* backward = what.direction == graph::Direction::both      ? "{false, true}"
                         : what.direction == graph::Direction::reverse ? "{true}"
                                                                       : "{false}";
  layer.call = std::string(lstm ? "lstm" : "gru") + "(net, {" + given + ", " + backward + "}" +
               (lstm ? "" : std::string(", ") + boolean(what.linear_before_reset)) + ")";
  return layer;
}

}  // namespace weft::lower::ipu
