// SPDX-License-Identifier: Apache-2.0
// Which nodes are windows, and how a window is shared by PEs.
#include "lower/wse/window.hpp"

#include <algorithm>
#include <limits>

#include "graph/shapes.hpp"

namespace weft::lower::wse {

using graph::Shape;
using graph::TensorType;
using GivenTypes = std::vector<std::optional<TensorType>>;

namespace {

std::int64_t at_or(const std::vector<std::int64_t>& list, std::size_t i, std::int64_t otherwise) {
  return i < list.size() ? list[i] : otherwise;
}

bool has(const GivenTypes& inputs, std::size_t i) {
  return i < inputs.size() && inputs[i].has_value();
}

/// Of images [N, C, H, W] or [N, C, W]; false for fields of other dimensions.
bool take_images(Window& w, const Shape& x, const Shape& y) {
  if (x.size() != 3 && x.size() != 4) return false;
  w.images = x[0];
  w.channels = x[1];
  w.outputs = y[1];
  w.height = x.size() == 4 ? x[2] : 1;
  w.out_height = x.size() == 4 ? y[2] : 1;
  w.width = x.back();
  w.out_width = y.back();
  return true;
}

/// Parameters of the field's dimensions, the last of which is that of the width.
template <class What>
void take_steps(Window& w, const What& what, const Shape& kernel) {
  const std::size_t dims = kernel.size();
  const std::size_t x = dims - 1;
  w.kernel_width = kernel[x];
  w.stride_x = at_or(what.strides, x, 1);
  w.dilation_x = at_or(what.dilations, x, 1);
  w.pad_left = at_or(what.pads, x, 0);
  if (dims < 2) return;
  w.kernel_height = kernel[0];
  w.stride_y = at_or(what.strides, 0, 1);
  w.dilation_y = at_or(what.dilations, 0, 1);
  w.pad_top = at_or(what.pads, 0, 0);
}

using FoundWindow = std::optional<Window>;

FoundWindow window_form(const graph::Convolution& what, const GivenTypes& inputs,
                        const TensorType& result, std::string& why) {
  Window w;
  const Shape& x = inputs[0]->shape;
  const Shape& weights = inputs[1]->shape;
  if (!take_images(w, x, result.shape)) {
    why = "convolutions over " + std::to_string(x.size() - 2) + " dimensions have no strip";
    return std::nullopt;
  }
  take_steps(w, what, Shape(weights.begin() + 2, weights.end()));
  if (what.groups != 1) {
    if (what.groups != w.channels || w.outputs != w.channels) {
      why = "groups of several channels have no strip";
      return std::nullopt;
    }
    w.kind = Window::Kind::each;
  }
  w.biased = has(inputs, 2);
  w.then = what.then;
  return w;
}

FoundWindow window_form(const graph::MatMul& what, const GivenTypes& inputs,
                        const TensorType& result, std::string& why) {
  if (inputs[1]->shape.size() != 2 || what.transpose_a) {
    why = "the matrix of a product must be the second operand, of two dimensions";
    return std::nullopt;
  }
  Window w;
  w.channels = inputs[0]->shape.back();
  w.outputs = result.shape.back();
  w.images = graph::count_of(result.shape) / w.outputs;
  w.biased = has(inputs, 2);
  w.then = what.then;
  return w;
}

FoundWindow window_form(const graph::Pool& what, const GivenTypes& inputs, const TensorType& result,
                        std::string& why) {
  Window w;
  const Shape& x = inputs[0]->shape;
  if (!take_images(w, x, result.shape)) {
    why = "pools over " + std::to_string(x.size() - 2) + " dimensions have no strip";
    return std::nullopt;
  }
  take_steps(w, what, what.kernel);
  w.kind = what.kind == graph::PoolKind::maximum ? Window::Kind::largest : Window::Kind::mean;
  if (w.kind == Window::Kind::largest || !what.count_pads) return w;
  const std::size_t dims = what.kernel.size();
  for (std::size_t d = 0; d < dims; ++d) {
    const std::int64_t reach = (result.shape[2 + d] - 1) * at_or(what.strides, d, 1) +
                               (what.kernel[d] - 1) * at_or(what.dilations, d, 1) + 1;
    if (reach > x[2 + d] + at_or(what.pads, d, 0) + at_or(what.pads, dims + d, 0)) {
      why = "a mean that counts pads, over an extent that is rounded up, has no strip";
      return std::nullopt;
    }
  }
  w.count = w.taps();
  return w;
}

/// The mean over all of an image is a pool of one window.
FoundWindow window_form(const graph::Reduce& what, const GivenTypes& inputs, const TensorType&,
                        std::string& why) {
  Window w;
  const Shape& x = inputs[0]->shape;
  std::vector<std::int64_t> field;
  for (std::size_t axis = 2; axis < x.size(); ++axis) {
    field.push_back(static_cast<std::int64_t>(axis));
  }
  Shape one(x.size(), 1);
  if (x.size() > 2) std::copy(x.begin(), x.begin() + 2, one.begin());
  std::vector<std::int64_t> axes = what.axes;
  std::sort(axes.begin(), axes.end());
  if (what.kind != graph::ReduceKind::mean || axes != field || !take_images(w, x, one)) {
    why = "of reductions there is the mean over images alone";
    return std::nullopt;
  }
  w.kind = Window::Kind::mean;
  w.kernel_height = w.height;
  w.kernel_width = w.width;
  return w;
}

template <class What>
FoundWindow window_form(const What&, const GivenTypes&, const TensorType&, std::string& why) {
  why = "has no strip";
  return std::nullopt;
}

std::int64_t up(std::int64_t count, std::int64_t parts) { return (count + parts - 1) / parts; }

/// Of the PE that holds most.
std::int64_t bytes_of(const Window& w, const Machine& machine, const Split& s) {
  const bool product = w.kind == Window::Kind::product;
  const std::int64_t outputs = up(w.outputs, s.rows);
  const std::int64_t inputs = product ? up(w.channels, s.columns) : outputs;
  const std::int64_t weights = w.weighs() ? w.taps() * outputs * (product ? inputs : 1) : 0;
  const std::int64_t values =
      weights + w.width * w.channels + w.span() * w.width * inputs + outputs + w.outputs;
  const std::int64_t terms = w.kind == Window::Kind::each ? 2 : 0;
  const std::int64_t sums = ((w.biased ? 2 : 1) + terms) * outputs;
  constexpr std::int64_t single = 512;  // variables
  return values * machine.value_bytes() + sums * 4 + single;
}

/// About how long it takes for a run, by the slowest PE.
std::int64_t cycles_of(const Window& w, const Split& s) {
  constexpr std::int64_t place = 100;  // beside the lines of the window
  constexpr std::int64_t line = 60;    // beside its elements
  constexpr std::int64_t step = 20;    // of a vector operation, beside its elements
  const std::int64_t outputs = up(w.outputs, s.rows);
  const std::int64_t inputs = w.kind == Window::Kind::product ? up(w.channels, s.columns) : 1;
  const std::int64_t steps = w.kernel_width * inputs * (step + outputs);
  return w.images * w.out_height * w.out_width * (place + w.kernel_height * (line + steps));
}

}  // namespace

std::optional<Window> window_of(const graph::Operator& what, const GivenTypes& inputs,
                                const TensorType& result, std::string& why) {
  return std::visit([&](const auto& one) { return window_form(one, inputs, result, why); }, what);
}

std::optional<Split> split_of(const Window& w, const Machine& machine, std::string& why) {
  const std::int64_t in = w.images * w.height * w.width * w.channels;
  const std::int64_t out = w.images * w.out_height * w.out_width * w.outputs;
  constexpr std::int64_t patience = 8;  // how much longer than its stream a layer may take
  const std::int64_t wanted = patience * std::max(in, out);
  std::optional<Split> best;
  std::int64_t best_cycles = std::numeric_limits<std::int64_t>::max();
  std::int64_t most = 0;
  const bool product = w.kind == Window::Kind::product;
  constexpr std::int64_t most_rows = 256;
  const std::int64_t last_rows = std::min({w.outputs, most_rows, machine.height});
  const std::int64_t last_columns = product ? std::min(w.channels, machine.most_columns) : 1;
  // Columns first: a row more makes vectors shorter.
  for (std::int64_t rows = 1; rows <= last_rows; rows *= 2) {
    for (std::int64_t columns = 1; columns <= last_columns; columns *= 2) {
      const Split split{columns, rows};
      const std::int64_t bytes = bytes_of(w, machine, split);
      most = bytes;
      if (bytes > machine.data_bytes) continue;
      const std::int64_t cycles = cycles_of(w, split);
      const bool enough = best && best_cycles <= wanted;
      // A split that gains little is not worth its PEs.
      if (enough || (best && cycles * 4 > best_cycles * 3)) continue;
      best = split;
      best_cycles = cycles;
    }
  }
  if (w.width * w.channels > most_of_index) {
    why = "a line of images of " + std::to_string(w.width) + " x " + std::to_string(w.channels) +
          " has more elements than the " + std::to_string(most_of_index) + " that a PE counts";
    return std::nullopt;
  }
  if (!best) {
    why = "images of " + std::to_string(w.height) + " x " + std::to_string(w.width) + " x " +
          std::to_string(w.channels) + " under a window of " + std::to_string(w.kernel_height) +
          " x " + std::to_string(w.kernel_width) + " with " + std::to_string(w.outputs) +
          " outputs need " + std::to_string(most) + " bytes a PE on " +
          std::to_string(last_columns) + " x " + std::to_string(last_rows) + " PEs, of " +
          std::to_string(machine.data_bytes);
  }
  return best;
}

std::vector<double> ordered_weights(const Window& w, const graph::Operator& what,
                                    const graph::Numbers& weights) {
  const std::int64_t inputs = w.kind == Window::Kind::product ? w.channels : 1;
  std::vector<double> out(graph::as_index(w.taps() * inputs * w.outputs));
  const auto* matrix = std::get_if<graph::MatMul>(&what);
  for (std::int64_t tap = 0; tap < w.taps(); ++tap) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      for (std::int64_t o = 0; o < w.outputs; ++o) {
        std::int64_t from = (o * inputs + i) * w.taps() + tap;
        if (matrix != nullptr) from = matrix->transpose_b ? o * inputs + i : i * w.outputs + o;
        out[graph::as_index((tap * inputs + i) * w.outputs + o)] =
            weights.floats[graph::as_index(from)];
      }
    }
  }
  return out;
}

}  // namespace weft::lower::wse
