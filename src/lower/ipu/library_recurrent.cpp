// SPDX-License-Identifier: Apache-2.0
// C++ of recurrent layers: a loop over steps on the device.
#include "lower/ipu/library_text.hpp"

namespace weft::lower::ipu {

namespace {

constexpr const char* steps_text =
    R"(
/// Weights [directions][outputs][inputs] of gates, those of a direction where products of so many
/// rows want them.
Tensor gate_weights(Network& net, const std::string& name, const Type& type, std::size_t rows,
                    const Shape& shape) {
  std::vector<Tensor> parts;
  for (std::size_t i = 0; i < shape[0]; ++i) {
    const Tensor t = poplin::createMatMulInputRHS(net.graph, type, {rows, shape[2]},
                                                  {shape[2], shape[1]}, name);
    parts.push_back(t.transpose().expand({0}));
  }
  return net.weights(name, concat(parts));
}

/// One direction of a recurrent layer: matrices and what the network has given it.
struct Gates {
  Tensor inputs;      ///< [steps][batch][gates]: what x gives to the gates, with its bias
  Tensor recurrence;  ///< [gates][size]
  Tensor bias;        ///< [gates], of what the state gives, or none
  std::size_t size;

  Gates(Network& net, const Tensor& x, const Tensor& weights, const Tensor& recurrence,
        const Tensor& both)
      : recurrence(recurrence), size(recurrence.dim(1)) {
    const std::size_t count = weights.dim(0);
    const Tensor rows = x.reshape({x.dim(0) * x.dim(1), x.dim(2)});
    Tensor given = poplin::matMul(net.graph, rows, weights.transpose(), net.prog);
    if (both.valid()) {
      popops::addInPlace(net.graph, given, both.slice(0, count), net.prog);
      bias = both.slice(count, 2 * count);
    }
    const Shape shape{x.dim(0), x.dim(1), count};
    inputs = popops::createSliceableTensor(net.graph, x.elementType(), shape, {0}, {1});
    net.prog.add(Copy(given.reshape(shape), inputs));
  }
  /// What `state` [batch][size] gives to gates [first, end).
  Tensor from_state(Network& net, Sequence& prog, const Tensor& state, std::size_t first,
                    std::size_t end) const {
    const Tensor matrix = recurrence.slice(first * size, end * size).transpose();
    const Tensor out = poplin::matMul(net.graph, state, matrix, prog);
    if (!bias.valid()) return out;
    popops::addInPlace(net.graph, out, bias.slice(first * size, end * size), prog);
    return out;
  }
  /// One gate of [batch][gates].
  Tensor gate(const Tensor& gates, std::size_t which) const {
    return gates.slice(which * size, (which + 1) * size, 1);
  }
};

/// A state [batch][size] that steps change: as given, or zeros.
Tensor new_state(Network& net, const Tensor& given, const Type& type, const Shape& shape) {
  const Tensor state = net.mapped("state", type, shape);
  if (given.valid()) {
    net.prog.add(Copy(given, state));
  } else {
    popops::zero(net.graph, state, net.prog);
  }
  return state;
}

/// Runs a step for each of `inputs` [steps][batch][gates]; `hidden` behind each of them.
using Step = std::function<void(Sequence& prog, const Tensor& inputs)>;
Tensor over_steps(Network& net, const Tensor& inputs, const Tensor& hidden, const Step& step) {
  const Tensor all =
      popops::createSliceableTensor(net.graph, hidden.elementType(),
                                    {inputs.dim(0), hidden.dim(0), hidden.dim(1)}, {0}, {1});
  net.prog.add(popops::countedLoop(net.graph, inputs.dim(0), [&](const Tensor& at) {
    Sequence prog;
    step(prog, popops::dynamicSlice(net.graph, inputs, at, {0}, {1}, prog)[0]);
    popops::dynamicUpdate(net.graph, all, hidden.expand({0}), at, {0}, {1}, prog);
    return prog;
  }));
  return all;
}

/// Operands of a recurrent layer: x [steps][batch][width]; weights [directions][gates][width] and
/// [directions][gates][size]; biases of both [directions][2 gates]; states as they begin
/// [directions][batch][size].
struct Recurrent {
  Tensor x, weights, recurrence, bias, hidden, cell;
  std::vector<bool> backward;  ///< a direction each
};
/// What a direction's steps leave: hidden states of all, [batch][size] of the last.
struct States {
  Tensor all, hidden, cell;
};
using Direction = std::function<States(const Tensor& x, unsigned direction)>;
/// The directions beside each other: all hidden states [steps][directions][batch][size], the last
/// hidden and cell states [directions][batch][size].
std::vector<Tensor> over_directions(const Recurrent& layer, const Direction& run) {
  std::vector<Tensor> all, hidden, cell;
  for (unsigned d = 0; d < layer.backward.size(); ++d) {
    const bool back = layer.backward[d];
    const States states = run(back ? layer.x.reverse(0) : layer.x, d);
    all.push_back((back ? states.all.reverse(0) : states.all).expand({1}));
    hidden.push_back(states.hidden.expand({0}));
    if (states.cell.valid()) cell.push_back(states.cell.expand({0}));
  }
  std::vector<Tensor> out{concat(all, 1), concat(hidden)};
  if (!cell.empty()) out.push_back(concat(cell));
  return out;
}
/// Of a tensor that may be absent, the part of one direction.
Tensor part(const Tensor& t, unsigned direction) { return t.valid() ? t[direction] : t; }
)";

constexpr const char* lstm_text =
    R"(
/// Gates in the order input, output, forget, new.
std::vector<Tensor> lstm(Network& net, const Recurrent& layer) {
  return over_directions(layer, [&](const Tensor& x, unsigned d) {
    const Gates gates(net, x, layer.weights[d], layer.recurrence[d], part(layer.bias, d));
    const Shape shape{x.dim(1), gates.size};
    const Tensor hidden = new_state(net, part(layer.hidden, d), x.elementType(), shape);
    const Tensor cell = new_state(net, part(layer.cell, d), x.elementType(), shape);
    const Tensor all =
        over_steps(net, gates.inputs, hidden, [&](Sequence& prog, const Tensor& inputs) {
          const Tensor sums = gates.from_state(net, prog, hidden, 0, 4);
          popops::addInPlace(net.graph, sums, inputs, prog);
          popops::mapInPlace(net.graph,
                             pe::Add(pe::Mul(pe::Sigmoid(pe::_3), pe::_1),
                                     pe::Mul(pe::Sigmoid(pe::_2), pe::Tanh(pe::_4))),
                             {cell, gates.gate(sums, 0), gates.gate(sums, 2), gates.gate(sums, 3)},
                             prog);
          popops::mapInPlace(net.graph, pe::Mul(pe::Sigmoid(pe::_2), pe::Tanh(pe::_3)),
                             {hidden, gates.gate(sums, 1), cell}, prog);
        });
    return States{all, hidden, cell};
  });
}
)";

constexpr const char* gru_text =
    R"(
/// Gates in the order update, reset, new; `reset_behind`: the reset gate is multiplied with what
/// the state gives, else with the state.
std::vector<Tensor> gru(Network& net, const Recurrent& layer, bool reset_behind) {
  return over_directions(layer, [&](const Tensor& x, unsigned d) {
    const Gates gates(net, x, layer.weights[d], layer.recurrence[d], part(layer.bias, d));
    const Tensor hidden =
        new_state(net, part(layer.hidden, d), x.elementType(), {x.dim(1), gates.size});
    const Tensor all =
        over_steps(net, gates.inputs, hidden, [&](Sequence& prog, const Tensor& inputs) {
          const Tensor sums = gates.from_state(net, prog, hidden, 0, reset_behind ? 3 : 2);
          const auto gate = [&](std::size_t which) {
            return popops::map(net.graph, pe::Sigmoid(pe::Add(pe::_1, pe::_2)),
                               {gates.gate(sums, which), gates.gate(inputs, which)}, prog);
          };
          const Tensor update = gate(0);
          const Tensor reset = gate(1);
          Tensor fresh;
          if (reset_behind) {
            fresh = popops::mul(net.graph, gates.gate(sums, 2), reset, prog);
          } else {
            const Tensor kept = popops::mul(net.graph, reset, hidden, prog);
            fresh = gates.from_state(net, prog, kept, 2, 3);
          }
          popops::addInPlace(net.graph, fresh, gates.gate(inputs, 2), prog);
          popops::mapInPlace(net.graph,
                             pe::Add(pe::Mul(pe::Sub(pe::Const(1.0f), pe::_2), pe::Tanh(pe::_3)),
                                     pe::Mul(pe::_2, pe::_1)),
                             {hidden, update, fresh}, prog);
        });
    return States{all, hidden, Tensor()};
  });
}
)";

}  // namespace

std::vector<Piece> pieces_of_recurrences() {
  return {
      {"over_steps",
       {"functional", "poplin/MatMul.hpp", "popops/DynamicSlice.hpp", "popops/ElementWise.hpp",
        "popops/Loop.hpp", "popops/Zero.hpp"},
       {},
       steps_text},
      {"lstm", {}, {"over_steps"}, lstm_text},
      {"gru", {}, {"over_steps"}, gru_text},
  };
}

}  // namespace weft::lower::ipu
