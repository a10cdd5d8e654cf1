// SPDX-License-Identifier: Apache-2.0
// Products and windows in the order of the AMP units and of pooling.
#include "lower/ipu/arithmetic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lower/ipu/formula.hpp"

namespace weft::lower::ipu {

using graph::Shape;
using program::ipu::Part;
using program::ipu::part_of;

namespace {

std::size_t size(std::int64_t extent) { return static_cast<std::size_t>(extent); }

/// One product in place: rows of `a` times `b`, partial sums of groups of inputs.
void add_product(const program::ipu::ProductMachine& machine, const program::ipu::ProductPlan& plan,
                 Kind kind, const float* a, const float* b, float* out, std::size_t m,
                 std::size_t k, std::size_t n) {
  const std::size_t group = machine.groups.inputs;
  const std::size_t groups = (k + group - 1) / group;
  std::vector<float> part(n);
  for (std::size_t row = 0; row < m; ++row) {
    float* sums = out + row * n;
    for (std::size_t input = 0; input < plan.input_parts; ++input) {
      const Part own = part_of(groups, plan.input_parts, input);
      std::fill(part.begin(), part.end(), 0.0F);
      for (std::size_t i = own.begin * group; i < std::min(own.end * group, k); ++i) {
        const float left = a[row * k + i];
        for (std::size_t o = 0; o < n; ++o) part[o] += left * b[i * n + o];
      }
      for (std::size_t o = 0; o < n; ++o) sums[o] = input == 0 ? part[o] : sums[o] + part[o];
    }
    for (std::size_t o = 0; o < n; ++o) sums[o] = rounded(kind, sums[o]);
  }
}

/// A dimension of a window's field.
struct Extent {
  std::int64_t input = 1, kernel = 1, output = 1, stride = 1, dilation = 1, begin = 0;
  /// Where kernel element k of output o lies, or -1.
  std::int64_t place(std::int64_t o, std::int64_t k) const {
    const std::int64_t at = o * stride + k * dilation - begin;
    return at >= 0 && at < input ? at : -1;
  }
};

/// Dimension `axis` of the field, the last one for a field of one dimension; [1] of its missing
/// height.
template <class Window>
Extent extent_of(const Window& what, const Shape& x, const Shape& kernel, const Shape& result,
                 std::size_t axis) {
  const std::size_t dims = x.size() - 2;
  Extent out;
  if (axis + dims < 2) return out;
  const std::size_t d = axis + dims - 2;
  out.input = x[2 + d];
  out.kernel = kernel[kernel.size() - dims + d];
  out.output = result[2 + d];
  if (d < what.strides.size()) out.stride = what.strides[d];
  if (d < what.dilations.size()) out.dilation = what.dilations[d];
  if (d < what.pads.size()) out.begin = what.pads[d];
  return out;
}

}  // namespace

Machine machine_of(const topology::Topology& topology) {
  const auto constant = [&](const std::string& key) {
    return static_cast<std::uint64_t>(topology.integer(key));
  };
  Machine out;
  out.single = program::ipu::product_machine(constant, true, true);
  out.half = program::ipu::product_machine(constant, false, true);
  const Rectangle region = topology.max_region();
  out.tiles = size(region.width);  // of one IPU
  out.workers = size(topology.integer("tile.worker_contexts"));
  return out;
}

Numbers product(const Machine& machine, const Numbers& a, const Numbers& b) {
  const std::size_t groups = size(a.shape[0]);
  const std::size_t m = size(a.shape[1]);
  const std::size_t k = size(a.shape[2]);
  const std::size_t n = size(b.shape[2]);
  const auto& numbers = machine.of(a.kind);
  constexpr double memory_share = 0.6;  // availableMemoryProportion, as where it is not given
  const auto plan = program::ipu::plan_product(
      numbers, {m, k, n, program::ipu::tiles_of_group(machine.tiles, groups)}, memory_share);
  Numbers out = zeros(a.kind, {a.shape[0], a.shape[1], b.shape[2]});
  for (std::size_t g = 0; g < groups; ++g) {
    add_product(numbers, plan, a.kind, a.floats.data() + g * m * k, b.floats.data() + g * k * n,
                out.floats.data() + g * m * n, m, k, n);
  }
  return out;
}

Numbers convolution(const Machine& machine, const Numbers& x, const Numbers& weights,
                    const graph::Convolution& what, const Shape& result) {
  const Extent y = extent_of(what, x.shape, weights.shape, result, 0);
  const Extent w = extent_of(what, x.shape, weights.shape, result, 1);
  const std::int64_t inputs = weights.shape[1];
  const std::int64_t outputs = weights.shape[0] / what.groups;
  const auto pass = static_cast<std::int64_t>(machine.of(x.kind).groups.inputs);
  Numbers out = zeros(x.kind, result);
  std::vector<float> sums(size(w.output));
  for (std::int64_t plane = 0; plane < result[0] * result[1]; ++plane) {
    const std::int64_t item = plane / result[1];
    const std::int64_t channel = plane % result[1];
    const std::int64_t first = (item * what.groups + channel / outputs) * inputs;
    for (std::int64_t oy = 0; oy < y.output; ++oy) {
      std::fill(sums.begin(), sums.end(), 0.0F);
      for (std::int64_t from = 0; from < inputs; from += pass) {
        for (std::int64_t ky = 0; ky < y.kernel; ++ky) {
          const std::int64_t row = y.place(oy, ky);
          if (row < 0) continue;
          for (std::int64_t kx = 0; kx < w.kernel; ++kx) {
            for (std::int64_t i = from; i < std::min(inputs, from + pass); ++i) {
              const float* line = x.floats.data() + ((first + i) * y.input + row) * w.input;
              const float weight =
                  weights.floats[size(((channel * inputs + i) * y.kernel + ky) * w.kernel + kx)];
              for (std::int64_t ox = 0; ox < w.output; ++ox) {
                const std::int64_t at = w.place(ox, kx);
                if (at >= 0) sums[size(ox)] += line[at] * weight;
              }
            }
          }
        }
      }
      float* to = out.floats.data() + (plane * y.output + oy) * w.output;
      for (std::size_t ox = 0; ox < sums.size(); ++ox) to[ox] = rounded(x.kind, sums[ox]);
    }
  }
  return out;
}

Numbers pooling(const Numbers& x, const graph::Pool& what, std::int64_t fixed_count,
                const Shape& result) {
  const Extent y = extent_of(what, x.shape, what.kernel, result, 0);
  const Extent w = extent_of(what, x.shape, what.kernel, result, 1);
  const bool largest = what.kind == graph::PoolKind::maximum;
  Numbers out = zeros(x.kind, result);
  for (std::int64_t plane = 0; plane < result[0] * result[1]; ++plane) {
    for (std::int64_t o = 0; o < y.output * w.output; ++o) {
      float value = largest ? -std::numeric_limits<float>::infinity() : 0.0F;
      std::int64_t count = 0;
      for (std::int64_t k = 0; k < y.kernel * w.kernel; ++k) {
        const std::int64_t row = y.place(o / w.output, k / w.kernel);
        const std::int64_t column = w.place(o % w.output, k % w.kernel);
        if (row < 0 || column < 0) continue;
        const float element = x.floats[size((plane * y.input + row) * w.input + column)];
        value = largest ? larger_of(value, element) : value + element;
        ++count;
      }
      if (!largest && fixed_count == 0 && count != 0) value /= static_cast<float>(count);
      value = rounded(x.kind, value);
      if (fixed_count != 0) {
        value = x.kind == Kind::half
                    ? through_half(static_cast<double>(value) / static_cast<double>(fixed_count))
                    : value / static_cast<float>(fixed_count);
      }
      out.floats[size(plane * y.output * w.output + o)] = value;
    }
  }
  return out;
}

}  // namespace weft::lower::ipu
