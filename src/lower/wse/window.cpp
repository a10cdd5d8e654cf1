// SPDX-License-Identifier: Apache-2.0
// Which nodes are windows, and how a window is shared by PEs.
#include "lower/wse/window.hpp"

#include <algorithm>
#include <limits>

#include "base/counted.hpp"
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

/// Of images [N, C, D, H, W], [N, C, H, W] or [N, C, W]; false for fields of other dimensions.
bool take_images(Window& w, const Shape& x, const Shape& y) {
  const std::size_t rank = x.size();
  if (rank < 3 || rank > 5) return false;
  w.images = x[0];
  w.channels = x[1];
  w.outputs = y[1];
  w.depth = rank > 4 ? x[2] : 1;
  w.out_depth = rank > 4 ? y[2] : 1;
  w.height = rank > 3 ? x[rank - 2] : 1;
  w.out_height = rank > 3 ? y[rank - 2] : 1;
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
  w.kernel_height = kernel[x - 1];
  w.stride_y = at_or(what.strides, x - 1, 1);
  w.dilation_y = at_or(what.dilations, x - 1, 1);
  w.pad_top = at_or(what.pads, x - 1, 0);
  if (dims < 3) return;
  w.kernel_depth = kernel[0];
  w.stride_z = at_or(what.strides, 0, 1);
  w.dilation_z = at_or(what.dilations, 0, 1);
  w.pad_front = at_or(what.pads, 0, 0);
}

using FoundWindow = std::optional<Window>;

FoundWindow window_form(const graph::Convolution& what, const GivenTypes& inputs,
                        const TensorType& result, std::string& why) {
  Window w;
  const Shape& x = inputs[0]->shape;
  const Shape& weights = inputs[1]->shape;
  if (!take_images(w, x, result.shape)) {
    why = "convolutions over " + counted(x.size() - 2, "dimension") + " have no strip";
    return std::nullopt;
  }
  take_steps(w, what, Shape(weights.begin() + 2, weights.end()));
  if (what.groups == w.channels && w.outputs == w.channels) {
    w.kind = Window::Kind::each;
  } else {
    w.groups = what.groups;
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
  w.of_rows = true;
  const std::int64_t rows = graph::count_of(result.shape) / w.outputs;
  constexpr std::int64_t most_in_line = 32;
  constexpr std::int64_t most_words = 2048;
  w.width = std::min(rows, most_in_line);
  while (w.width > 1 &&
         (rows % w.width != 0 || w.width * std::max(w.channels, w.outputs) > most_words)) {
    --w.width;
  }
  w.out_width = w.width;
  w.images = rows / w.width;
  w.biased = has(inputs, 2);
  w.then = what.then;
  return w;
}

FoundWindow window_form(const graph::Pool& what, const GivenTypes& inputs, const TensorType& result,
                        std::string& why) {
  Window w;
  const Shape& x = inputs[0]->shape;
  if (!take_images(w, x, result.shape)) {
    why = "pools over " + counted(x.size() - 2, "dimension") + " have no strip";
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

/// The mean over all of an image is a pool of one window; what others lack their rows say.
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
    why = "has no strip";
    return std::nullopt;
  }
  w.kind = Window::Kind::mean;
  w.kernel_depth = w.depth;
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
  const std::int64_t outputs = up(w.outputs, s.output_parts);
  const std::int64_t inputs = product ? up(w.inputs(), s.channel_parts) : outputs;
  const std::int64_t taps = up(w.kernel_lines(), s.line_parts) * w.kernel_width;
  const std::int64_t weights = w.weighs() ? taps * outputs * (product ? inputs : 1) : 0;
  const std::int64_t values =
      weights + w.width * w.channels + w.lines() * w.width * inputs + outputs + w.outputs;
  const std::int64_t terms = w.kind == Window::Kind::each ? 2 : 0;
  const std::int64_t sums = ((w.biased ? 2 : 1) + terms) * outputs;
  constexpr std::int64_t single = 512;  // variables
  return values * machine.value_bytes() + sums * 4 + w.kernel_lines() * 2 + single;
}

/// About how long it takes for a run, by the slowest PE: the upper one of the last column.
std::int64_t cycles_of(const Window& w, const Machine& machine, const Split& s) {
  constexpr std::int64_t out_line = 200;  // beside its places
  constexpr std::int64_t place = 120;     // beside the lines of the window
  constexpr std::int64_t line = 50;       // beside its elements
  constexpr std::int64_t step = 7;        // of a multiply-add, beside its elements
  constexpr std::int64_t others = 40;     // of what is no product: several operations
  const bool product = w.kind == Window::Kind::product;
  const std::int64_t outputs = up(w.outputs, s.output_parts);
  const std::int64_t rate = product && machine.half ? 2 : 1;
  const std::int64_t inputs = product ? up(w.inputs(), s.channel_parts) : 1;
  const std::int64_t steps =
      w.kernel_width * inputs * ((product ? step : others) + up(outputs, rate));
  const std::int64_t a_place = place + up(w.kernel_lines(), s.line_parts) * (line + steps);
  const std::int64_t a_line = out_line + up(w.out_width, s.place_parts) * a_place;
  const std::int64_t words =
      w.places() * w.channels + w.out_places() * w.outputs;  // in, and out or past it
  return w.images * (w.out_depth * w.out_height * a_line + words);
}

}  // namespace

std::optional<Window> window_of(const graph::Operator& what, const GivenTypes& inputs,
                                const TensorType& result, std::string& why) {
  return std::visit([&](const auto& one) { return window_form(one, inputs, result, why); }, what);
}

namespace {

/// Splits from the one with the fewest PEs on: columns are what a wafer has not enough of.
std::vector<Split> splits_of(const Window& w, const Machine& machine) {
  constexpr std::int64_t most_rows = 256;
  const std::int64_t last_rows = std::min(most_rows, machine.height);
  const bool product = w.kind == Window::Kind::product;
  std::vector<Split> out;
  const auto add_rows = [&](std::int64_t lines, std::int64_t channels) {
    for (std::int64_t outputs = w.groups; outputs <= w.outputs; outputs *= 2) {
      for (std::int64_t places = 1; places <= w.out_width; places *= 2) {
        // What is copied from the host must not be copied for each place.
        const bool copied = product && outputs > 1 && places > 1;
        if (!copied && outputs * places <= last_rows) {
          out.push_back({lines, channels, outputs, places});
        }
      }
    }
  };
  std::vector<std::int64_t> line_parts{1};
  if (product && w.kernel_lines() > 1) line_parts.push_back(w.kernel_lines());
  const std::int64_t last_channels = product ? w.inputs() : 1;
  for (const std::int64_t lines : line_parts) {
    for (std::int64_t channels = 1; channels <= last_channels; channels *= 2) {
      if (lines * channels <= machine.most_columns) add_rows(lines, channels);
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Split& a, const Split& b) {
    return a.columns() != b.columns() ? a.columns() < b.columns() : a.rows() < b.rows();
  });
  return out;
}

/// Whether its vectors are so short that most of the time goes elsewhere.
bool is_too_fine(const Window& w, const Split& s) {
  constexpr std::int64_t least = 8;
  return w.kind == Window::Kind::product && up(w.outputs, s.output_parts) < least &&
         s.output_parts > w.groups;
}

}  // namespace

std::optional<Split> split_of(const Window& w, const Machine& machine, std::string& why) {
  const std::int64_t in = w.images * w.places() * w.channels;
  const std::int64_t out = w.images * w.out_places() * w.outputs;
  constexpr std::int64_t patience = 3;    // how much longer than its stream a layer may take
  constexpr std::int64_t at_once = 4000;  // cycles that are not worth a PE
  const std::int64_t wanted = patience * std::max(in, out) + at_once;
  std::optional<Split> best;
  std::int64_t best_cycles = std::numeric_limits<std::int64_t>::max();
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const Split& split : splits_of(w, machine)) {
    const std::int64_t bytes = bytes_of(w, machine, split);
    least = std::min(least, bytes);
    const bool counted = split.place_parts == 1 || w.out_width * w.outputs <= most_of_index;
    if (bytes > machine.data_bytes || !counted) continue;
    const std::int64_t cycles = cycles_of(w, machine, split);
    const bool enough = best && best_cycles <= wanted;
    // A split that gains little is not worth its PEs.
    if (enough || (best && (cycles * 4 > best_cycles * 3 || is_too_fine(w, split)))) continue;
    best = split;
    best_cycles = cycles;
  }
  if (w.width * w.channels > most_of_index) {
    why = "a line of images of " + std::to_string(w.width) + " x " + std::to_string(w.channels) +
          " has more elements than the " + std::to_string(most_of_index) + " that a PE counts";
    return std::nullopt;
  }
  if (!best) {
    const std::string in_groups = w.groups == 1 ? "" : " in " + counted(w.groups, "group");
    why = "images of " + std::to_string(w.height) + " x " + std::to_string(w.width) + " x " +
          std::to_string(w.channels) + " under a window of " + std::to_string(w.kernel_height) +
          " x " + std::to_string(w.kernel_width) + " with " + counted(w.outputs, "output") +
          in_groups + " need " + counted(least, "byte") + " a PE, of " +
          std::to_string(machine.data_bytes) + ", on as many PEs as share it";
  }
  return best;
}

std::vector<double> ordered_weights(const Window& w, const graph::Operator& what,
                                    const graph::Numbers& weights) {
  const std::int64_t inputs = w.inputs();
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
