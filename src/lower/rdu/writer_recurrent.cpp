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
  product.par = bodies(layer.columns());
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
  options.par = bodies(layer.columns());
  return model_.patterns.recurrent(name_of(name + "_states"),
                                   lstm ? Pattern::Kind::lstm : Pattern::Kind::gru, options);
}

/// Whoever takes all states finds them in the order of time.
void Writer::give_states(const Held& held) {
  const ValueId id = node().outputs[0];
  const bool taken =
      std::count(graph_.outputs.begin(), graph_.outputs.end(), id) > 0 ||
      std::any_of(graph_.nodes.begin(), graph_.nodes.end(), [id](const graph::Node& one) {
        return std::count(one.inputs.begin(), one.inputs.end(), id) > 0;
      });
  if (!taken) return give(0, held);
  const Shape& all = shape(id);
  const Order order = row_by_row(all, all[2] == 1 ? all[1] * all[3] : all[3]);
  give(0, dense(all, order,
                model_.patterns.view(result_name(), held.pattern,
                                     static_cast<std::uint32_t>(order.columns),
                                     strides_of(all, held, order))));
}

/// Of two directions the second is turned round, so that its steps stand in the order of time: cell
/// states, which are behind the last step of the first one, are in front of it there.
void Writer::of(const graph::Recurrent& what) {
  const bool lstm = what.kind == graph::RecurrentKind::lstm;
  const bool both = what.direction == graph::Direction::both;
  const Shape& x = shape(in(0));
  const std::int64_t steps = x[0];
  const std::int64_t columns = Layer{1, what.hidden}.whole_units();
  const std::int64_t step = x[1] * columns;
  const std::int64_t blocks = steps + (lstm ? 1 : 0);  // of a direction
  std::uint32_t made = recurrent_direction(what, 0);
  if (both) {
    program::rdu::Strides turned{
        static_cast<std::uint32_t>((blocks - 1) * step),
        {static_cast<std::uint32_t>(blocks), static_cast<std::uint32_t>(step)},
        {static_cast<std::int32_t>(-step), 1}};
    const std::string name = graph_[node().outputs[0]].name;
    const std::uint32_t back =
        model_.patterns.view(name_of(name + "_turned"), recurrent_direction(what, 1),
                             static_cast<std::uint32_t>(columns), std::move(turned));
    made = model_.patterns.stack(name_of(name + "_both"), {made, back});
  }
  Held held{made, columns, (both ? 2 : 1) * blocks * step, 0, {}};
  const bool reverse = what.direction == graph::Direction::reverse;
  const std::int64_t first_back = steps + 2 * (blocks - steps);  // its step 0
  held.first = reverse ? (steps - 1) * step : 0;
  held.strides = {reverse ? -step : step, first_back * step, columns, 1};
  give_states(held);
  held.first = (steps - 1) * step;
  held.strides = {(first_back - (steps - 1)) * step, columns, 1};
  give(1, held);
  if (!lstm) return;
  held.first = steps * step;
  held.strides[0] = step;
  give(2, held);
}

}  // namespace weft::lower::rdu
