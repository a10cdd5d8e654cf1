// SPDX-License-Identifier: Apache-2.0
// LSTMs and GRUs: what the inputs give to the gates of all steps is one product, the steps are one
// pattern.
#include <algorithm>

#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::Shape;
using graph::ValueId;
using program::rdu::Pattern;

namespace {

constexpr std::int64_t units_of_block = 32;

/// Where the gates of a layer stand in its parameters, and in a pattern's matrices: there the units
/// are made up to whole blocks of 32, and those of a block have their gates side by side.
struct Layer {
  std::int64_t gates = 4;
  std::int64_t units = 0;
  std::int64_t whole_units() const {
    return (units + units_of_block - 1) / units_of_block * units_of_block;
  }
  std::int64_t columns() const { return gates * whole_units(); }
  std::int64_t column(std::int64_t gate, std::int64_t unit) const {
    return (unit / units_of_block * gates + gate) * units_of_block + unit % units_of_block;
  }
  /// Parameters [gates x units, width] from `first` on, as [width up to `rows`, columns()].
  std::vector<double> matrix(const std::vector<double>& from, std::int64_t first,
                             std::int64_t width, std::int64_t rows) const {
    std::vector<double> out(static_cast<std::size_t>(rows * columns()));
    for (std::int64_t gate = 0; gate < gates; ++gate) {
      for (std::int64_t unit = 0; unit < units; ++unit) {
        for (std::int64_t i = 0; i < width; ++i) {
          const std::int64_t at = first + (gate * units + unit) * width + i;
          out[static_cast<std::size_t>(i * columns() + column(gate, unit))] =
              from[static_cast<std::size_t>(at)];
        }
      }
    }
    return out;
  }
};

}  // namespace

std::uint32_t Writer::recurrent_state(std::size_t input, std::int64_t direction,
                                      std::int64_t sequences, std::int64_t units,
                                      std::int64_t whole_units) {
  const std::string name = graph_[node().outputs[0]].name + "_before";
  if (!has(input)) {
    const std::vector<double> zeros(static_cast<std::size_t>(sequences * whole_units));
    return weight(name, sequences, whole_units, zeros);
  }
  Placed x{{sequences, units}, first_held(in(input))};
  const std::vector<std::int64_t> strides = x.held.strides;
  x.held.first += direction * strides[0];
  x.held.strides = {strides[1], strides[2]};
  if (units == whole_units) return laid(name, x, row_by_row(x.shape));
  x = padded(name, x, {{0, 0}, {0, whole_units - units}}, 0.0);
  return laid(name + "_rows", x, row_by_row(x.shape));
}

std::uint32_t Writer::recurrent_direction(const graph::Recurrent& what, std::int64_t direction) {
  const bool lstm = what.kind == graph::RecurrentKind::lstm;
  const Layer layer{lstm ? 4 : 3, what.hidden};
  const Shape& x = shape(in(0));
  const std::int64_t width = x[2];
  const std::string name = graph_[node().outputs[0]].name;
  const std::string suffix = direction == 0 ? "" : ".back";
  const auto parameter = [&](std::size_t input) {
    return graph::numbers_of(*graph_[in(input)].constant).floats;
  };
  const auto bias = [&](std::int64_t half, const std::string& of) {
    const std::int64_t count = layer.gates * layer.units;
    const std::vector<double> numbers =
        has(3) ? layer.matrix(parameter(3), (2 * direction + half) * count, 1, 1)
               : std::vector<double>(static_cast<std::size_t>(layer.columns()));
    return weight(name + of + suffix, 1, layer.columns(), numbers);
  };
  Placed steps = placed(in(0));
  if (what.direction == graph::Direction::reverse || direction == 1) {
    steps.held.first += (x[0] - 1) * steps.held.strides[0];
    steps.held.strides[0] = -steps.held.strides[0];
  }
  const std::uint32_t inputs =
      laid(graph_[in(0)].name + "_steps", steps, row_by_row(steps.shape, width));
  const std::int64_t count = layer.gates * layer.units;
  Patterns::ProductOptions product;
  product.par = bodies(layer.columns(), width);
  if (has(3)) product.bias = bias(0, ".input_bias");
  const std::uint32_t weights =
      weight(graph_[in(1)].name + suffix, width, layer.columns(),
             layer.matrix(parameter(1), direction * count * width, width, width));
  Patterns::RecurrentOptions options;
  options.gates = model_.patterns.product(name_of(name + "_gates"), inputs, weights, product);
  options.recurrence = weight(graph_[in(2)].name + suffix, layer.whole_units(), layer.columns(),
                              layer.matrix(parameter(2), direction * count * layer.units,
                                           layer.units, layer.whole_units()));
  options.bias = bias(1, ".state_bias");
  options.hidden = recurrent_state(5, direction, x[1], layer.units, layer.whole_units());
  if (lstm) options.cell = recurrent_state(6, direction, x[1], layer.units, layer.whole_units());
  options.reset_first = !lstm && !what.linear_before_reset;
  options.length = static_cast<std::uint32_t>(x[0]);
  options.par = bodies(layer.columns(), layer.whole_units());
  return model_.patterns.recurrent(name_of(name + "_states"),
                                   lstm ? Pattern::Kind::lstm : Pattern::Kind::gru, options);
}

bool Writer::is_taken(std::size_t output) const {
  if (output >= node().outputs.size()) return false;
  const ValueId id = node().outputs[output];
  return std::count(graph_.outputs.begin(), graph_.outputs.end(), id) > 0 ||
         std::any_of(graph_.nodes.begin(), graph_.nodes.end(), [id](const graph::Node& one) {
           return std::count(one.inputs.begin(), one.inputs.end(), id) > 0;
         });
}

/// Rows of a direction's states, a step's being `step` elements: `count` steps from `first` on, or
/// back from it.
std::uint32_t Writer::steps_of_states(const std::string& name, std::uint32_t states,
                                      const StepRange& range) {
  program::rdu::Strides rows{static_cast<std::uint32_t>(range.first * range.step),
                             {static_cast<std::uint32_t>(range.count * range.step)},
                             {1}};
  if (range.back) {
    rows.extents = {static_cast<std::uint32_t>(range.count),
                    static_cast<std::uint32_t>(range.step)};
    rows.strides = {static_cast<std::int32_t>(-range.step), 1};
  }
  return model_.patterns.view(name, states, model_.patterns.list()[states].columns_count,
                              std::move(rows));
}

/// What nobody takes is not there. Of two directions the states stand side by side, in the order of
/// time; the last ones one below the other.
void Writer::of(const graph::Recurrent& what) {
  const bool both = what.direction == graph::Direction::both;
  const Shape& x = shape(in(0));
  const std::int64_t columns = Layer{1, what.hidden}.whole_units();
  const std::int64_t step = x[1] * columns;
  std::vector<std::uint32_t> states;
  for (std::int64_t way = 0; way < (both ? 2 : 1); ++way) {
    states.push_back(recurrent_direction(what, way));
  }
  const std::int64_t ways = std::ssize(states);
  const std::string& name = graph_[node().outputs[0]].name;
  if (is_taken(0)) {
    std::vector<std::uint32_t> parts;
    for (std::size_t way = 0; way < states.size(); ++way) {
      const bool back = way == 1 || what.direction == graph::Direction::reverse;
      parts.push_back(steps_of_states(both ? name_of(name + "_steps") : result_name(), states[way],
                                      {back ? x[0] - 1 : 0, x[0], step, back}));
    }
    if (both) parts.front() = model_.patterns.join(result_name(), parts);
    give(0, {parts.front(),
             ways * columns,
             ways * x[0] * step,
             0,
             {ways * step, columns, ways * columns, 1}});
  }
  // Behind the hidden states of all steps stand the last cell states.
  for (const std::int64_t last : {std::int64_t{1}, std::int64_t{2}}) {
    if (!is_taken(static_cast<std::size_t>(last))) continue;
    std::vector<std::uint32_t> parts;
    for (const std::uint32_t way : states) {
      parts.push_back(steps_of_states(name_of(name + (last == 1 ? "_last" : "_cell")), way,
                                      {x[0] - 2 + last, 1, step, false}));
    }
    if (both) {
      const std::string& own = graph_[node().outputs[static_cast<std::size_t>(last)]].name;
      parts.front() = model_.patterns.stack(name_of(own), parts);
    }
    give(static_cast<std::size_t>(last),
         {parts.front(), columns, ways * step, 0, {step, columns, 1}});
  }
}

}  // namespace weft::lower::rdu
