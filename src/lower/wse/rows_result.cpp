// SPDX-License-Identifier: Apache-2.0
// elements.csl, line by line, on the host.
#include <algorithm>
#include <array>
#include <cmath>

#include "graph/shapes.hpp"
#include "lower/wse/rows.hpp"
#include "lower/wse/single.hpp"

namespace weft::lower::wse {

using graph::as_index;

namespace {

float between_0_and_1(float x) { return x < 0.0F ? 0.0F : x > 1.0F ? 1.0F : x; }

float softplus(const Single& f, float x) {
  const float power = f.exp(numerics::negate(numerics::absolute(x)));
  return f.add(x > 0.0F ? x : 0.0F, f.log(f.add(1.0F, power)));
}

float of_two(const Single& f, RowFunction::Kind kind, float x, float v) {
  switch (kind) {
    case RowFunction::add:
      return f.add(x, v);
    case RowFunction::subtract:
      return f.sub(x, v);
    case RowFunction::multiply:
      return f.mul(x, v);
    case RowFunction::divide:
      return f.div(x, v);
    case RowFunction::maximum:
      return f.max(x, v);
    case RowFunction::minimum:
      return numerics::negate(f.max(numerics::negate(x), numerics::negate(v)));
    case RowFunction::power:
      return f.pow(x, v);
    default:
      return x;
  }
}

float of_one(const Single& f, const RowFunction& what, float x) {
  const auto number = static_cast<float>(what.number);
  switch (what.kind) {
    case RowFunction::exponential:
      return f.exp(x);
    case RowFunction::tanh:
      return f.tanh(x);
    case RowFunction::sigmoid:
      return sigmoid(f, x);
    case RowFunction::square_root:
      return f.sqrt(x);
    case RowFunction::reciprocal:
      return f.div(1.0F, x);
    case RowFunction::error_function:
      return error_function(f, x);
    case RowFunction::gelu: {
      const float e = error_function(f, f.mul(x, static_cast<float>(0.70710678118654752)));
      return gated(f, x, f.mul(0.5F, f.add(1.0F, e)));
    }
    case RowFunction::gelu_tanh: {
      const float cube = f.mul(x, f.mul(x, x));
      const float sum = f.add(x, f.mul(static_cast<float>(0.044715), cube));
      const float inside = f.mul(static_cast<float>(0.79788456080286536), sum);
      return gated(f, x, f.mul(0.5F, f.add(1.0F, f.tanh(inside))));
    }
    case RowFunction::silu:
      return gated(f, x, sigmoid(f, x));
    case RowFunction::logarithm:
      return f.log(x);
    case RowFunction::leaky_relu:
      return x < 0.0F ? f.mul(number, x) : x;
    case RowFunction::elu:
      return x < 0.0F ? f.mul(number, f.sub(f.exp(x), 1.0F)) : x;
    case RowFunction::hard_sigmoid:
      return between_0_and_1(f.add(f.mul(number, x), static_cast<float>(what.number_b)));
    case RowFunction::hard_swish: {
      const auto sixth = static_cast<float>(0.16666667163372040);
      return gated(f, x, between_0_and_1(f.add(f.mul(sixth, x), 0.5F)));
    }
    case RowFunction::softplus:
      return softplus(f, x);
    case RowFunction::mish:
      return gated(f, x, f.tanh(softplus(f, x)));
    case RowFunction::sine:
      return f.sin(x);
    case RowFunction::cosine:
      return f.cos(x);
    case RowFunction::floor:
      return f.floor(x);
    case RowFunction::ceiling:
      return f.ceil(x);
    case RowFunction::sign:
      return f.sign(x);
    case RowFunction::relu:
      return f.max(x, 0.0F);
    case RowFunction::negate:
      return numerics::negate(x);
    case RowFunction::absolute:
      return numerics::absolute(x);
    default:
      return x;
  }
}

void norm(const Single& f, const RowFunction& what, std::vector<float>& u) {
  const auto count = static_cast<float>(u.size());
  float sum = 0.0F;
  if (what.number_b == 1.0) {
    for (const float x : u) sum = f.add(sum, x);
    const float mean = f.div(sum, count);
    for (float& x : u) x = f.sub(x, mean);
    sum = 0.0F;
  }
  for (const float x : u) sum = f.add(sum, f.mul(x, x));
  const float mean = f.add(f.div(sum, count), static_cast<float>(what.number));
  const float share = f.div(1.0F, f.sqrt(mean));
  for (float& x : u) x = f.mul(x, share);
}

float reduced(const Single& f, const RowFunction& what, const std::vector<float>& u) {
  float sum = u[0];
  for (std::size_t i = 1; i < u.size(); ++i) {
    if (what.number < 2.0) {
      sum = f.add(sum, u[i]);
    } else if (what.number == 2.0) {
      sum = u[i] > sum ? u[i] : sum;
    } else {
      sum = u[i] < sum ? u[i] : sum;
    }
  }
  return what.number == 1.0 ? f.div(sum, static_cast<float>(u.size())) : sum;
}

/// Rows that belong together.
void along_rows(const Single& f, const RowFunction& what, const graph::Operands& in,
                std::vector<float>& out) {
  const std::vector<double>& x = in[0]->floats;
  const std::size_t width = as_index(what.along);
  std::vector<float> u(width);
  const auto has = [&in](std::size_t i) { return i < in.size() && in[i] != nullptr; };
  for (std::size_t begin = 0; begin < x.size(); begin += width) {
    for (std::size_t i = 0; i < width; ++i) u[i] = static_cast<float>(x[begin + i]);
    if (what.kind == RowFunction::reduce) {
      out.push_back(reduced(f, what, u));
      continue;
    }
    if (what.kind == RowFunction::softmax) {
      softmax(f, what.number == 1.0, u);
    } else {
      norm(f, what, u);
      for (std::size_t i = 0; has(1) && i < width; ++i) {
        u[i] = f.mul(u[i], static_cast<float>(in[1]->floats[i]));
      }
      for (std::size_t i = 0; has(2) && i < width; ++i) {
        u[i] = f.add(u[i], static_cast<float>(in[2]->floats[i]));
      }
    }
    out.insert(out.end(), u.begin(), u.end());
  }
}

float clipped(const Single& f, const RowFunction& what, float x) {
  const float low = f.max(x, static_cast<float>(what.number));
  const float turned = f.max(numerics::negate(low), -static_cast<float>(what.number_b));
  return numerics::negate(turned);
}

}  // namespace

graph::Numbers row_result(const RowFunction& function, const Machine& machine,
                          const graph::Operands& in, graph::TensorType type) {
  const Single f{machine.rules};
  std::vector<float> out;
  if (function.along != 0) {
    along_rows(f, function, in, out);
  } else if (function.binary()) {
    graph::Walk walk(type.shape, {graph::broadcast_strides(in[0]->type.shape, type.shape),
                                  graph::broadcast_strides(in[1]->type.shape, type.shape)});
    for (std::int64_t i = 0; i < graph::count_of(type.shape); ++i, walk.next()) {
      out.push_back(of_two(f, function.kind,
                           static_cast<float>(in[0]->floats[as_index(walk.place(0))]),
                           static_cast<float>(in[1]->floats[as_index(walk.place(1))])));
    }
  } else {
    for (const double x : in[0]->floats) {
      const auto single = static_cast<float>(x);
      out.push_back(function.kind == RowFunction::clip ? clipped(f, function, single)
                                                       : of_one(f, function, single));
    }
  }
  return rounded(out, machine, std::move(type));
}

}  // namespace weft::lower::wse
