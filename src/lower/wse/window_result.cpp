// SPDX-License-Identifier: Apache-2.0
// What a strip of `window.csl` computes, operation by operation, on the host.
#include <algorithm>
#include <limits>

#include "graph/shapes.hpp"
#include "lower/wse/vectors.hpp"
#include "lower/wse/window.hpp"

namespace weft::lower::wse {

using graph::as_index;
using numerics::ArrayOperation;

namespace {

/// One strip at work: places of the result one by one.
class WindowAtWork {
 public:
  WindowAtWork(const Window& window, const Machine& machine, const graph::Operator& what,
               const graph::Operands& in)
      : w_(window), half_(machine.half), do_{machine.rules} {
    std::string why;
    split_ = split_of(w_, machine, why).value_or(Split{});
    // Images come with their channels last.
    const std::int64_t image = w_.of_rows ? 1 : w_.places();
    std::vector<double> x(in[0]->floats.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      const std::int64_t plane = at / image;
      const std::int64_t to = (plane / w_.channels * image + at % image) * w_.channels;
      x[as_index(to + plane % w_.channels)] = in[0]->floats[i];
    }
    x_ = values_of(x, half_);
    if (w_.weighs()) weights_ = values_of(ordered_weights(w_, what, *in[1]), half_);
    if (w_.biased) bias_ = singles_of(in[2]->floats);
  }

  /// [image][plane and line][column][output], as it leaves.
  std::vector<double> result() {
    const std::size_t outputs = as_index(w_.outputs);
    std::vector<double> out;
    Vector z(outputs, half_);
    for (std::int64_t image = 0; image < w_.images; ++image) {
      for (std::int64_t line = 0; line < w_.out_depth * w_.out_height; ++line) {
        for (std::int64_t column = 0; column < w_.out_width; ++column) {
          place(image, line, column, z);
          for (std::size_t o = 0; o < outputs; ++o) out.push_back(z.number(o));
        }
      }
    }
    return out;
  }

 private:
  void place(std::int64_t image, std::int64_t line, std::int64_t column, Vector& z) {
    if (w_.kind == Window::Kind::largest) {
      z.fill(-std::numeric_limits<float>::infinity());
      over(image, line, column, [&](std::int64_t, std::size_t at) {
        do_(half_ ? ArrayOperation::fmaxh : ArrayOperation::fmaxs, z, {z.all(), x_.from(at)});
      });
      return;
    }
    Vector y(as_index(w_.outputs), false);
    if (w_.kind == Window::Kind::mean) {
      mean(image, line, column, y);
    } else if (w_.kind == Window::Kind::each) {
      each(image, line, column, y);
    } else {
      products(image, line, column, y);
    }
    finish(y, z);
  }

  /// Calls `body` with the number of each place of the window that is in the image, and where its
  /// channels are in x.
  template <class Body>
  void over(std::int64_t image, std::int64_t line, std::int64_t column, Body body) const {
    for (std::int64_t tap = 0; tap < w_.taps(); ++tap) {
      const std::int64_t kernel_line = tap / w_.kernel_width;
      const std::int64_t z = line / w_.out_height * w_.stride_z - w_.pad_front +
                             kernel_line / w_.kernel_height * w_.dilation_z;
      const std::int64_t y = line % w_.out_height * w_.stride_y - w_.pad_top +
                             kernel_line % w_.kernel_height * w_.dilation_y;
      const std::int64_t x =
          column * w_.stride_x - w_.pad_left + tap % w_.kernel_width * w_.dilation_x;
      if (z < 0 || z >= w_.depth || y < 0 || y >= w_.height || x < 0 || x >= w_.width) continue;
      const std::int64_t plane = image * w_.depth + z;
      body(tap, as_index(((plane * w_.height + y) * w_.width + x) * w_.channels));
    }
  }

  /// The outputs of group `g`, from the channels of that group.
  void product(std::int64_t image, std::int64_t line, std::int64_t column, std::int64_t g,
               Vector& y) {
    const ArrayOperation add = half_ ? ArrayOperation::fmachs : ArrayOperation::fmacs;
    const std::int64_t inputs = w_.inputs();
    Vector part(y.count(), false);
    for (std::int64_t c = 0; c < split_.columns(); ++c) {
      Vector& sum = c == 0 ? y : part;
      sum.fill(0.0F);
      const std::int64_t channels = c % split_.channel_parts;
      const std::int64_t lines = c / split_.channel_parts;
      const std::int64_t first_line = first_of(w_.kernel_lines(), split_.line_parts, lines);
      const std::int64_t end_line = first_of(w_.kernel_lines(), split_.line_parts, lines + 1);
      const std::int64_t first = first_of(inputs, split_.channel_parts, channels);
      const std::int64_t end = first_of(inputs, split_.channel_parts, channels + 1);
      over(image, line, column, [&](std::int64_t tap, std::size_t at) {
        const std::int64_t kernel_line = tap / w_.kernel_width;
        if (kernel_line < first_line || kernel_line >= end_line) return;
        for (std::int64_t i = first; i < end; ++i) {
          const std::int64_t weight = (tap * inputs + i) * w_.outputs + g * groups_outputs();
          do_(add, sum,
              {sum.all(), weights_.from(as_index(weight)), x_.one(at + as_index(g * inputs + i))});
        }
      });
      if (c > 0) do_(ArrayOperation::fadds, y, {part.all(), y.all()});
    }
  }

  std::int64_t groups_outputs() const { return w_.outputs / w_.groups; }

  void products(std::int64_t image, std::int64_t line, std::int64_t column, Vector& y) {
    Vector part(as_index(groups_outputs()), false);
    for (std::int64_t g = 0; g < w_.groups; ++g) {
      product(image, line, column, g, part);
      for (std::size_t o = 0; o < part.count(); ++o) {
        y.set(as_index(g * groups_outputs()) + o, part.number(o));
      }
    }
  }

  void each(std::int64_t image, std::int64_t line, std::int64_t column, Vector& y) {
    Vector term(as_index(w_.outputs), false);
    y.fill(0.0F);
    Vector value(as_index(w_.outputs), false);
    over(image, line, column, [&](std::int64_t tap, std::size_t at) {
      const ArrayOperation widen = half_ ? ArrayOperation::fh2s : ArrayOperation::fmovs;
      do_(widen, term, {weights_.from(as_index(tap * w_.outputs))});
      do_(widen, value, {x_.from(at)});
      do_(ArrayOperation::fmuls, term, {term.all(), value.all()});
      do_(ArrayOperation::fadds, y, {y.all(), term.all()});
    });
  }

  void mean(std::int64_t image, std::int64_t line, std::int64_t column, Vector& y) {
    y.fill(0.0F);
    float inside = 0.0F;
    over(image, line, column, [&](std::int64_t, std::size_t at) {
      inside += 1.0F;
      if (half_) {
        do_(ArrayOperation::faddhs, y, {x_.from(at), y.all()});
      } else {
        do_(ArrayOperation::fadds, y, {y.all(), x_.from(at)});
      }
    });
    if (w_.count != 0) inside = static_cast<float>(w_.count);
    Vector share(1, false);
    share.fill(numerics::divide(1.0F, inside, do_.rules));
    do_(ArrayOperation::fmuls, y, {y.all(), share.one(0)});
  }

  void finish(Vector& y, Vector& z) const {
    Vector limit(1, false);
    const auto at_least = [&](double low) {
      limit.fill(static_cast<float>(low));
      do_(ArrayOperation::fmaxs, y, {y.all(), limit.one(0)});
    };
    if (w_.biased) do_(ArrayOperation::fadds, y, {y.all(), bias_.all()});
    if (w_.then.kind == graph::Then::Kind::relu) at_least(0.0);
    if (w_.then.kind == graph::Then::Kind::clip) {
      at_least(w_.then.low);
      do_(ArrayOperation::fnegs, y, {y.all()});
      at_least(-w_.then.high);
      do_(ArrayOperation::fnegs, y, {y.all()});
    }
    do_(half_ ? ArrayOperation::fs2h : ArrayOperation::fmovs, z, {y.all()});
  }

  const Window& w_;
  bool half_;
  Doing do_;
  Split split_;
  Vector x_{0, false}, weights_{0, false}, bias_{0, false};
};

}  // namespace

graph::Numbers window_result(const Window& window, const Machine& machine,
                             const graph::Operator& what, const graph::Operands& operands,
                             graph::TensorType type) {
  const std::vector<double> last = WindowAtWork(window, machine, what, operands).result();
  graph::Numbers out{std::move(type), {}, {}};
  out.floats.resize(last.size());
  const std::int64_t image = window.of_rows ? 1 : window.out_places();
  for (std::size_t i = 0; i < last.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const std::int64_t place = at / window.outputs;
    const std::int64_t to =
        (place / image * window.outputs + at % window.outputs) * image + place % image;
    out.floats[as_index(to)] = last[i];
  }
  return out;
}

}  // namespace weft::lower::wse
