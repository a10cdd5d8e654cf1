// SPDX-License-Identifier: Apache-2.0
// Products, convolutions and pools as `window.csl` has them: their sizes, how they are shared by
// PEs, and what comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/evaluate.hpp"
#include "graph/operator.hpp"
#include "lower/wse/machine.hpp"

namespace weft::lower::wse {

/// A window that slides over images [depth][height][width][channels]; a product of rows with a
/// matrix is one of one place over lines of rows.
struct Window {
  enum class Kind : std::uint8_t { product, each, largest, mean } kind = Kind::product;
  std::int64_t images = 1, depth = 1, height = 1, width = 1, channels = 1, outputs = 1;
  std::int64_t groups = 1;  ///< of channels, with outputs of their own; of products
  std::int64_t out_depth = 1, out_height = 1, out_width = 1;
  std::int64_t kernel_depth = 1, kernel_height = 1, kernel_width = 1;
  std::int64_t stride_z = 1, stride_y = 1, stride_x = 1;
  std::int64_t dilation_z = 1, dilation_y = 1, dilation_x = 1;
  std::int64_t pad_front = 0, pad_top = 0, pad_left = 0;
  bool of_rows = false;    ///< operand and result are matrices, else [image, channel, place]
  std::int64_t count = 0;  ///< mean: of how many places; 0: of those inside
  bool biased = false;
  graph::Then then;

  std::int64_t kernel_lines() const { return kernel_depth * kernel_height; }
  std::int64_t taps() const { return kernel_lines() * kernel_width; }
  std::int64_t places() const { return depth * height * width; }
  std::int64_t out_places() const { return out_depth * out_height * out_width; }
  /// Channels that an output is made of.
  std::int64_t inputs() const { return kind == Kind::product ? channels / groups : 1; }
  /// Lines from the first that a window covers to the last.
  std::int64_t lines() const {
    return (kernel_depth - 1) * dilation_z * height + (kernel_height - 1) * dilation_y + 1;
  }
  bool weighs() const { return kind == Kind::product || kind == Kind::each; }
};

/// nullopt where a node is no window that the template has: `why` says what is in the way.
std::optional<Window> window_of(const graph::Operator& what,
                                const std::vector<std::optional<graph::TensorType>>& inputs,
                                const graph::TensorType& result, std::string& why);

/// How many PEs: lines of the window in parts of columns, and in each part channels in parts a
/// column; rows in groups that share the places of a line, and in each group outputs in parts a
/// row.
struct Split {
  std::int64_t line_parts = 1, channel_parts = 1, output_parts = 1, place_parts = 1;
  std::int64_t columns() const { return line_parts * channel_parts; }
  std::int64_t rows() const { return output_parts * place_parts; }
  /// PEs of a column all have the same weights: the upper one has them from the host.
  bool shares(const Window& window) const {
    return window.kind == Window::Kind::product && output_parts == 1;
  }
};
/// By sizes and the machine's memory alone; nullopt where no split fits: `why` says the sizes.
std::optional<Split> split_of(const Window& window, const Machine& machine, std::string& why);
/// Where part `part` of `parts` of so many things begins.
constexpr std::int64_t first_of(std::int64_t count, std::int64_t parts, std::int64_t part) {
  return count * part / parts;
}

/// Weights in the order of the template, [place in the window][channel][output], or [place in the
/// window][channel] of a kernel a channel.
std::vector<double> ordered_weights(const Window& window, const graph::Operator& what,
                                    const graph::Numbers& weights);

/// The node's result, in its own shape, in the order of additions of the strip.
graph::Numbers window_result(const Window& window, const Machine& machine,
                             const graph::Operator& what, const graph::Operands& operands,
                             graph::TensorType type);

}  // namespace weft::lower::wse
